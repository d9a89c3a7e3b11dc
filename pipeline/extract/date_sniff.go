package extract

import "strings"

// SniffDates finds the date format that all given values share, for init. An empty format says
// that none need be declared (year first), or that the values are no dates: LooksLikeDates tells
// which. Where no value shows which number is the day (all at most 12), ambiguous is set and the
// format is only the more usual one: a person must confirm it. Blank values are passed over.
func SniffDates(values []string) (format string, ambiguous bool) {
	var rest []string
	for _, v := range values {
		v = strings.TrimSpace(v)
		if v == "" {
			continue
		}
		if _, rule := parseUndeclared(v); rule != "" {
			rest = append(rest, v)
		}
	}
	if len(rest) == 0 {
		return "", false
	}
	var fits []string
	for _, candidate := range dateCandidates() {
		f, err := compileFormat(candidate)
		if err == nil && allParse(&f, rest) {
			fits = append(fits, candidate)
		}
	}
	if len(fits) == 0 {
		return "", false
	}
	return fits[0], len(fits) > 1 && dayFirst(fits[0]) != dayFirst(fits[1])
}

// LooksLikeDates says whether all values that are not blank, and at least one, are dates in a
// form that Pharos reads, declared or not.
func LooksLikeDates(values []string) bool {
	some := false
	for _, v := range values {
		if strings.TrimSpace(v) == "" {
			continue
		}
		some = true
		if _, rule := parseUndeclared(v); rule != "" {
			format, _ := SniffDates(values)
			return format != ""
		}
	}
	return some
}

func allParse(f *dateFormat, values []string) bool {
	for _, v := range values {
		if _, rule := f.declared(v); rule != "" {
			return false
		}
	}
	return true
}

func dayFirst(format string) bool { return strings.HasPrefix(format, "D") }

// dateCandidates are the usual formats, the more usual order of each sign first: points and
// dashes have the day first nearly everywhere, slashes have the month first in America.
func dateCandidates() []string {
	days := []string{
		"M/D/YYYY", "D/M/YYYY", "D.M.YYYY", "M.D.YYYY", "D-M-YYYY", "M-D-YYYY",
		"M/D/YY", "D/M/YY", "D.M.YY", "M.D.YY", "D-M-YY", "M-D-YY",
		"D MMM YYYY", "D-MMM-YYYY", "D-MMM-YY", "MMM D, YYYY", "D MMMM YYYY", "MMMM D, YYYY", "D. MMMM YYYY",
	}
	var out []string
	for _, clock := range []string{"", " H:mm", " H:mm:ss", " H:mm A", " H:mm:ss A", " H:mm:ss.S"} {
		for _, d := range days {
			out = append(out, d+clock)
		}
	}
	return out
}
