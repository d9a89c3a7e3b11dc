package extract

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
)

func TestTheSameShopReadsTheSameFromThreeDatabases(t *testing.T) {
	folder := packFolder(t, "chinook")
	pg, maria := extracttest.Postgres(t), extracttest.MariaDB(t)
	pg.Load(t, "chinook", filepath.Join(folder, "Chinook_PostgreSql.sql"))
	maria.Load(t, "Chinook", filepath.Join(folder, "Chinook_MySql.sql"))
	shops := []struct {
		spec  Spec
		names func(snake, camel string) string
	}{
		{Spec{Name: "archive", Dir: folder, SQLite: &Files{Path: "Chinook_Sqlite.sqlite"}}, func(_, camel string) string { return camel }},
		{mysqlSpec(testServer(t, maria, "Chinook")), func(_, camel string) string { return camel }},
		{postgresSpec(testServer(t, pg, "chinook")), func(snake, _ string) string { return snake }},
	}
	relations := []struct {
		snake, camel string
		columns      [][2]string
		rows         int
	}{
		{"customer", "Customer", [][2]string{{"customer_id", "CustomerId"}, {"last_name", "LastName"}, {"company", "Company"}, {"country", "Country"}}, 59},
		{"invoice", "Invoice", [][2]string{{"invoice_id", "InvoiceId"}, {"customer_id", "CustomerId"}, {"billing_country", "BillingCountry"}}, 412},
		{"invoice_line", "InvoiceLine", [][2]string{{"invoice_line_id", "InvoiceLineId"}, {"unit_price", "UnitPrice"}, {"quantity", "Quantity"}}, 2240},
		// not Track's names: MySQL's script loses their backslashes
		{"track", "Track", [][2]string{{"track_id", "TrackId"}, {"composer", "Composer"}, {"bytes", "Bytes"}}, 3503},
	}
	var first [][][]string
	for i, shop := range shops {
		src := openDatabase(t, shop.spec)
		for r, relation := range relations {
			q := Query{Relation: shop.names(relation.snake, relation.camel)}
			for _, c := range relation.columns {
				q.Columns = append(q.Columns, shop.names(c[0], c[1]))
			}
			rows, bad, err := readAll(t, src, q)
			if err != nil || len(bad) > 0 || len(rows) != relation.rows {
				t.Fatalf("%s %s: %d rows, unreadable %v, error %v; want %d", shop.spec.Kind(), q.Relation, len(rows), bad, err, relation.rows)
			}
			if i == 0 {
				first = append(first, rows)
			} else if diff := cmp.Diff(first[r], rows); diff != "" {
				t.Errorf("%s %s differs from SQLite's:\n%s", shop.spec.Kind(), q.Relation, diff)
			}
		}
	}
	for _, shop := range shops[1:] {
		rows, _, err := readAll(t, openDatabase(t, shop.spec), Query{Select: "select sum(total) as total from " + shop.names("invoice", "Invoice")})
		if diff := cmp.Diff([][]string{{"2328.60"}}, rows); err != nil || diff != "" {
			t.Errorf("%s: error %v, total (-want +got):\n%s", shop.spec.Kind(), err, diff)
		}
	}
}

func TestNorthwindKeepsItsFloatDiscounts(t *testing.T) {
	pg := extracttest.Postgres(t)
	pg.Load(t, "northwind", filepath.Join(packFolder(t, "northwind"), "northwind.sql"))
	src := openDatabase(t, postgresSpec(testServer(t, pg, "northwind")))
	rows, _, err := readAll(t, src, Query{Relation: "order_details", Columns: []string{"discount", "unit_price", "order_id"}})
	if err != nil || len(rows) != 2155 {
		t.Fatalf("%d rows, error %v", len(rows), err)
	}
	discounts := map[string]bool{}
	for _, r := range rows {
		discounts[r[0]] = true
	}
	for _, want := range []string{"0", "0.01", "0.05", "0.15", "0.25"} {
		if !discounts[want] {
			t.Errorf("no discount of %s among %v", want, discounts)
		}
	}
}
