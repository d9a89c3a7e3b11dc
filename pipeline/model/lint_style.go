package model

import (
	"slices"
	"strings"
)

// keywords are the words of SQL that may stand after a value without being its alias.
var keywords = strings.Fields(`
	all and any as asc between by case cross current cube date desc distinct else end escape except exists false fetch
	filter following for from full group groups having ignore in inner intersect interval is join lateral left like limit
	materialized natural not null nulls offset on only or order outer over partition preceding precision range respect
	right rollup row rows select sets some then timestamp true unbounded union unnest using values when where window with
	within`)

// lintStyle holds the rules of the house style that tokens show.
func (f *lintFile) lintStyle() {
	for i, t := range f.tokens {
		if t.kind == word && t.text != strings.ToLower(t.text) {
			f.report(i, "lower-case", "write %s in lower case", t.text)
		}
		switch f.texts[i] {
		case "join":
			f.lintJoin(i)
		case "from":
			f.lintFrom(i)
		case ",":
			f.lintComma(i)
		case "by":
			f.lintOrdinals(i)
		case "*":
			f.lintStar(i)
		}
		f.lintAlias(i)
	}
	f.lintFinal()
}

func (f *lintFile) lintJoin(i int) {
	if !slices.Contains([]string{"inner", "left", "right", "full", "cross", "outer"}, f.text(i-1)) {
		f.report(i, "join-kind", "say which join: inner, left, full, cross")
	}
}

// lintFrom finds the comma of an old-style join.
func (f *lintFile) lintFrom(i int) {
	if f.text(i-1) == "distinct" || f.inCall(i, "extract") || f.inCall(i, "trim") {
		return
	}
	ends := []string{")", "where", "group", "having", "order", "union", "intersect", "except", "limit", "window", "on", ";"}
	for j := i + 1; j < len(f.tokens); j++ {
		if f.opener[j] != f.opener[i] {
			continue
		}
		if slices.Contains(ends, f.text(j)) {
			return
		}
		if f.text(j) == "," {
			f.report(j, "comma-join", "write cross join, or inner join … on")
			return
		}
	}
}

// lintComma wants commas at line ends and none before from or a bracket.
func (f *lintFile) lintComma(i int) {
	if next := f.text(i + 1); next == "from" || next == ")" || i+1 == len(f.tokens) {
		f.report(i, "last-comma", "no comma after the last item")
	}
	if before := strings.TrimRight(f.model.SQL[:f.tokens[i].offset], " "); strings.HasSuffix(before, "\n") {
		f.report(i, "comma-first", "commas stand at line ends")
	}
}

// lintOrdinals wants names in group by.
func (f *lintFile) lintOrdinals(i int) {
	if f.text(i-1) != "group" {
		return
	}
	for j := i + 1; j < len(f.tokens) && f.opener[j] == f.opener[i]; j++ {
		isItem := f.text(j-1) == "by" || f.text(j-1) == ","
		if isItem && f.kind(j) == number {
			f.report(j, "group-by-number", "group by the column's name")
		} else if f.kind(j) == word && slices.Contains([]string{"having", "order", "union", "limit"}, f.text(j)) {
			return
		}
	}
}

// lintStar allows select * from one relation, in import steps and on the last line, and count(*).
func (f *lintFile) lintStar(i int) {
	if f.text(i-1) == "." {
		f.report(i, "star", "list the columns")
		return
	}
	if before := f.text(i - 1); before != "select" && before != "distinct" && before != "," {
		return // count(*) and multiplication
	}
	alone := f.text(i-1) == "select" && f.text(i+1) == "from"
	for j := i + 1; alone && j < len(f.tokens) && f.text(j) != ")"; j++ {
		alone = f.text(j) != "join" && f.text(j) != "("
	}
	if !alone {
		f.report(i, "star", "select * belongs to import steps and to the last line: list the columns")
	}
}

// lintAlias finds a name right after a value.
func (f *lintFile) lintAlias(i int) {
	if kind := f.kind(i); kind != quoted && (kind != word || slices.Contains(keywords, f.text(i))) {
		return
	}
	switch f.kind(i - 1) {
	case literal:
		if f.text(i-2) == "interval" {
			return
		}
	case number, quoted:
	case operator:
		if f.text(i-1) != ")" {
			return
		}
	case word:
		isValue := slices.Contains([]string{"end", "null", "true", "false"}, f.text(i-1))
		if !isValue && slices.Contains(append(keywords, "recursive"), f.text(i-1)) {
			return
		}
	}
	f.report(i, "alias-as", "write as before the alias %s", f.tokens[i].text)
}

// lintFinal wants the last line that all models share.
func (f *lintFile) lintFinal() {
	n := len(f.tokens)
	if n > 0 && f.text(n-1) == ";" {
		f.report(n-1, "final", "no ; at the end: Trino's driver refuses it")
		n--
	}
	if n < 4 || !f.follows(n-4, "select", "*", "from", "final") {
		f.issues = append(f.issues, Issue{f.model.Path, 1, 1, "final", "name the last step final and end with select * from final"})
	}
}
