package model

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const customersQuery = `select * from (values
('C1', '明光通信', cast(-1980.74 as decimal(38,4)), cast(3 as bigint), cast(0.1 as double), date '2025-03-08'),
('C2', 'Müller, "Sons"', null, cast(12 as bigint), cast(1e-9 as double), null),
('C3', '', cast(0 as decimal(38,4)), null, cast('nan' as double), date '2025-01-01')
) as t(customer_id, name, profit, orders, share, "first,on") order by customer_id`

// written runs a query in a format.
func written(t *testing.T, query, format string) string {
	t.Helper()
	e, _ := engine(t, 2)
	var b strings.Builder
	if err := e.QueryTo(t.Context(), query, &b, format); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestATableIsAlignedForPeople(t *testing.T) {
	want := `customer_id  name                profit  orders  share  first,on
-----------  --------------  ----------  ------  -----  ----------
C1           明光通信        -1980.7400       3    0.1  2025-03-08
C2           Müller, "Sons"        NULL      12  1e-09  NULL
C3                               0.0000    NULL    NaN  2025-01-01
(3 rows)
`
	if diff := cmp.Diff(want, written(t, customersQuery, FormatTable)); diff != "" {
		t.Error(diff)
	}
}

func TestANameCannotSteerTheTerminal(t *testing.T) {
	got := written(t, "select 'a' || chr(27) || '[2J' || chr(8238) || chr(10) || chr(9) as name", FormatTable)
	if want := "name\n--------------------\na\\u001b[2J\\u202e\\n\\t\n(1 row)\n"; got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestCSVIsExact(t *testing.T) {
	want := "customer_id,name,profit,orders,share,\"first,on\"\n" +
		"C1,明光通信,-1980.7400,3,0.1,2025-03-08\n" +
		"C2,\"Müller, \"\"Sons\"\"\",,12,1e-09,\n" +
		"C3,\"\",0.0000,,NaN,2025-01-01\n"
	if diff := cmp.Diff(want, written(t, customersQuery, FormatCSV)); diff != "" {
		t.Error(diff)
	}
}

func TestJSONKeepsEveryDigit(t *testing.T) {
	got := written(t, customersQuery, FormatJSON)
	want := `[
{"customer_id": "C1", "name": "明光通信", "profit": -1980.7400, "orders": 3, "share": 0.1, "first,on": "2025-03-08"},
{"customer_id": "C2", "name": "Müller, \"Sons\"", "profit": null, "orders": 12, "share": 1e-09, "first,on": null},
{"customer_id": "C3", "name": "", "profit": 0.0000, "orders": null, "share": "NaN", "first,on": "2025-01-01"}
]
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, text := range []string{got, written(t, "select 1 as a where false", FormatJSON), written(t, "select '<&>' as a", FormatJSON)} {
		if !json.Valid([]byte(text)) {
			t.Errorf("no JSON: %s", text)
		}
	}
}

func TestParquetGivesTheRowsBackInOrder(t *testing.T) {
	e, folder := engine(t, 2)
	var b strings.Builder
	query := "select cast(i as bigint) as i from unnest(range(200000)) as t(i) order by i desc"
	if err := e.QueryTo(t.Context(), query, &b, FormatParquet); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "result.parquet")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := e.Attach(t.Context(), "result", []string{path}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]any{{int64(199999)}, {int64(199998)}}, values(t, e, "select i from result limit 2")); diff != "" {
		t.Error(diff)
	}
	left, err := os.ReadDir(e.tempDir)
	if err != nil || len(left) > 0 {
		t.Errorf("temporary files are left: %v, %v", left, err)
	}
}

// brokenPipe is a reader that went away.
type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestAResultThatCannotBeWrittenIsAnError(t *testing.T) {
	e, _ := engine(t, 1)
	for _, format := range []string{FormatTable, FormatCSV, FormatJSON, FormatParquet} {
		wantErrors(t, e.QueryTo(t.Context(), "select 1 as a", brokenPipe{}, format), "broken pipe")
		wantErrors(t, e.QueryTo(t.Context(), "drop table x", brokenPipe{}, format), "run a query: ")
	}
	wantErrors(t, e.QueryTo(t.Context(), "select 1", brokenPipe{}, "jsn"), "unknown format jsn: it is one of table, csv, json, parquet")
	wantErrors(t, e.QueryTo(t.Context(), "select 1 as a, 2 as a", brokenPipe{}, FormatJSON), "two columns are named a")
}
