package model

import (
	"fmt"
	"slices"
	"strings"
)

// prefixed puts the night's prefix before the schema of every reference of a text, at the places
// that the parse tree gives; the rest of the text stays as it is.
func prefixed(text string, refs []Ref, prefix string) (string, error) {
	at := map[int]Ref{}
	for _, r := range refs {
		at[r.Offset] = r
	}
	var b strings.Builder
	end := 0
	for _, tok := range tokenize(text) {
		r, isRef := at[tok.offset]
		if !isRef {
			continue
		}
		if !strings.EqualFold(strings.Trim(tok.text, `"`), r.Schema) {
			return "", fmt.Errorf("find %s in a text: at byte %d stands %s", r.Relation(), r.Offset, tok.text)
		}
		b.WriteString(text[end:tok.offset])
		b.WriteString(quoteName(prefix + "_" + r.Schema))
		end = tok.offset + len(tok.text)
		delete(at, tok.offset)
	}
	for _, r := range at {
		return "", fmt.Errorf("find %s in a text: nothing begins at byte %d", r.Relation(), r.Offset)
	}
	return b.String() + text[end:], nil
}

// trinoType is a column's type as the hive connector stores it.
func trinoType(kind string) (string, error) {
	switch {
	case kind == "timestamp", kind == "timestamp with time zone":
		return "timestamp(6)", nil // the hive connector has no zones; all instants are UTC
	case isDecimal(kind), slices.Contains([]string{"varchar", "bigint", "double", "date", "boolean", "integer"}, kind):
		return kind, nil
	}
	return "", fmt.Errorf("the type %s has no counterpart on Trino", kind)
}

// localType is what a type of Trino is here.
func localType(kind string) string {
	kind = strings.ToLower(kind)
	switch base, _, _ := strings.Cut(kind, "("); base {
	case "varchar", "char":
		return "varchar"
	case "timestamp":
		return "timestamp"
	case "decimal":
		return strings.ReplaceAll(kind, " ", "")
	case "real":
		return "float"
	}
	return kind
}

// trinoColumns writes a column list with types.
func trinoColumns(columns []Column) (string, error) {
	items := make([]string, len(columns))
	for i, c := range columns {
		kind, err := trinoType(c.Type)
		if err != nil {
			return "", fmt.Errorf("column %s: %w", c.Name, err)
		}
		items[i] = quoteName(c.Name) + " " + kind
	}
	return strings.Join(items, ", "), nil
}
