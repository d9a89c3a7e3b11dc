package model

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheDataDictionaryComesFromHeadersAndEngine(t *testing.T) {
	e, _ := engine(t, 1)
	const query = "select cast('a' as varchar) as customer_id, cast(1 as decimal(38, 4)) as profit, cast(1 as bigint) as orders"
	p := plan(t,
		"core/tiers.sql", modelText("-- mart: yes\n-- units: profit money, orders count\n-- column: profit  what is left\n", query),
		"core/hidden.sql", modelText("", query),
		"core/a_sum.sql", "-- The company.\n-- grain: none\n-- needs: none\n-- mart: yes\nselect cast(1 as double) as share")
	if err := Compute(t.Context(), e, p, func(Model) string { return "" }, nil); err != nil {
		t.Fatal(err)
	}
	got, err := Describe(t.Context(), e, p)
	if err != nil {
		t.Fatal(err)
	}
	want := []Description{
		{"a_sum", "", "one row", "", "The company."},
		{"a_sum", "share", "double", "", ""},
		{"tiers", "", "one row per customer_id", "", "One row per customer."},
		{"tiers", "customer_id", "varchar", "", ""},
		{"tiers", "profit", "decimal(38,4)", "money", "what is left"},
		{"tiers", "orders", "bigint", "count", ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	fresh, _ := engine(t, 1)
	_, err = Describe(t.Context(), fresh, p)
	wantErrors(t, err, "describe a_sum: ")
}
