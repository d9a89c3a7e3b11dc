package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/pipeline/model/trinotest"
)

// inCatalog is the company in another catalog of its cluster.
func (c trinoCompany) inCatalog(t *testing.T, name string) trinoCompany {
	t.Helper()
	b, err := os.ReadFile(c.config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(c.config, bytes.Replace(b, []byte("engine: { trino: {"), []byte("engine: { trino: { catalog: "+name+","), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestACatalogThatCannotTakeANightIsSaid(t *testing.T) {
	if testing.Short() {
		t.Skip("needs the cluster; -short leaves it out")
	}
	for _, wrong := range []struct {
		catalog, what string
		said          []string
	}{
		{"fixed", "it is read-only", []string{"Cannot create schema", "the right to create schemas"}},
		{"coarse", "its times are coarser than the lake's", []string{"timestamp(6)", "hive.timestamp-precision=MICROSECONDS"}},
	} {
		t.Run(wrong.what, func(t *testing.T) {
			c := onTrino(t, trinotest.Shared(t), lensShop(t)).inCatalog(t, wrong.catalog)
			publishedBefore(t, c)
			endsWith(t, c, exitSource, wrong.said...)
			nothingOnCluster(t, c)
		})
	}
}

func TestALakeFileWhoseColumnHasAnotherTypeIsSaid(t *testing.T) {
	if testing.Short() {
		t.Skip("needs the cluster; -short leaves it out")
	}
	c := onTrino(t, trinotest.Shared(t), lensShop(t))
	publishedBefore(t, c)
	files, err := filepath.Glob(filepath.Join(c.dir, "lighthouse", "lake", "order_lines", "*", "*", "*.parquet"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no file of order lines: %v", err)
	}
	amountsAsText(t, files[len(files)-1])
	endsWith(t, c, exitFailed, "sql/staging/", "(varchar)", "pharos verify")
	nothingOnCluster(t, c)
}

// amountsAsText writes a file of the lake again with amounts of another type, as somebody does who
// edits the lake by hand.
func amountsAsText(t *testing.T, file string) {
	t.Helper()
	eng, err := model.OpenDuckDB(t.Context(), model.DuckDBOptions{MemoryMB: 256, Threads: 1, TempDir: t.TempDir(), Readable: []string{filepath.Dir(file)}})
	if err != nil {
		t.Fatal(err)
	}
	defer eng.Close()
	if err := eng.Attach(t.Context(), "lake.file", []string{file}); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := eng.QueryTo(t.Context(), "select * replace (cast(net_amount as varchar) as net_amount) from lake.file", &b, model.FormatParquet); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Remove(file), os.WriteFile(file, b.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
}
