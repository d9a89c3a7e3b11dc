package publish

import "github.com/govalues/decimal"

// Words says the words of the catalogue and the figures of the marts in one language, for pages
// that are not the report. It may be used by many at once.
type Words struct{ s *speech }

// NewWords are the words in English ("en") or Chinese ("zh"), with figures in a currency.
func NewWords(lang, currency string) *Words { return &Words{newSpeech(lang, currency)} }

// Lang is the language as HTML names it.
func (w *Words) Lang() string {
	if w.s.lang == "zh" {
		return "zh-Hans"
	}
	return w.s.lang
}

// Say returns a word with its arguments filled in; an unknown id comes back as it is.
func (w *Words) Say(id string, args ...string) string {
	if _, ok := w.s.words[id]; !ok {
		return id
	}
	return w.s.say(id, args...)
}

// Term says a key of the marts: a tier, a class, a check, a mart. A key without a word is shown as it is.
func (w *Words) Term(group, key string) string { return w.s.term(group, key) }

// Known says whether a key has a word of this group.
func (w *Words) Known(group, key string) bool { return w.s.known(group, key) }

// Relation says an input table, a mart or a list.
func (w *Words) Relation(name string) string { return relationName(w.s, name) }

// Segment says a segment of a segmentation.
func (w *Words) Segment(segmentation, key string) string { return segmentName(w.s, segmentation, key) }

// KPIOrder is the order in which key figures are read.
func KPIOrder() []string { return kpiOrder() }

// Number writes a count with separated thousands.
func (w *Words) Number(n int64) string { return w.s.number(n) }

// Figure writes a value of mart kpis in its unit; nil is no figure.
func (w *Words) Figure(v *float64, unit string) string { return w.s.figure(v, unit) }

// Amount writes money, given as exact decimal text, in the digits of the currency. Text that is no
// amount comes back inert.
func (w *Words) Amount(text string) string {
	d, err := decimal.Parse(text)
	if err != nil {
		return Plain(text)
	}
	return w.s.exact(d)
}

// List joins items as an enumeration that goes on.
func (w *Words) List(items []string) string { return w.s.commas(items) }

// Plain makes a text from outside inert: no control, no line break, no character that turns the
// direction of what follows. Markup is escaped where the text is written.
func Plain(text string) string { return plain(text) }

// Shorten cuts a text to a width in half-width characters and shows that it did.
func Shorten(text string, width int) string { return shorten(text, width) }
