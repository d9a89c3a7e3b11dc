package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

// figure is one published figure of a pack: the SQL that reaches it, or the capability it awaits.
type figure struct{ name, sql, want, awaits string }

// readFigures reads testdata/packs/<pack>/<file>: blocks of "key: value" lines.
func readFigures(t *testing.T, path string) []figure {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var figures []figure
	for i, line := range strings.Split(string(b), "\n") {
		key, value, _ := strings.Cut(line, ": ")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if key == "figure" {
			figures = append(figures, figure{name: value})
			continue
		}
		if len(figures) == 0 {
			t.Fatalf("%s:%d: a block begins with figure", path, i+1)
		}
		f := &figures[len(figures)-1]
		switch key {
		case "sql":
			f.sql = value
		case "want":
			f.want = value
		case "awaits":
			f.awaits = value
		default:
			t.Fatalf("%s:%d: unknown key %q", path, i+1, key)
		}
	}
	for _, f := range figures {
		if (f.sql == "" || f.want == "") == (f.awaits == "") {
			t.Fatalf("%s: figure %q needs either sql and want, or awaits", path, f.name)
		}
	}
	return figures
}

// packData is the folder of the real data packs, which are not part of the project.
func packData(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(repository(t), "..", "shared", "data")
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("PHAROS_REQUIRE") == "all" {
			t.Fatalf("the real data packs are required here: %v", err)
		}
		t.Skip("the real data packs are not beside the repository (../shared/data)")
	}
	return dir
}

// runPack runs a pack's pharos.yaml, with replacements, in a folder of its own.
func runPack(t *testing.T, pack, asOf string, replace ...string) *pipeline.Console {
	t.Helper()
	data := packData(t)
	b, err := os.ReadFile(filepath.Join(repository(t), "testdata", "packs", pack, "pharos.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	replace = append([]string{"../../../../shared/data", filepath.ToSlash(data)}, replace...)
	path := filepath.Join(t.TempDir(), "pharos.yaml")
	if err := os.WriteFile(path, []byte(strings.NewReplacer(replace...).Replace(string(b))), 0o600); err != nil {
		t.Fatal(err)
	}
	mustRun(t, "-c", path, "run", "--as-of", asOf)
	cfg, err := loadConfig(path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := pipeline.OpenRun(t.Context(), cfg, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// mustRun calls pharos as the command line does.
func mustRun(t *testing.T, args ...string) string {
	t.Helper()
	var out, talk bytes.Buffer
	if code := Do(args, strings.NewReader(""), &out, &talk); code != 0 {
		t.Fatalf("pharos %s ended with %d\n%s%s", strings.Join(args, " "), code, out.String(), talk.String())
	}
	return out.String()
}

// answer is a query's result as text: columns by |, rows by " ; ".
func answer(t *testing.T, c *pipeline.Console, query string) string {
	t.Helper()
	if err := c.Prepare(t.Context(), query); err != nil {
		return err.Error()
	}
	var out bytes.Buffer
	if err := c.QueryTo(t.Context(), query, &out, model.FormatCSV); err != nil {
		return err.Error()
	}
	records, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, r := range records[1:] {
		rows = append(rows, strings.Join(r, "|"))
	}
	return strings.Join(rows, " ; ")
}

// sameFigure compares cells as text; numbers may differ in trailing zeros only.
func sameFigure(got, want string) bool {
	split := func(s string) []string {
		return strings.FieldsFunc(s, func(r rune) bool { return r == '|' || r == ';' })
	}
	g, w := split(got), split(want)
	if len(g) != len(w) {
		return false
	}
	for i := range g {
		if trimZeros(g[i]) != trimZeros(w[i]) {
			return false
		}
	}
	return true
}

func trimZeros(s string) string {
	s = strings.TrimSpace(s)
	if strings.Contains(s, ".") && strings.Trim(s, "0123456789.-") == "" {
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	return s
}

func checkFigures(t *testing.T, c *pipeline.Console, path string) {
	t.Helper()
	for _, f := range readFigures(t, filepath.Join(repository(t), "testdata", "packs", path)) {
		t.Run(f.name, func(t *testing.T) {
			if f.awaits != "" {
				t.Logf("awaits %s", f.awaits)
				return
			}
			if got := answer(t, c, f.sql); !sameFigure(got, f.want) {
				t.Errorf("%s\n  %s\n  got  %s\n  want %s", f.name, f.sql, got, f.want)
			}
		})
	}
}

func TestEveryPublishedFigureIsReachedByConfigurationAlone(t *testing.T) {
	t.Parallel()
	for _, p := range []struct {
		pack, asOf, figures string
		replace             []string
	}{
		{"superstore", "2020-01-01", "figures.txt", nil},
		{"superstore", "2020-01-01", "figures_year.txt", []string{"profit: {", "retention: { period: year }\nprofit: {"}},
		{"superstore_excel", "2018-01-01", "figures.txt", nil},
		{"online_retail", "2011-12-10", "figures.txt", nil},
		{"online_retail_raw", "2011-12-10", "figures.txt", nil},
		{"telco", "2019-10-01", "figures.txt", nil},
		{"telco_ledger", "2019-10-01", "figures.txt", nil},
		{"telco_csv", "2019-10-01", "figures.txt", nil},
		{"telco_contracts", "2019-10-01", "figures.txt", nil},
		{"crm_sales", "2018-01-01", "figures.txt", nil},
		{"chinook_sqlite", "2026-01-01", "figures.txt", nil},
		{"cdnow", "1998-07-01", "figures.txt", nil},
		{"cdnow_sample", "1997-10-01", "figures.txt", nil},
		{"cdnow_sample", "1998-07-01", "figures_holdout.txt", []string{"profit: {", "lifetime: { holdout: 39 weeks }\nprofit: {"}},
	} {
		t.Run(p.pack+"/"+p.figures, func(t *testing.T) {
			if testing.Short() {
				t.Skip("the packs are whole runs; -short leaves them out")
			}
			checkFigures(t, runPack(t, p.pack, p.asOf, p.replace...), p.pack+"/"+p.figures)
		})
	}
}

func TestSilentCustomersAreCountedForEveryLimit(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the packs are whole runs; -short leaves them out")
	}
	for _, days := range []int{30, 90, 180, 270} {
		t.Run(fmt.Sprint(days), func(t *testing.T) {
			c := runPack(t, "online_retail", "2011-12-10", "profit: {", fmt.Sprintf("churn: { silent_after: { days: %d } }\nprofit: {", days))
			checkFigures(t, c, fmt.Sprintf("online_retail/figures_silent_%d.txt", days))
		})
	}
}

func TestTheSameShopInThreeDatabasesGivesEqualMarts(t *testing.T) {
	if testing.Short() {
		t.Skip("the packs are whole runs; -short leaves them out")
	}
	data := packData(t)
	pg, maria := extracttest.Postgres(t), extracttest.MariaDB(t)
	pg.Load(t, "chinook", filepath.Join(data, "chinook", "Chinook_PostgreSql.sql"))
	maria.Load(t, "Chinook", filepath.Join(data, "chinook", "Chinook_MySql.sql"))
	shops := []*pipeline.Console{
		runPack(t, "chinook_sqlite", "2026-01-01"),
		runPack(t, "chinook_postgres", "2026-01-01", pg.Replacements("chinook")...),
		runPack(t, "chinook_mariadb", "2026-01-01", maria.Replacements("Chinook")...),
	}
	for i, pack := range []string{"chinook_sqlite", "chinook_postgres", "chinook_mariadb"} {
		checkFigures(t, shops[i], pack+"/figures.txt")
	}
	for _, mart := range shops[0].Marts() {
		query := "select * from " + mart.Name + " order by all"
		want := answer(t, shops[0], query)
		for i, other := range shops[1:] {
			if got := answer(t, other, query); got != want && mart.Name != "quality" {
				t.Errorf("%s of shop %d differs from SQLite's", mart.Name, i+1)
			}
		}
	}
}

func TestNorthwindIsReadFromPostgreSQL(t *testing.T) {
	if testing.Short() {
		t.Skip("the packs are whole runs; -short leaves them out")
	}
	data := packData(t)
	pg := extracttest.Postgres(t)
	pg.Load(t, "northwind", filepath.Join(data, "northwind", "northwind.sql"))
	checkFigures(t, runPack(t, "northwind", "1998-05-07", pg.Replacements("northwind")...), "northwind/figures.txt")
	c := runPack(t, "northwind", "1999-01-01", append(pg.Replacements("northwind"), "profit: {", "retention: { period: year }\nprofit: {")...)
	checkFigures(t, c, "northwind/figures_year.txt")
}
