package model

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/sql"
)

// TestModelCases runs every directory testdata/models/<schema.name>/<case>: each <relation>.csv in
// it is an input, its first line "column:type,column:type"; only that model is computed and
// compared with want.csv, whose first line names the columns that matter. An empty cell is NULL,
// ” is the empty text. Columns of a raw table that a file leaves out are NULL.
func TestModelCases(t *testing.T) {
	root := filepath.Join("..", "..", "testdata", "models")
	models, err := Load(sql.Files)
	if err != nil {
		t.Fatal(err)
	}
	folders, err := filepath.Glob(filepath.Join(root, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		name := filepath.Base(filepath.Dir(folder))
		t.Run(name+"/"+filepath.Base(folder), func(t *testing.T) {
			for _, difference := range runCase(t, models, name, folder) {
				t.Error(difference)
			}
		})
	}
}

// runCase computes one case and returns its differences.
func runCase(t *testing.T, models []Model, name, folder string) []string {
	t.Helper()
	i := slices.IndexFunc(models, func(m Model) bool { return m.Relation() == name || m.Name == name })
	if i < 0 {
		t.Fatalf("there is no model %s", name)
	}
	m := models[i]
	e, _ := engine(t, 2)
	giveInputs(t, e, m, folder)
	build(t, e, m, "")
	return compareWithWant(t, e, m, filepath.Join(folder, "want.csv"))
}

// giveInputs makes a relation of every input file and reports references that have none.
func giveInputs(t *testing.T, e *DuckDB, m Model, folder string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	given := map[string]bool{}
	for _, file := range files {
		relation := strings.TrimSuffix(filepath.Base(file), ".csv")
		if relation != "want" {
			columns, rows := readTyped(t, file)
			give(t, e, relation, withPlace(withRawColumns(relation, columns)), rows)
			given[relation] = true
		}
	}
	for _, ref := range m.Refs {
		relation := ref.Relation()
		if given[relation] {
			continue
		}
		columns := withRawColumns(relation, nil)
		if len(columns) == 0 {
			t.Fatalf("%s reads %s: add %s.csv to %s", m.Path, relation, relation, folder)
		}
		give(t, e, relation, columns, nil)
		given[relation] = true
	}
}

// give casts the cells in the engine, so that every type is read as SQL reads it.
func give(t *testing.T, e *DuckDB, relation string, columns []Column, rows [][]any) {
	t.Helper()
	texts := make([]Column, len(columns))
	casts := make([]string, len(columns))
	for i, c := range columns {
		texts[i] = Column{c.Name, "varchar"}
		casts[i] = "cast(" + quoteName(c.Name) + " as " + c.Type + ") as " + quoteName(c.Name)
	}
	for i, row := range rows {
		rows[i] = append(row, make([]any, len(columns)-len(row))...)
	}
	if err := e.CreateFrom(t.Context(), "texts", texts, rows, ""); err != nil {
		t.Fatalf("%s.csv: %v", relation, err)
	}
	if err := e.makeSchema(t.Context(), relation); err != nil {
		t.Fatal(err)
	}
	if err := e.exec(t.Context(), "create table "+quoteRelation(relation)+" as select "+strings.Join(casts, ", ")+" from texts"); err != nil {
		t.Fatalf("%s.csv: %v", relation, err)
	}
}

// readTyped reads a file whose first line is column:type; varchar may be left out.
func readTyped(t *testing.T, file string) ([]Column, [][]any) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	reader := csv.NewReader(f)
	reader.FieldsPerRecord = -1
	lines, err := reader.ReadAll()
	if err != nil || len(lines) == 0 {
		t.Fatalf("%s: no header line, or %v", file, err)
	}
	columns := typedColumns(lines[0])
	var rows [][]any
	for i, line := range lines[1:] {
		if len(line) != len(columns) {
			t.Fatalf("%s: row %d has %d cells for %d columns", file, i+1, len(line), len(columns))
		}
		row := make([]any, len(line))
		for j, cell := range line {
			switch cell {
			case "":
			case "''":
				row[j] = ""
			default:
				row[j] = cell
			}
		}
		rows = append(rows, row)
	}
	return columns, rows
}

// typedColumns also takes decimal(38,4) without quotes, which the CSV reader cuts in two.
func typedColumns(fields []string) []Column {
	var columns []Column
	for _, field := range fields {
		last := len(columns) - 1
		if last >= 0 && strings.Count(columns[last].Type, "(") > strings.Count(columns[last].Type, ")") {
			columns[last].Type += "," + field
			continue
		}
		name, kind, typed := strings.Cut(strings.TrimSpace(field), ":")
		if !typed {
			kind = "varchar"
		}
		columns = append(columns, Column{name, kind})
	}
	return columns
}

// withRawColumns adds the columns of a table of the lake that a case leaves out.
func withRawColumns(relation string, columns []Column) []Column {
	columns = slices.Clone(columns)
	for _, table := range lake.Canonical() {
		for _, r := range table.Relations() {
			if "raw."+r.Name != relation {
				continue
			}
			for _, c := range r.Columns {
				if !slices.ContainsFunc(columns, func(given Column) bool { return given.Name == c.Name }) {
					columns = append(columns, Column{c.Name, lakeType(c.Type)})
				}
			}
		}
	}
	return columns
}

// withPlace adds where a row came from, which few cases are about: NULL where a case leaves it out.
func withPlace(columns []Column) []Column {
	columns = slices.Clone(columns)
	for _, place := range []Column{{"_source", "varchar"}, {"_file", "varchar"}, {"_line", "bigint"}} {
		if !slices.ContainsFunc(columns, func(given Column) bool { return given.Name == place.Name }) {
			columns = append(columns, place)
		}
	}
	return columns
}

// lakeType is a lake type in DuckDB's words.
func lakeType(kind lake.Type) string {
	if scale := kind.Scale(); scale > 0 {
		return fmt.Sprintf("decimal(18,%d)", scale)
	}
	return map[lake.Type]string{lake.Text: "varchar", lake.Date: "date", lake.Timestamp: "timestamp",
		lake.Boolean: "boolean", lake.Integer: "bigint"}[kind]
}

// compareWithWant reads the wanted rows with the types of the model's columns and orders both
// sides alike: by the wanted part of the grain, then by the other wanted columns.
func compareWithWant(t *testing.T, e *DuckDB, m Model, file string) []string {
	t.Helper()
	wanted, rows := readTyped(t, file)
	made, err := e.Query(t.Context(), "select * from "+quoteRelation(m.Relation())+" where false")
	if err != nil {
		t.Fatal(err)
	}
	var names, order []string
	for i, c := range wanted {
		at := slices.Index(made.Columns, c.Name)
		if at < 0 {
			t.Fatalf("%s: %s has no column %s%s", file, m.Relation(), c.Name, DidYouMean(c.Name, made.Columns))
		}
		wanted[i].Type = made.Types[at]
		names = append(names, c.Name)
		if slices.Contains(m.Grain, c.Name) {
			order = append(order, c.Name)
		}
	}
	for _, name := range names {
		if !slices.Contains(order, name) {
			order = append(order, name)
		}
	}
	give(t, e, "wanted", wanted, rows)
	query := func(relation string) *Rows {
		found, err := e.Query(t.Context(), "select "+quoteNames(names)+" from "+relation+" order by "+quoteNames(order))
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	return compareRows(query("wanted"), query(quoteRelation(m.Relation())))
}

// compareRows names every row and cell that differs.
func compareRows(want, got *Rows) []string {
	var differences []string
	for i := range max(len(want.Values), len(got.Values)) {
		switch {
		case i >= len(got.Values):
			differences = append(differences, fmt.Sprintf("row %d is missing: %s", i+1, rowText(want, i)))
		case i >= len(want.Values):
			differences = append(differences, fmt.Sprintf("row %d is too many: %s", i+1, rowText(got, i)))
		default:
			for j, column := range want.Columns {
				w, g := want.Values[i][j], got.Values[i][j]
				if !sameValue(w, g) {
					differences = append(differences, fmt.Sprintf("row %d, %s: got %s, want %s\n  got  %s\n  want %s", i+1, column,
						shown(g, got.Types[j]), shown(w, want.Types[j]), rowText(got, i), rowText(want, i)))
				}
			}
		}
	}
	return differences
}

// sameValue compares doubles to 1e-9, relative or absolute, and everything else exactly.
func sameValue(want, got any) bool {
	w, isDouble := want.(float64)
	g, isDoubleToo := got.(float64)
	if isDouble && isDoubleToo {
		return w == g || math.Abs(w-g) <= 1e-9*max(1, math.Abs(w))
	}
	return (want == nil) == (got == nil) && Text(want, "") == Text(got, "")
}

func shown(value any, kind string) string {
	switch value.(type) {
	case nil:
		return "NULL"
	case string:
		return strconv.Quote(Text(value, kind))
	}
	return Text(value, kind)
}

func rowText(rows *Rows, i int) string {
	cells := make([]string, len(rows.Columns))
	for j, value := range rows.Values[i] {
		cells[j] = rows.Columns[j] + "=" + shown(value, rows.Types[j])
	}
	return strings.Join(cells, " ")
}

func TestACaseThatIsWrongFails(t *testing.T) {
	m := oneModel(t, "", `select v.customer_id, v.share, v.word from (values
('a', cast(0.1 as double), null), ('b', cast(0.2 as double), ''), ('c', cast(1 as double), 'x')
) as v(customer_id, share, word) cross join raw.returns as r`)
	write := func(want string) string {
		dir := t.TempDir()
		for file, text := range map[string]string{
			"want.csv":        want,
			"raw.returns.csv": "order_id,amount:decimal(18,4)\n1,2.5\n",
		} {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	for name, c := range map[string]struct {
		want  string
		wrong []string
	}{
		"as it is, in any order": {"word,customer_id,share\nx,c,1\n'',b,0.2\n,a,0.1000000000001\n", nil},
		"fewer columns":          {"customer_id\na\nb\nc\n", nil},
		"a missing row":          {"customer_id\na\nb\n", []string{`row 3 is too many: customer_id="c"`}},
		"a row too many":         {"customer_id\na\nb\nc\nd\n", []string{`row 4 is missing: customer_id="d"`}},
		"another share":          {"customer_id,share\na,0.1001\nb,0.2\nc,1\n", []string{"row 1, share: got 0.1, want 0.1001"}},
		"NULL for empty":         {"customer_id,word\na,\nb,\nc,x\n", []string{`row 2, word: got "", want NULL`}},
		"empty for NULL":         {"customer_id,word\na,''\nb,''\nc,x\n", []string{`row 1, word: got NULL, want ""`}},
	} {
		t.Run(name, func(t *testing.T) {
			got := runCase(t, []Model{m}, "core.made", write(c.want))
			if len(got) != len(c.wrong) {
				t.Fatalf("got %q, want %q", got, c.wrong)
			}
			for i, want := range c.wrong {
				if !strings.Contains(got[i], want) {
					t.Errorf("got %q, want %q", got[i], want)
				}
			}
		})
	}
}
