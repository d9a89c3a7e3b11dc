package publish

import (
	"math"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/govalues/decimal"
)

// Signs of the page: a true minus, a no-break space before units, and what stands for "no figure".
const (
	minus   = "\u2212"
	nbsp    = "\u00a0"
	noValue = "–"
)

// speech says words, sentences and figures in one language and one currency.
type speech struct {
	lang     string // en or zh
	currency string
	words    map[string]word
	mu       sync.Mutex
	missing  map[string]bool // ids that no word exists for: a fault of the program, not of the data
}

// miss notes an id that no word exists for; the files of owners are written side by side.
func (s *speech) miss(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.missing[id] = true
}

func newSpeech(lang, currency string) *speech {
	return &speech{lang: lang, currency: plain(currency), words: allWords(), missing: map[string]bool{}}
}

// exact writes an amount with all the digits of the currency's minor unit: -1,980.74.
func (s *speech) exact(d decimal.Decimal) string {
	scale := minorDigits(s.currency)
	return signed(grouped(roundAway(d, scale).Pad(scale).String()))
}

// money writes an amount to be read at a glance, with its currency: CNY 1.94 M, CNY 194 万.
func (s *speech) money(d decimal.Decimal) string {
	return signed(s.short(d, s.currency+nbsp))
}

// axis writes an amount for a chart's axis, without the currency.
func (s *speech) axis(d decimal.Decimal) string { return signed(s.short(d, "")) }

// short rounds to three significant digits of the nearest unit; prefix stands between sign and figure.
func (s *speech) short(d decimal.Decimal, prefix string) string {
	type unit struct {
		power int
		name  string
	}
	units := []unit{{9, "B"}, {6, "M"}, {3, "K"}}
	if s.lang == "zh" {
		units = []unit{{8, "亿"}, {4, "万"}}
	}
	sign, abs := "", d.Abs()
	if d.IsNeg() {
		sign = "-"
	}
	for _, u := range units {
		scaled, err := abs.Quo(power10(u.power))
		if err != nil {
			continue
		}
		if !scaled.Less(decimal.MustParse("0.9995")) { // 999.5 K is 1.00 M
			return sign + prefix + grouped(threeDigits(scaled)) + nbsp + u.name
		}
	}
	scale := minorDigits(s.currency)
	if abs.IsInt() || !abs.Less(decimal.Hundred) {
		scale = 0
	}
	text := roundAway(abs, scale).Pad(scale).String()
	if strings.Trim(text, "0.") == "" {
		sign = ""
	}
	return sign + prefix + grouped(text)
}

// threeDigits writes 1.94, 19.4, 194; what is larger keeps its whole digits.
func threeDigits(d decimal.Decimal) string {
	for scale, limit := range []string{"99.95", "9.995"} {
		if !d.Less(decimal.MustParse(limit)) {
			return roundAway(d, scale).String()
		}
	}
	return roundAway(d, 2).Pad(2).String()
}

// figure writes a kpi's value in its unit; nil is no figure.
func (s *speech) figure(v *float64, unit string) string {
	if !finite(v) {
		return noValue
	}
	switch unit {
	case "money":
		d, err := decimal.NewFromFloat64(*v)
		if err != nil {
			return noValue
		}
		return s.money(d)
	case "share":
		return s.percent(v)
	case "count", "days":
		return s.number(int64(math.Round(*v)))
	}
	return signed(grouped(strconv.FormatFloat(*v, 'f', 2, 64)))
}

// percent writes a share with one decimal: 4.2 %.
func (s *speech) percent(v *float64) string {
	if !finite(v) {
		return noValue
	}
	text := signed(grouped(oneDecimal(*v*100))) + nbsp + "%"
	if s.lang == "zh" {
		return strings.ReplaceAll(text, nbsp, "")
	}
	return text
}

// number writes a count with separated thousands.
func (s *speech) number(n int64) string { return signed(grouped(strconv.FormatInt(n, 10))) }

// day writes an ISO date, period a cohort or month as short as it can be said.
func (s *speech) day(t time.Time) string { return t.Format(time.DateOnly) }

func (s *speech) period(t time.Time, period string) string {
	switch period {
	case "month":
		return t.Format("2006-01")
	case "quarter":
		return t.Format("2006") + "-Q" + strconv.Itoa((int(t.Month())+2)/3)
	case "year":
		return t.Format("2006")
	}
	return t.Format(time.DateOnly)
}

func oneDecimal(v float64) string {
	text := strconv.FormatFloat(v, 'f', 1, 64)
	if text == "-0.0" {
		return "0.0"
	}
	return text
}

// share divides money by money; nil when there is nothing to divide by.
func share(part, whole decimal.Decimal) *float64 {
	if whole.IsZero() {
		return nil
	}
	q, err := part.Quo(whole)
	if err != nil {
		return nil
	}
	f, ok := q.Float64()
	if !ok {
		return nil
	}
	return &f
}

// countShare divides counts; nil when there is nothing to divide by.
func countShare(part, whole int64) *float64 {
	if whole == 0 {
		return nil
	}
	f := float64(part) / float64(whole)
	return &f
}

// plot turns an amount into a coordinate. Nothing is computed or printed from it.
func plot(d decimal.Decimal) float64 {
	f, _ := d.Float64()
	return f
}

// roundAway rounds half away from zero, as the definitions do; the library rounds half to even.
func roundAway(d decimal.Decimal, scale int) decimal.Decimal {
	half, err := decimal.New(5, min(scale+1, decimal.MaxScale))
	if err != nil {
		return d.Round(scale)
	}
	moved, err := d.Add(half.CopySign(d))
	if err != nil {
		return d.Round(scale)
	}
	return moved.Trunc(scale)
}

func power10(n int) decimal.Decimal {
	d := decimal.One
	for range n {
		d, _ = d.Mul(decimal.Ten)
	}
	return d
}

// minorDigits is the number of decimals of a currency's smallest unit (ISO 4217).
func minorDigits(currency string) int {
	switch currency {
	case "JPY", "KRW", "VND", "CLP", "ISK", "PYG", "UGX", "XAF", "XOF", "XPF", "RWF":
		return 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	}
	return 2
}

// grouped separates thousands of a plain number text.
func grouped(text string) string {
	sign := ""
	if strings.HasPrefix(text, "-") {
		sign, text = "-", text[1:]
	}
	whole, fraction, hasFraction := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if hasFraction {
		whole += "." + fraction
	}
	return sign + whole
}

// signed shows a negative number with a true minus sign, and nothing as negative that rounds to zero.
func signed(text string) string {
	rest, negative := strings.CutPrefix(text, "-")
	if !negative {
		return text
	}
	if !strings.ContainsAny(rest, "123456789") {
		return rest
	}
	return minus + rest
}

func finite(v *float64) bool { return v != nil && !math.IsNaN(*v) && !math.IsInf(*v, 0) }

// plain makes a text from outside inert: no control, no line break, no character that turns the
// direction of what follows. Markup is escaped where the text is written.
func plain(text string) string {
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(text, "\ufffd") {
		switch {
		case r == '\u200d': // joins emoji and some scripts
			b.WriteRune(r)
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
		default:
			b.WriteRune(r)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// cells is the width of a text in half-width characters: CJK and emoji take two.
func cells(text string) int {
	n := 0
	for _, r := range text {
		n += runeCells(r)
	}
	return n
}

func runeCells(r rune) int {
	switch {
	case r == '\u200d' || unicode.Is(unicode.Mn, r):
		return 0
	case r >= 0x1100 && r <= 0x115f, r >= 0x2e80 && r <= 0xa4cf, r >= 0xac00 && r <= 0xd7a3,
		r >= 0xf900 && r <= 0xfaff, r >= 0xfe30 && r <= 0xfe6f, r >= 0xff00 && r <= 0xff60,
		r >= 0xffe0 && r <= 0xffe6, r >= 0x1f300 && r <= 0x1faff, r >= 0x20000:
		return 2
	}
	return 1
}

// shorten cuts a text to a width in cells and shows that it did.
func shorten(text string, width int) string {
	if cells(text) <= width {
		return text
	}
	used, end := 0, 0
	for i, r := range text {
		if used += runeCells(r); used > width-1 {
			break
		}
		end = i + len(string(r))
	}
	return strings.TrimRight(text[:end], " \u200d") + "…"
}
