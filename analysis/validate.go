package analysis

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// longest is the longest time in days that a limit may be: a century.
const longest = 36500

// Validate says what is wrong with a renewal policy.
func (p RenewalPolicy) Validate() error {
	return between("renewal.grace", p.GraceDays, 0, longest, "days")
}

// Validate says what is wrong with a churn policy, all of it, one sentence each. With a fixed
// limit the quantiles are not looked at.
func (p ChurnPolicy) Validate() error {
	errs := []error{between("churn.silent_after.days", p.Days, 0, longest, "days")}
	if p.Days == 0 {
		errs = append(errs,
			between("churn.silent_after.own_gap_quantile", p.GapQuantile, 1, 99, "percent"),
			between("churn.at_risk", p.AtRisk, 1, 99, "percent"),
			between("churn.silent_after.at_least", p.AtLeastDays, 0, longest, "days"))
		if p.AtRisk >= p.GapQuantile {
			errs = append(errs, fmt.Errorf("churn.silent_after.own_gap_quantile is %d %% and at_risk begins at %d %%: "+
				"a customer is at risk before they count as churned, so raise the first", p.GapQuantile, p.AtRisk))
		}
	}
	errs = append(errs, p.validateSources())
	return errors.Join(append(errs, validateWords(p.Classes)...)...)
}

// validateSources finds a churn that nothing decides, and a flag that says nothing.
func (p ChurnPolicy) validateSources() error {
	errs := []error{repeated("churn.decided_by", p.DecidedBy), repeated("churn.life_events", p.LifeEvents)}
	if len(p.DecidedBy) == 0 {
		errs = append(errs, fmt.Errorf("churn.decided_by is empty: name one of %s at the least", strings.Join(ChurnSources(), ", ")))
	}
	for _, source := range p.DecidedBy {
		errs = append(errs, oneOf("churn.decided_by", source, ChurnSources()...))
	}
	if p.AliveBelow < 0 || p.AliveBelow >= 10000 {
		errs = append(errs, fmt.Errorf("churn.silent_after.p_alive_below is %d basis points: use 1 to 99 %%", p.AliveBelow))
	}
	if p.AliveBelow == 0 && slices.Contains(p.DecidedBy, ByModel) {
		errs = append(errs, errors.New("churn.decided_by names model, but nothing says when the model counts a customer as gone: add silent_after: { p_alive_below: 10 % }"))
	}
	flag := p.Flag
	if flag.Attribute == "" && slices.Contains(p.DecidedBy, ByFlag) {
		errs = append(errs, errors.New("churn.decided_by names flag, but churn.flag does not say which attribute it is: add flag: { attribute: …, left: […] }"))
	}
	if flag.Attribute != "" && len(flag.Left) == 0 {
		errs = append(errs, fmt.Errorf("churn.flag.left is empty: say which values of %s mean that a customer left", flag.Attribute))
	}
	for _, word := range flag.Joined {
		if slices.Contains(flag.Left, word) {
			errs = append(errs, fmt.Errorf("churn.flag: %q means left and joined: keep one", word))
		}
	}
	return errors.Join(errs...)
}

// validateWords finds words that say nothing, words of unknown classes and words that stand
// under two causes, of which only the first would ever count.
func validateWords(words []ClassWord) []error {
	var errs []error
	first := map[string]string{}
	for _, w := range words {
		cause, word := causeKey(w.Class, w.SubClass), normal(w.Word)
		switch {
		case !slices.Contains([]string{Natural, Competitive, Fault, Unclassified}, w.Class):
			errs = append(errs, fmt.Errorf("churn.classes.%s: %q is no class: use natural, competitive, fault or unclassified", cause, w.Class))
		case strings.Trim(word, "* ") == "":
			errs = append(errs, fmt.Errorf("churn.classes.%s: %q fits every text or none: name a word of your own", cause, w.Word))
		case first[word] != "" && first[word] != cause:
			errs = append(errs, fmt.Errorf("churn.classes.%s: %q stands under %s already: keep one of the two", cause, w.Word, first[word]))
		case first[word] == "":
			first[word] = cause
		}
	}
	return errs
}

// causeKey is a cause as pharos.yaml writes it: fault.service, or natural.
func causeKey(class, subClass string) string {
	if subClass == "" {
		return class
	}
	return class + "." + subClass
}

func oneOf(key, value string, known ...string) error {
	if slices.Contains(known, value) {
		return nil
	}
	return fmt.Errorf("%s is %q: use %s", key, value, strings.Join(known, ", "))
}

func between(key string, value, low, high int, unit string) error {
	if value >= low && value <= high {
		return nil
	}
	return fmt.Errorf("%s is %d: use %d to %d %s", key, value, low, high, unit)
}
