package main

import (
	"slices"
	"strings"
	"unicode"

	"github.com/pharos-analytics/pharos/pipeline/extract"
)

// looked is one relation as init saw it: its columns with the values of the first rows.
type looked struct {
	source   int    // index into the proposed sources
	relation string // table or sheet; "" for a source with one relation
	label    string // what people call it: file or table name
	topic    string // the part of the label that says what it holds: of workbooks with several sheets the sheet
	columns  []lookedColumn
	headless bool // the columns have no names of their own
}

// lookedColumn is a column of the first rows: each row's cell, "" for NULL, and the filled cells alone.
type lookedColumn struct {
	name   string
	cells  []string
	values []string
}

// dependent says whether a column has one value for each value of the key in the first rows, all
// of which have a key.
func (l *looked) dependent(key, column string) bool {
	k, c := l.column(key), l.column(column)
	if k == nil || c == nil || len(c.values) == 0 {
		return false
	}
	first := map[string]string{}
	for i, id := range k.cells {
		if before, seen := first[id]; id == "" || seen && before != c.cells[i] {
			return false
		}
		first[id] = c.cells[i]
	}
	return true
}

func (l *looked) column(name string) *lookedColumn {
	for i := range l.columns {
		if l.columns[i].name == name {
			return &l.columns[i]
		}
	}
	return nil
}

// most says whether nine of ten values pass, and at least one does. A column of the first rows
// that is empty passes nothing.
func (c *lookedColumn) most(pass func(string) bool) bool {
	n := 0
	for _, v := range c.values {
		if pass(v) {
			n++
		}
	}
	return n > 0 && 10*n >= 9*len(c.values)
}

// every says whether all values pass, and there is one.
func (c *lookedColumn) every(pass func(string) bool) bool {
	return len(c.values) > 0 && !slices.ContainsFunc(c.values, func(v string) bool { return !pass(v) })
}

// unique says whether no value of the sample repeats.
func (c *lookedColumn) unique() bool {
	sorted := slices.Sorted(slices.Values(c.values))
	return len(sorted) > 0 && len(slices.Compact(sorted)) == len(c.values)
}

// looksNumeric accepts amounts as people write them: currency signs or codes, grouping,
// parentheses and full-width digits; whether the value is exact is for the mapper to say.
func looksNumeric(s string) bool {
	found := false
	for _, r := range strings.TrimSpace(s) {
		switch {
		case unicode.IsDigit(r):
			found = true
		case unicode.Is(unicode.Sc, r) || strings.ContainsRune("+-−.,'()  ％eE", r):
		case r == ' ':
		default:
			return found && isCurrencyEnd(s) || !found && isCurrencyStart(s)
		}
	}
	return found
}

func isCurrencyEnd(s string) bool {
	s = strings.TrimSpace(s)
	return len(s) > 3 && isCurrency(s[len(s)-3:]) && looksNumeric(s[:len(s)-3])
}

func isCurrencyStart(s string) bool {
	s = strings.TrimSpace(s)
	return len(s) > 3 && isCurrency(s[:3]) && looksNumeric(s[3:])
}

// looksDated accepts what the mapper reads as a day or a time, once its format is declared.
func looksDated(s string) bool { return extract.LooksLikeDates([]string{s}) }

// looksDecimal is a number with a fraction, as amounts have and counts have not.
func looksDecimal(s string) bool {
	return looksNumeric(s) && strings.ContainsAny(s, ".,") && !looksDated(s)
}

// looksFloatID is a whole number that a spreadsheet turned into 17850.0.
func looksFloatID(s string) bool {
	number, cut := strings.CutSuffix(s, ".0")
	return cut && digits(number)
}

// looksShare is a number from 0 to 1, as rates have and money has not.
func looksShare(s string) bool {
	return s == "0" || s == "1" || strings.HasPrefix(s, "0.") && digits(s[2:]) || s == "1.0" || s == "1.00"
}

// visible makes a value safe to print on a terminal and in a comment: no control characters, no
// direction marks, at most 40 characters.
func visible(s string) string {
	const most = 40
	runes := []rune(s)
	if len(runes) > most {
		runes = append(runes[:most-1], '…')
	}
	for i, r := range runes {
		if !unicode.IsPrint(r) {
			runes[i] = '·'
		}
	}
	return string(runes)
}
