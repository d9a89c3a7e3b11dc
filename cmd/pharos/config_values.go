package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/pharos-analytics/pharos/segment"
)

// text is a non-empty value.
func (n node) text(fallback string) string {
	if !n.present() || !n.is(yaml.ScalarNode) {
		return fallback
	}
	if n.y.Value == "" {
		n.fail("is empty")
	}
	return n.y.Value
}

// texts is a list of values, empty texts included (null words may be empty).
func (n node) texts() []string {
	if !n.present() {
		return nil
	}
	var out []string
	for _, item := range n.items() {
		if item.is(yaml.ScalarNode) {
			out = append(out, item.y.Value)
		}
	}
	return out
}

// word is one of the allowed values.
func (n node) word(fallback string, allowed ...string) string {
	if !n.present() || !n.is(yaml.ScalarNode) {
		return fallback
	}
	if !slices.Contains(allowed, n.y.Value) {
		n.fail("%s is not one of %s%s", n.shown(), strings.Join(allowed, ", "), nearestHint(n.y.Value, allowed))
		return fallback
	}
	return n.y.Value
}

// count is a whole number between low and high.
func (n node) count(fallback, low, high int) int {
	if !n.present() || !n.is(yaml.ScalarNode) {
		return fallback
	}
	v, err := strconv.Atoi(n.y.Value)
	if err != nil || v < low || v > high {
		n.fail("%s is not a whole number from %d to %d", n.shown(), low, high)
		return fallback
	}
	return v
}

// flag is true or false.
func (n node) flag(fallback bool) bool {
	return n.word(strconv.FormatBool(fallback), "true", "false") == "true"
}

// share is a part of a whole: "80 %", "80%" or 0.8.
func (n node) share(fallback segment.BasisPoints) segment.BasisPoints {
	if !n.present() || !n.is(yaml.ScalarNode) {
		return fallback
	}
	bp, err := parseShare(n.y.Value)
	if err != nil {
		n.fail("%s %v", n.shown(), err)
		return fallback
	}
	return bp
}

// parseShare reads a share exactly, to a hundredth of a percent. A bare whole number is refused,
// since 1 could mean one percent or everything.
func parseShare(text string) (segment.BasisPoints, error) {
	number, percent := strings.CutSuffix(strings.ReplaceAll(strings.TrimSpace(text), "％", "%"), "%")
	places := 4
	if percent {
		places = 2
	}
	whole, fraction, _ := strings.Cut(strings.TrimSpace(number), ".")
	if !digits(whole) || (fraction != "" && !digits(fraction)) || len(whole) > 6 {
		return 0, fmt.Errorf("is not a share; write 80 %% or 0.8")
	}
	if !percent && fraction == "" && whole != "0" {
		return 0, fmt.Errorf("is ambiguous as a share; write %s %%", whole)
	}
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > places {
		return 0, fmt.Errorf("is finer than a hundredth of a percent")
	}
	bp, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", places-len(fraction)), 10, 64)
	if err != nil || bp > 10000 {
		return 0, fmt.Errorf("is more than 100 %%")
	}
	return segment.BasisPoints(bp), nil
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// isAmount accepts plain decimal text that decimal(18,4) holds.
func isAmount(text string) bool {
	whole, fraction, point := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	return digits(whole) && len(whole) <= 14 && (!point || digits(fraction) && len(fraction) <= 4)
}

// amount is money as decimal text with at most four decimals.
func (n node) amount(fallback string) string {
	if !n.present() || !n.is(yaml.ScalarNode) {
		return fallback
	}
	if !isAmount(n.y.Value) {
		n.fail("%s is not an amount; write it like 50000 or 0.00, with a point and at most four decimals", n.shown())
		return fallback
	}
	return n.y.Value
}

// level is a value of a kpi: an amount, or a share written with %, as decimal text.
func (n node) level() string {
	if !n.present() || !n.is(yaml.ScalarNode) {
		return ""
	}
	if strings.ContainsAny(n.y.Value, "%％") {
		bp := n.share(0)
		return fmt.Sprintf("%d.%04d", bp/10000, bp%10000)
	}
	return n.amount("")
}

// days is a duration in whole days: "60 days", "1 day", "2 weeks".
func (n node) days(fallback int) int {
	if !n.present() || !n.is(yaml.ScalarNode) {
		return fallback
	}
	number, unit, _ := strings.Cut(n.y.Value, " ")
	v, err := strconv.Atoi(number)
	switch strings.TrimSpace(unit) {
	case "day", "days":
	case "week", "weeks":
		v *= 7
	default:
		err = strconv.ErrSyntax
	}
	if err != nil || v < 0 || v > 36500 {
		n.fail("%s is not a duration in days; write it like 60 days", n.shown())
		return fallback
	}
	return v
}

// duration is a time that something may take: "30 seconds", "5 minutes", "4 hours", "1 day".
func (n node) duration(fallback time.Duration) time.Duration {
	if !n.present() || !n.is(yaml.ScalarNode) {
		return fallback
	}
	const longest = 7 * 24 * time.Hour
	d, ok := parseDuration(n.y.Value)
	if !ok || d == 0 || d > longest {
		n.fail("%s is not a time up to 7 days; write it like 30 minutes or 4 hours", n.shown())
		return fallback
	}
	return d
}

// parseDuration reads "3 days", "2 hours", "30 minutes", "45 seconds", "2 weeks".
func parseDuration(text string) (time.Duration, bool) {
	number, unit, _ := strings.Cut(strings.TrimSpace(text), " ")
	v, err := strconv.Atoi(number)
	units := map[string]time.Duration{"second": time.Second, "minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour, "week": 7 * 24 * time.Hour}
	size, known := units[strings.TrimSuffix(strings.TrimSpace(unit), "s")]
	const longest = 10 * 365 * 24 * time.Hour
	if err != nil || !known || v < 0 || time.Duration(v) > longest/size {
		return 0, false
	}
	return time.Duration(v) * size, true
}

// durationOrNone is a duration that may be 0.
func (n node) durationOrNone(fallback time.Duration) time.Duration {
	if n.present() && n.is(yaml.ScalarNode) && n.y.Value == "0" {
		return 0
	}
	return n.duration(fallback)
}

// window is the period before the as-of day: "12 months", "2 years", all, "fiscal year to date".
func (n node) window(fallback segment.Window) segment.Window {
	if !n.present() || !n.is(yaml.ScalarNode) {
		return fallback
	}
	switch n.y.Value {
	case "all":
		return segment.Window{All: true}
	case "fiscal year to date":
		return segment.Window{Fiscal: true}
	}
	number, unit, _ := strings.Cut(n.y.Value, " ")
	v, err := strconv.Atoi(number)
	switch strings.TrimSpace(unit) {
	case "month", "months":
	case "year", "years":
		v *= 12
	default:
		err = strconv.ErrSyntax
	}
	if err != nil || v < 1 || v > 1200 {
		n.fail("%s is not a window; write 12 months, all, or fiscal year to date", n.shown())
		return fallback
	}
	return segment.Window{Months: v}
}

// day is a calendar day, 2026-12-31.
func (n node) day() time.Time {
	if !n.present() || !n.is(yaml.ScalarNode) {
		return time.Time{}
	}
	t, err := time.Parse(time.DateOnly, n.y.Value)
	if err != nil {
		n.fail("%s is not a day; write it like 2026-12-31", n.shown())
	}
	return t
}

// megabytes is a size of memory: 4GB, 512MB.
func (n node) megabytes() int {
	if !n.present() || !n.is(yaml.ScalarNode) {
		return 0
	}
	text := strings.ToUpper(strings.ReplaceAll(n.y.Value, " ", ""))
	factor := 1
	number, isMB := strings.CutSuffix(text, "MB")
	if !isMB {
		number, isMB = strings.CutSuffix(text, "GB")
		factor = 1024
	}
	v, err := strconv.Atoi(number)
	if err != nil || !isMB || v < 1 || v > 1<<24 {
		n.fail("%s is not a size of memory; write it like 4GB or 512MB", n.shown())
		return 0
	}
	return v * factor
}

// bounds is an ascending list of whole numbers above zero.
func (n node) bounds() []int64 {
	if !n.present() {
		return nil
	}
	var out []int64
	for _, item := range n.items() {
		if !item.is(yaml.ScalarNode) {
			continue
		}
		v, err := strconv.ParseInt(item.y.Value, 10, 64)
		switch {
		case err != nil || v < 1:
			item.fail("%s is not a whole number above zero", item.shown())
		case len(out) > 0 && v <= out[len(out)-1]:
			item.fail("%d does not follow %d: bands are lower bounds in ascending order", v, out[len(out)-1])
		default:
			out = append(out, v)
		}
	}
	return out
}
