package model

import (
	"slices"
	"strings"
)

// signHints are operators that only one of the engines has.
func signHints() map[string]string {
	return map[string]string{
		"::": "write cast(x as type)", "//": "write floor(cast(a as double) / nullif(b, 0)) or compare counts",
		"->": "no lambdas and no json", "->>": "no json", ":=": "name no arguments", "==": "write =", "**": "write power(a, b)",
		"[": "no list literals and no subscripts", "{": "no struct literals", "^": "write power(a, b)", "~": "write like",
		"&": "no bit operations", "@": "write abs(x)", "#": "name the column", "$": "no parameters: read run.params", "?": "no parameters: read run.params",
	}
}

// wordHints are words that only one engine has, or that make a result depend on the clock.
func wordHints() map[string]string {
	clock := "the as-of day stands in run.params"
	return map[string]string{
		"qualify": "filter in a step of its own", "exclude": "list the columns", "pivot": "write sum(case when …)",
		"unpivot": "write union all", "asof": "join on a range", "positional": "join on a key", "semi": "write exists",
		"anti": "write not exists", "ilike": "write lower(x) like", "glob": "write like", "similar": "write like",
		"recursive": "Trino inlines recursion and stops at 10 levels: make a loop of models", "tablesample": "no samples",
		"sample": "no samples", "try_cast": "parse before the lake", "current_date": clock, "current_timestamp": clock,
		"current_time": clock, "localtime": clock, "localtimestamp": clock, "natural": "name the columns of the join",
	}
}

// portableFunctions agree on both engines, as far as they were compared; translate by its definition
// only, with texts of one length.
var portableFunctions = strings.Fields(`
	abs cast ceil ceiling coalesce concat concat_ws count date_diff date_trunc day dense_rank exists exp extract
	first_value floor lag last_value lead length like ln log10 lower lpad ltrim max max_by min min_by mod month ntile
	nullif percent_rank power quarter rank replace round row_number rpad rtrim sign sqrt strpos substr sum translate trim
	unnest upper week year`)

// functionHints say what to write instead of functions that differ or are not deterministic.
func functionHints() map[string]string {
	order := "its result depends on the order of rows: write min_by or max_by, or row_number with an order"
	doubles := "its result differs between runs and engines"
	return map[string]string{
		"left": "write substr(x, 1, n)", "right": "write substr(x, -n)", "now": "the as-of day stands in run.params",
		"today": "the as-of day stands in run.params", "random": "results must repeat", "uuid": "results must repeat",
		"first": order, "last": order, "any_value": order, "arbitrary": order, "mode": order, "list": order, "array_agg": order,
		"string_agg": order, "listagg": order, "group_concat": order,
		"avg": "write cast(sum(x) as double) / nullif(count(x), 0)", "median": "use row_number and count",
		"stddev": doubles + ": sum decimals, or compute in Go", "stddev_samp": doubles + ": sum decimals, or compute in Go",
		"stddev_pop": doubles + ": sum decimals, or compute in Go", "variance": doubles + ": sum decimals, or compute in Go",
		"greatest": "NULL counts on one engine only: write case or coalesce", "least": "NULL counts on one engine only: write case or coalesce",
		"strftime": "write substr(cast(d as varchar), 1, 7)", "last_day": "write month start + interval", "ifnull": "write coalesce",
		"regexp_replace": "one engine replaces the first match, the other all", "split_part": "beyond the end one engine gives '', the other NULL",
	}
}

// lintPortability holds the rules of the subset that both engines compute alike.
func (f *lintFile) lintPortability() {
	signs, words, functions := signHints(), wordHints(), functionHints()
	for i, text := range f.texts {
		if hint, found := signs[text]; found && f.kind(i) == operator {
			f.report(i, "sign", "%s is not portable: %s", text, hint)
		}
		if f.kind(i) == word {
			if hint, found := words[text]; found && !f.isName(i) {
				f.report(i, "word", "%s is not portable: %s", text, hint)
			}
			f.lintFunction(i, functions)
			f.lintSetWords(i)
		}
		switch text {
		case "/":
			f.lintDivision(i)
		case "cast":
			f.lintCast(i)
		case "interval":
			f.lintInterval(i)
		case "date_trunc":
			if !f.follows(i-2, "cast", "(") {
				f.report(i, "date-trunc", "its type differs: write cast(date_trunc(…) as date)")
			}
		case "as":
			f.lintReserved(i + 1)
		}
	}
}

// isName says whether a word is a column or alias here, whatever else it can mean.
func (f *lintFile) isName(i int) bool {
	return f.text(i-1) == "." || f.text(i+1) == "." || f.text(i-1) == "as"
}

// lintFunction checks a word before a bracket.
func (f *lintFile) lintFunction(i int, hints map[string]string) {
	name := f.text(i)
	if f.text(i+1) != "(" || f.isColumnList(i) || slices.Contains(portableFunctions, name) {
		return
	}
	hint, found := hints[name]
	switch {
	case found:
		f.report(i, "function", "%s() is not portable: %s", name, hint)
	case !slices.Contains(keywords, name):
		f.report(i, "function", "%s() is not portable: nobody has compared it on both engines", name)
	}
}

// isColumnList says whether name(a, b) names the columns of an alias or of a step, or is a type.
func (f *lintFile) isColumnList(i int) bool {
	return f.text(i-1) == "as" || f.follows(f.closer[i+1]+1, "as", "(")
}

// lintSetWords holds the rules about two neighbouring words.
func (f *lintFile) lintSetWords(i int) {
	switch f.text(i) {
	case "union":
		if next := f.text(i + 1); next != "all" && next != "distinct" {
			f.report(i, "union", "write union all or union distinct")
		}
	case "by":
		if before := f.text(i - 1); f.text(i+1) == "all" && (before == "group" || before == "order") {
			f.report(i, "by-all", "%s by all is not portable: name the columns", before)
		}
	case "distinct":
		if f.text(i+1) == "on" && f.text(i-1) == "select" {
			f.report(i, "distinct-on", "distinct on is not portable: use row_number")
		}
	case "is":
		if value := f.afterNot(i + 1); value == "true" || value == "false" || value == "unknown" {
			f.report(i, "is-true", "is %s is not portable: write the condition, with coalesce where it may be NULL", value)
		}
	case "limit":
		if !f.hasOrderBefore(i) {
			f.report(i, "limit", "limit without order by takes any rows: order by what ends in the grain")
		}
	case "over":
		f.lintWindow(i)
	case "nulls":
		if f.text(i-1) == "ignore" || f.text(i-1) == "respect" {
			f.report(i-1, "ignore-nulls", "its place differs between the engines: avoid it")
		}
	}
}

func (f *lintFile) afterNot(i int) string {
	if f.text(i) == "not" {
		i++
	}
	return f.text(i)
}

// hasOrderBefore says whether the same select has an order by before this place.
func (f *lintFile) hasOrderBefore(i int) bool {
	for j := i - 1; j > f.opener[i]; j-- {
		if f.opener[j] == f.opener[i] && f.follows(j, "order", "by") {
			return true
		}
	}
	return false
}

// lintWindow wants an order for ranks, and ROWS for running aggregates: with RANGE, the default, a
// tied row gets the sum of all that are tied with it.
func (f *lintFile) lintWindow(i int) {
	if f.text(i-1) != ")" {
		return
	}
	function, open, named := f.calledBefore(i), i+1, f.kind(i+1) == word
	if named {
		open = f.namedWindow(i)
	}
	if open < 0 || f.text(open) != "(" {
		return
	}
	end := f.closer[open]
	ordered := f.within(open, end, "order", "by")
	framed := false
	for _, unit := range []string{"rows", "range", "groups"} {
		framed = framed || f.within(open, end, unit, "between") || f.within(open, end, unit, "unbounded") || f.within(open, end, unit, "current")
	}
	switch function {
	case "row_number", "rank", "dense_rank", "ntile", "percent_rank", "lag", "lead", "first_value", "last_value":
		if !ordered {
			f.report(i, "window-order", "%s without order by takes any order", function)
		}
		if framed && function != "first_value" && function != "last_value" {
			f.report(i, "window-rank-frame", "Trino refuses a frame with %s: count(*) over the same window numbers rows too", function)
		}
	case "sum", "count", "min", "max":
		if ordered && !framed && !named {
			f.report(i, "window-frame", "a running %s needs its frame: rows between unbounded preceding and current row", function)
		}
	}
}

// calledBefore is the function whose closing bracket stands before a place.
func (f *lintFile) calledBefore(i int) string {
	for j := i - 2; j >= 0; j-- {
		if f.text(j) == "(" && f.closer[j] == i-1 {
			return f.text(j - 1)
		}
	}
	return ""
}

// namedWindow is where the definition of the window named after a place opens; -1 when it is not found.
func (f *lintFile) namedWindow(i int) int {
	for j := i + 2; j < len(f.tokens); j++ {
		if f.text(j) == f.text(i+1) && f.follows(j+1, "as", "(") {
			return j + 2
		}
	}
	return -1
}

// lintDivision wants cast(a as double) / nullif(b, 0): integer, decimal and zero divisors differ. A
// side may also be a column that this file made as a double.
func (f *lintFile) lintDivision(i int) {
	if f.follows(i+1, "nullif", "(") && (f.hasDouble(f.leftOf(i), i) || f.hasDouble(i+3, f.closer[i+2])) {
		return
	}
	f.report(i, "bare-division", "write cast(a as double) / nullif(b, 0)")
}

// leftOf is where the operand before a sign begins.
func (f *lintFile) leftOf(i int) int {
	if f.text(i-1) != ")" {
		return i - 1
	}
	return slices.Index(f.closer, i-1) - 1
}

// hasDouble says whether a cast to double, or the name of a double, stands between two places.
func (f *lintFile) hasDouble(from, to int) bool {
	for i := max(from, 0); i < to; i++ {
		if f.follows(i, "as", "double") || f.kind(i) == word && slices.Contains(f.doubles(), f.text(i)) {
			return true
		}
	}
	return false
}

// doubles are the columns of this file made as cast(… as double) as x, or as a quotient.
func (f *lintFile) doubles() []string {
	var names []string
	for i := range f.tokens {
		if f.text(i) != ")" || f.text(i+1) != "as" || f.kind(i+2) != word {
			continue
		}
		open := slices.Index(f.closer, i)
		isCast := f.text(open-1) == "cast" && f.follows(i-2, "as", "double")
		isQuotient := f.follows(open-2, "/", "nullif")
		if isCast || isQuotient {
			names = append(names, f.text(i+2))
		}
	}
	return names
}
