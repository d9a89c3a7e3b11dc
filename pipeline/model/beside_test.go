package model

import (
	"testing"
)

func TestADatabaseBesideComputesTheSameNamesFromOtherRows(t *testing.T) {
	e, _ := engine(t, 2)
	days := []Column{{"n", "bigint"}}
	if err := e.CreateFrom(t.Context(), "core.days", days, [][]any{{int64(1)}, {int64(2)}, {int64(3)}}, ""); err != nil {
		t.Fatal(err)
	}
	m := Model{Schema: "core", Name: "counted", Path: "counted.sql", SQL: "select count(*) as n from core.days"}
	build(t, e, m, "")
	b, err := e.Beside(t.Context(), "past")
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Share(t.Context(), "core.days", "*", "n < 3"); err != nil {
		t.Fatal(err)
	}
	build(t, b, m, "")
	if got := one(t, b, "select n from core.counted"); got != int64(2) {
		t.Errorf("beside, %v days are counted, not 2", got)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if got := one(t, e, "select n from core.counted"); got != int64(3) {
		t.Errorf("%v days are counted after the database beside is closed, not 3", got)
	}
	again, err := e.Beside(t.Context(), "past")
	if err != nil {
		t.Fatal("its name is not free again:", err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
}

func one(t *testing.T, e *DuckDB, query string) any {
	t.Helper()
	rows, err := e.Query(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	return rows.Values[0][0]
}
