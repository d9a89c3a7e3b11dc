package publish

import (
	"maps"
	"strconv"
	"strings"
)

// word is a word or sentence of the page in both languages. %[1]s stands for an argument. one is
// the English form for a count of one; Chinese has no plural.
type word struct{ en, zh, one string }

// allWords is every word of the page by its id. The maps are built anew for each report, so that
// nothing can change them.
func allWords() map[string]word {
	all := map[string]word{}
	for _, part := range []map[string]word{
		frontWords(), valueWords(), stayWords(), leavingWords(), contractWords(), funnelWords(), basketWords(), needWords(), trustWords(), countWords(), termWords(), ruleWords(),
		martWords(), boundaryWords(), moveWords(), moneyWords(), kpiWords(), kpiDefinitions(), listWords(), potentialWords(), workbookWords(), sinceWords(), mailWords(), satisfactionWords(), serveWords(),
	} {
		maps.Copy(all, part)
	}
	return all
}

// say returns a word with its arguments filled in. An unknown id is remembered and fails the report.
func (s *speech) say(id string, args ...string) string {
	w, ok := s.words[id]
	if !ok {
		s.miss(id)
		return id
	}
	return fill(s.pick(w), args)
}

// count says a number of things: 1 customer, 1,234 customers.
func (s *speech) count(id string, n int64) string {
	w, ok := s.words[id]
	if !ok {
		s.miss(id)
		return id
	}
	text := s.pick(w)
	if n == 1 && s.lang == "en" && w.one != "" {
		text = w.one
	}
	return fill(text, []string{s.number(n)})
}

// term says a key of the marts (a tier, a class, a segment). A key that nobody has a word for, such
// as a company's own segment, is shown as it is.
func (s *speech) term(group, key string) string {
	if w, ok := s.words[group+"."+key]; ok {
		return s.pick(w)
	}
	if text := s.vocabulary(group, key); text != key {
		return text
	}
	return shorten(strings.ReplaceAll(plain(key), "_", " "), 60)
}

// known reports whether an id has a word here.
func (s *speech) known(group, key string) bool {
	_, ok := s.words[group+"."+key]
	return ok
}

// list joins items to the end of an enumeration: a, b and c; a、b和c.
func (s *speech) list(items []string) string {
	n := len(items)
	if n < 2 {
		return s.commas(items)
	}
	and := " and "
	if s.lang == "zh" {
		and = "和"
	}
	return s.commas(items[:n-1]) + and + items[n-1]
}

// commas joins items of an enumeration that goes on.
func (s *speech) commas(items []string) string {
	if s.lang == "zh" {
		return strings.Join(items, "、")
	}
	return strings.Join(items, ", ")
}

// sentences joins sentences as the language does.
func (s *speech) sentences(parts ...string) string {
	space := " "
	if s.lang == "zh" {
		space = ""
	}
	kept := parts[:0:0]
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, space)
}

// name shows a customer in a sentence: shortened, and isolated so that a right-to-left name
// leaves the figures around it in order. A customer without a name is its id.
func (s *speech) name(name, id string) string {
	return "\u2068" + shorten(fullName(name, id), 40) + "\u2069"
}

// fullName is a customer's name as the page may show it.
func fullName(name, id string) string {
	if n := plain(name); n != "" && n != "unknown" {
		return n
	}
	return plain(id)
}

func (s *speech) pick(w word) string {
	if s.lang == "zh" {
		return w.zh
	}
	return w.en
}

// fill puts arguments into a sentence in one pass: a percent sign in the sentence or in an argument stays one.
func fill(text string, args []string) string {
	pairs := make([]string, 0, 2*len(args))
	for i, a := range args {
		pairs = append(pairs, "%["+strconv.Itoa(i+1)+"]s", a)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
