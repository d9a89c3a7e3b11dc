package model

import (
	"slices"
	"strings"
)

// castTypes are the types that mean the same on both engines.
var castTypes = strings.Fields("varchar bigint integer double date boolean decimal timestamp")

// lintCast looks at the type of a cast, and at doubles that become integers: the engines round
// halves differently.
func (f *lintFile) lintCast(i int) {
	if f.text(i+1) != "(" {
		return
	}
	open, end := i+1, f.closer[i+1]
	as := -1
	for j := end - 1; j > open; j-- {
		if f.text(j) == "as" && f.opener[j] == open {
			as = j
			break
		}
	}
	if as < 0 {
		return
	}
	kind := f.text(as + 1)
	switch {
	case !slices.Contains(castTypes, kind):
		f.report(as+1, "type", "%s is not portable: cast to one of %s", f.tokens[as+1].text, strings.Join(castTypes, ", "))
	case kind == "varchar" && f.text(as+2) == "(":
		f.report(as+1, "type", "one engine cuts the text, the other does not: cast to varchar")
	case kind == "timestamp" && !(f.text(as+2) == "(" && as+3 < end && f.tokens[as+3].text == "6"):
		f.report(as+1, "type", "timestamp is milliseconds on one engine: cast to timestamp(6)")
	case kind == "decimal" && f.text(as+2) != "(":
		f.report(as+1, "type", "say the digits: decimal(38, 4)")
	case (kind == "bigint" || kind == "integer") && f.makesDouble(open+1, as) && !f.isRounded(open+1, as):
		f.report(i, "double-to-integer", "the engines round halves differently: cast(round(x) as %s), or floor, or ceil", kind)
	case kind == "decimal" && f.castsDouble(open+1, as) && !f.isRounded(open+1, as):
		f.report(i, "double-to-decimal", "the engines round halves of doubles differently: cast(round(x, 4) as decimal(38, 4))")
	}
}

// makesDouble says whether an expression visibly computes a double.
func (f *lintFile) makesDouble(from, to int) bool {
	for j := from; j < to; j++ {
		if text := f.text(j); text == "/" || text == "double" || f.text(j+1) == "(" &&
			slices.Contains([]string{"sqrt", "ln", "exp", "power", "log10"}, text) {
			return true
		}
	}
	return false
}

// castsDouble says whether an expression computes with casts to double outside a whole number.
func (f *lintFile) castsDouble(from, to int) bool {
	for j := from; j < to; j++ {
		if f.follows(j, "cast", "(", "round", "(") {
			j = f.closer[j+1]
		} else if f.follows(j, "as", "double") {
			return true
		}
	}
	return false
}

// isRounded says whether the whole expression is one call that leaves a whole number.
func (f *lintFile) isRounded(from, to int) bool {
	return slices.Contains([]string{"round", "floor", "ceil", "ceiling", "count", "date_diff"}, f.text(from)) &&
		f.text(from+1) == "(" && f.closer[from+1] == to-1
}

// lintInterval wants interval '1' month inside a cast: the sum is a timestamp on one engine and a
// date on the other.
func (f *lintFile) lintInterval(i int) {
	if f.isName(i) || f.kind(i+1) != literal {
		return
	}
	count := strings.Trim(f.tokens[i+1].text, "'")
	if count == "" || strings.Trim(count, "0123456789") != "" || f.kind(i+2) != word {
		f.report(i, "interval", "write interval '1' month")
		return
	}
	if !f.inCall(i, "cast") {
		f.report(i, "interval-cast", "date + interval is a timestamp on one engine: write cast(d + interval '1' month as date)")
	}
}

// reservedWords cannot be names on Trino, even after as.
var reservedWords = strings.Fields(`
	alter and between by case cast constraint create cross cube current_catalog current_date current_path current_role
	current_schema current_time current_timestamp current_user deallocate delete describe distinct drop else end escape
	except execute exists extract false for from full group grouping having in inner insert intersect into is join
	json_array json_exists json_object json_query json_table json_value left like listagg localtime localtimestamp natural
	normalize not null on or order outer prepare recursive right rollup select skip table then trim true uescape union
	unnest using values when where with`)

// lintReserved looks at the name after as.
func (f *lintFile) lintReserved(i int) {
	if f.kind(i) == word && slices.Contains(reservedWords, f.text(i)) {
		f.report(i, "reserved", "%s is a reserved word on Trino: choose another name", f.text(i))
	}
}
