package analysis

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// SatisfactionPolicy says how a company asks its customers and what its words mean
// (definitions.md, Satisfaction).
type SatisfactionPolicy struct {
	Scale      Scale         // of the scores; the zero scale: nobody said, so no NPS and no CSAT
	Compared   Scale         // of expectation and experience; the zero scale: nobody said
	Elements   []ElementWord // in file order
	Asked      []string      // words in channel or outcome of a touch that asks for an answer
	Unanswered []string      // words in the outcome of a touch that did not reach the customer
}

// Scale is the lowest and the highest score that can be given, both whole.
type Scale struct{ Low, High int }

// Known says whether anybody said what the scale is.
func (s Scale) Known() bool { return s != Scale{} }

// ElementWord maps a word or pattern (with *) of the company's own to one of Elements.
type ElementWord struct{ Element, Word string }

// The elements of satisfaction.
const (
	Contact        = "contact"         // the contact surface: whom and what the customer meets
	ProductQuality = "product_quality" // what they bought
	ServiceElement = "service"         // what is done for them beside it
	ImageElement   = "image"           // what they think of the company
)

// Elements are the four elements of satisfaction.
func Elements() []string { return []string{Contact, ProductQuality, ServiceElement, ImageElement} }

// SatisfactionWord is a row of run.satisfaction_words: within a kind the first word that equals a
// text decides, then the first pattern that fits.
type SatisfactionWord struct {
	Kind, Meaning string // element and which; asked; unanswered
	Pattern
}

// Words are the words of the policy in file order. After the company's own come the names of the
// elements themselves, so that a survey may simply use them.
func (p SatisfactionPolicy) Words() []SatisfactionWord {
	var out []SatisfactionWord
	add := func(kind string, words []ClassWord) {
		for _, w := range Patterns(words) {
			out = append(out, SatisfactionWord{Kind: kind, Meaning: w.Class, Pattern: w})
		}
	}
	var elements []ClassWord
	for _, e := range p.Elements {
		elements = append(elements, ClassWord{Class: e.Element, Word: e.Word})
	}
	for _, e := range Elements() {
		elements = append(elements, ClassWord{Class: e, Word: e}, ClassWord{Class: e, Word: strings.ReplaceAll(e, "_", " ")})
	}
	add("element", elements)
	for _, list := range []struct {
		kind  string
		words []string
	}{{"asked", p.Asked}, {"unanswered", p.Unanswered}} {
		var words []ClassWord
		for _, w := range list.words {
			words = append(words, ClassWord{Class: list.kind, Word: w})
		}
		add(list.kind, words)
	}
	return out
}

// Validate says what is wrong with a satisfaction policy, all of it, one sentence each.
func (p SatisfactionPolicy) Validate() error {
	errs := []error{p.Scale.validate("satisfaction.scale"), p.Compared.validate("satisfaction.compared")}
	first := map[string]string{}
	for _, e := range p.Elements {
		word := normal(e.Word)
		if err := oneOf("satisfaction.elements", e.Element, Elements()...); err != nil {
			errs = append(errs, err)
			continue
		}
		switch {
		case strings.Trim(word, "* ") == "":
			errs = append(errs, fmt.Errorf("satisfaction.elements.%s: %q fits every text or none: name a word of your own", e.Element, e.Word))
		case slices.Contains(Elements(), word) && word != e.Element:
			errs = append(errs, fmt.Errorf("satisfaction.elements.%s: %q is the name of another element", e.Element, e.Word))
		case first[word] != "" && first[word] != e.Element:
			errs = append(errs, fmt.Errorf("satisfaction.elements.%s: %q stands under %s already: keep one of the two", e.Element, e.Word, first[word]))
		case first[word] == "":
			first[word] = e.Element
		}
	}
	for _, list := range []struct {
		key   string
		words []string
	}{{"satisfaction.asked", p.Asked}, {"satisfaction.unanswered", p.Unanswered}} {
		errs = append(errs, repeated(list.key, list.words))
		for _, w := range list.words {
			if strings.Trim(normal(w), "* ") == "" {
				errs = append(errs, fmt.Errorf("%s: %q fits every contact or none: name a word of your own", list.key, w))
			}
		}
	}
	return errors.Join(errs...)
}

func (s Scale) validate(key string) error {
	switch {
	case !s.Known():
		return nil
	case s.Low >= s.High:
		return fmt.Errorf("%s goes from %d to %d: write the lowest score first, such as 0-10 or 1-5", key, s.Low, s.High)
	case s.Low < -100 || s.High > 1000:
		return fmt.Errorf("%s goes from %d to %d: use -100 to 1000", key, s.Low, s.High)
	}
	return nil
}
