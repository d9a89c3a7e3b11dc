package main

import (
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/pipeline/model/trinotest"
)

// trinoCompany is a company in the shared folder of a cluster.
type trinoCompany struct {
	dir     string // of pharos.yaml
	config  string
	cluster *trinotest.Cluster
}

// onTrino writes a configuration that computes on the cluster, in a folder of its own there; months
// of history are few, since each is a night of its own.
func onTrino(t *testing.T, cluster *trinotest.Cluster, text string) trinoCompany {
	t.Helper()
	dir, err := os.MkdirTemp(cluster.Shared, "company-")
	if err != nil {
		t.Fatal(err)
	}
	c := trinoCompany{dir: dir, config: filepath.Join(dir, "pharos.yaml"), cluster: cluster}
	text += fmt.Sprintf("\nengine: { trino: { url: %q, location: \"local:///%s/lighthouse\" } }\n", cluster.URL, filepath.Base(dir))
	if err := os.WriteFile(c.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return c
}

// shortHistory asks for two months of key figures instead of 24.
func shortHistory(text string) string {
	if strings.Contains(text, "\nhistory:") {
		return text
	}
	return text + "\nhistory: { months: 2 }\n"
}

func TestEveryMartOfEveryCompanyIsTheSameOnTrino(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("whole nights on two engines; -short leaves them out")
	}
	cluster := trinotest.Shared(t)
	t.Run("demo", func(t *testing.T) { demoOnBoth(t, cluster) })
	// A small cluster counts ten million pairs of products for minutes: fewer baskets, every mart.
	const fewerPairs = "\nneeds: { baskets: { min_baskets: 150, largest: 60 } }\n"
	for _, p := range []struct{ pack, asOf, more string }{
		{"superstore", "2020-01-01", ""}, {"online_retail", "2011-12-10", fewerPairs}, {"telco", "2019-10-01", ""}, {"crm_sales", "2018-01-01", ""},
		{"northwind", "1998-05-07", ""}, {"cdnow", "1998-07-01", ""},
	} {
		t.Run(p.pack, func(t *testing.T) {
			replace := []string{"../../../../shared/data", filepath.ToSlash(packData(t))}
			if p.pack == "northwind" {
				pg := extracttest.Postgres(t)
				pg.Load(t, "northwind", filepath.Join(packData(t), "northwind", "northwind.sql"))
				replace = append(replace, pg.Replacements("northwind")...)
			}
			b, err := os.ReadFile(filepath.Join(repository(t), "testdata", "packs", p.pack, "pharos.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			sameOnBoth(t, cluster, shortHistory(strings.NewReplacer(replace...).Replace(string(b))+p.more), p.asOf)
		})
	}
}

// demoOnBoth compares the demo company, whose files lie in its folder.
func demoOnBoth(t *testing.T, cluster *trinotest.Cluster) {
	dir := demoDir(t)
	b, err := os.ReadFile(filepath.Join(dir, "pharos.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	there := onTrino(t, cluster, shortHistory(string(b)))
	if err := os.CopyFS(there.dir, filesWithout(dir, "lighthouse", "pharos.yaml")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "pharos.yaml"), []byte(shortHistory(string(b))), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, config := range []string{filepath.Join(dir, "pharos.yaml"), there.config} {
		mustRun(t, "-c", config, "run", "--as-of", "2026-09-01")
	}
	sameMarts(t, filepath.Join(dir, "lighthouse", "current"), filepath.Join(there.dir, "lighthouse", "current"), fewestMarts)
	nothingLeft(t, there)
}

// without is a folder without some of its entries.
type without struct {
	fs.FS
	names []string
}

func filesWithout(dir string, names ...string) fs.FS { return without{os.DirFS(dir), names} }

// ReadDir leaves out what is not wanted.
func (w without) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(w.FS, name)
	return slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return slices.Contains(w.names, e.Name()) }), err
}

// sameOnBoth runs a night on each engine and compares what they published.
func sameOnBoth(t *testing.T, cluster *trinotest.Cluster, text, asOf string) {
	t.Helper()
	here := filepath.Join(t.TempDir(), "pharos.yaml")
	if err := os.WriteFile(here, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	mustRun(t, "-c", here, "run", "--as-of", asOf)
	there := onTrino(t, cluster, text)
	mustRun(t, "-c", there.config, "run", "--as-of", asOf)
	sameMarts(t, filepath.Join(filepath.Dir(here), "lighthouse", "current"), filepath.Join(there.dir, "lighthouse", "current"), fewestMarts)
	nothingLeft(t, there)
}

// fewestMarts is what a whole night of any pack has more than.
const fewestMarts = 50

// sameMarts compares the marts of two runs row by row.
func sameMarts(t *testing.T, here, there string, atLeast int) {
	t.Helper()
	marts := martFiles(t, here)
	if other := martFiles(t, there); !slices.Equal(marts, other) {
		t.Fatalf("marts on DuckDB: %v\non Trino: %v", marts, other)
	}
	if len(marts) < atLeast {
		t.Fatalf("only %d marts to compare", len(marts))
	}
	here, there = realPath(t, here), realPath(t, there)
	eng, err := model.OpenDuckDB(t.Context(), model.DuckDBOptions{MemoryMB: 1024, Threads: 1, TempDir: t.TempDir(), Readable: []string{here, there}, KeepOrder: true})
	if err != nil {
		t.Fatal(err)
	}
	defer eng.Close()
	for _, name := range marts {
		a, b := martRows(t, eng, filepath.Join(here, "marts", name)), martRows(t, eng, filepath.Join(there, "marts", name))
		if !slices.Equal(a.Columns, b.Columns) || !slices.Equal(a.Types, b.Types) {
			t.Errorf("%s: columns %v %v on DuckDB, %v %v on Trino", name, a.Columns, a.Types, b.Columns, b.Types)
			continue
		}
		if len(a.Values) != len(b.Values) {
			t.Errorf("%s: %d rows on DuckDB, %d on Trino", name, len(a.Values), len(b.Values))
			continue
		}
		differing := 0
		for i := range a.Values {
			for j := range a.Columns {
				if !sameValue(a.Values[i][j], b.Values[i][j]) {
					if differing++; differing == 1 {
						t.Errorf("%s: %s is %v on DuckDB and %v on Trino in %v", name, a.Columns[j], a.Values[i][j], b.Values[i][j], a.Values[i])
					}
				}
			}
		}
		if differing > 1 {
			t.Errorf("%s: %d values differ", name, differing)
		}
	}
}

// sameValue compares exactly, doubles to one part in a thousand million.
func sameValue(a, b any) bool {
	x, isDouble := a.(float64)
	y, other := b.(float64)
	if isDouble && other {
		return x == y || math.Abs(x-y) <= 1e-9*max(math.Abs(x), math.Abs(y)) || math.IsNaN(x) && math.IsNaN(y)
	}
	return a == b
}

func martRows(t *testing.T, eng *model.DuckDB, file string) *model.Rows {
	t.Helper()
	if err := eng.Attach(t.Context(), "compared.mart", []string{file}); err != nil {
		t.Fatal(err)
	}
	rows, err := eng.Query(t.Context(), "select * from compared.mart")
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func martFiles(t *testing.T, run string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(run, "marts"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func realPath(t *testing.T, path string) string {
	t.Helper()
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		t.Fatal(err)
	}
	return real
}

// nothingLeft says that the night left no schema on the cluster and none of its files.
func nothingLeft(t *testing.T, c trinoCompany) {
	t.Helper()
	nothingOnCluster(t, c)
	if _, err := os.Stat(filepath.Join(c.dir, "lighthouse", "trino")); err == nil {
		t.Error("what the cluster computed is still in the workspace")
	}
}

// nothingOnCluster says that no schema of ours is left there.
func nothingOnCluster(t *testing.T, c trinoCompany) {
	t.Helper()
	for _, schema := range c.cluster.Ask(t, "select schema_name from information_schema.schemata") {
		if strings.HasPrefix(schema, "pharos_") {
			t.Errorf("the schema %s is still there", schema)
		}
	}
}
