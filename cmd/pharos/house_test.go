package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/pharos-analytics/pharos"

// room is one package of the house.
type room struct {
	pkg         string
	ours, alone []string
	why         string
}

// house says who may import whom, strictly downward, and why. "alone" are the third-party
// modules that only this package (and those that repeat them here) may import outside tests.
var house = []room{
	{"segment", nil, nil, "what a customer is worth is a policy: it knows no file, no engine, no other package"},
	{"analysis", nil, []string{"gonum.org/v1/gonum"}, "what customers do is a policy too, or arithmetic on their counts; it and segment do not know each other"},
	{"sql", nil, nil, "the models are text; whoever runs them reads them from here"},
	{"pipeline/lake", nil, []string{"github.com/apache/arrow-go", "github.com/parquet-go/parquet-go", "github.com/zeebo/xxh3", "github.com/minio/minio-go"}, "files, hashes and manifests, whoever fills or reads them"},
	{"pipeline/extract", []string{"pipeline/lake"}, []string{"github.com/apache/arrow-go", "github.com/jackc/pgx", "github.com/go-sql-driver/mysql", "modernc.org/sqlite", "github.com/xuri/excelize", "golang.org/x/text"}, "the only place that touches a company's systems, and it only reads"},
	{"pipeline/extract/extracttest", nil, []string{"github.com/jackc/pgx", "github.com/go-sql-driver/mysql"}, "real servers for tests, started from the installed programs"},
	{"pipeline/model", []string{"pipeline/lake", "sql"}, []string{"github.com/duckdb/duckdb-go", "github.com/trinodb/trino-go-client"}, "the only place that knows an engine"},
	{"pipeline/model/trinotest", nil, []string{"github.com/trinodb/trino-go-client"}, "real clusters and object storage for tests, started from what is installed"},
	{"pipeline/publish", []string{"pipeline/lake", "segment", "analysis"}, []string{"github.com/xuri/excelize", "github.com/wneessen/go-mail"}, "what people hold in their hands; it computes nothing"},
	{"pipeline/publish/serve", []string{"pipeline/publish"}, nil, "runs in a browser: it asks for figures through functions and knows no engine"},
	{"pipeline/publish/reporttest", nil, []string{"github.com/chromedp"}, "looks at reports for tests, through an installed browser that chromedp drives"},
	{"pipeline", []string{"pipeline/extract", "pipeline/lake", "pipeline/model", "pipeline/publish", "pipeline/publish/serve", "segment", "analysis"}, nil, "the flow; it sees all stages so that they need not see each other"},
	{"cmd/pharos/mingguang", nil, []string{"modernc.org/sqlite", "github.com/xuri/excelize", "golang.org/x/text"}, "the demo company writes the files that the sources read"},
	{"cmd/pharos", []string{"cmd/pharos/mingguang", "pipeline", "pipeline/extract", "pipeline/lake", "pipeline/model", "pipeline/publish", "pipeline/publish/serve", "segment", "analysis"}, []string{"github.com/spf13/cobra", "github.com/spf13/pflag", "go.yaml.in/yaml"}, "commands: flags in, exit codes out"},
}

// free are third-party modules that any package may use: values, not machinery.
var free = []string{"github.com/govalues/decimal"}

// testOnly are modules that only tests import, and rooms made for tests that name them. chromedp drives
// a real Chromium: it hears requests and errors, which the browser's command line does not tell.
var testOnly = []string{"github.com/rogpeppe/go-internal", "pgregory.net/rapid", "github.com/google/go-cmp", "github.com/chromedp"}

func TestTheHouseIsEasyToSee(t *testing.T) {
	allowed := []string{"cmd", "pipeline", "segment", "analysis", "sql", "testdata", "go.mod", "README.md", "go.sum", "LICENSE", "CHANGELOG.md", "Makefile"}
	entries, err := os.ReadDir(repository(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(allowed, e.Name()) && !ignored(e.Name()) {
			t.Errorf("%s stands at the top level: the house names %s and nothing else", e.Name(), strings.Join(allowed, " "))
		}
	}
}

func TestImportsOnlyLookDown(t *testing.T) {
	root := repository(t)
	seen := map[string]bool{}
	err := filepath.WalkDir(root, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() && (strings.HasPrefix(e.Name(), ".") && p != root || e.Name() == "testdata") {
			return filepath.SkipDir
		}
		if e.IsDir() || !strings.HasSuffix(p, ".go") {
			return nil
		}
		rel, _ := filepath.Rel(root, p)
		pkg := path.Dir(filepath.ToSlash(rel))
		seen[pkg] = true
		checkImports(t, p, pkg, strings.HasSuffix(p, "_test.go"))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range house {
		if !seen[r.pkg] {
			t.Errorf("the house names %s, but there is no such package", r.pkg)
		}
	}
}

func checkImports(t *testing.T, file, pkg string, test bool) {
	t.Helper()
	i := slices.IndexFunc(house, func(r room) bool { return r.pkg == pkg })
	if i < 0 {
		t.Errorf("%s: package %s is no room of the house; say here what it may import and why", file, pkg)
		return
	}
	r := house[i]
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Errorf("%s: %v", file, err)
		return
	}
	for _, spec := range parsed.Imports {
		name, _ := strconv.Unquote(spec.Path.Value)
		switch ours, isOurs := strings.CutPrefix(name, module+"/"); {
		case isOurs && (slices.Contains(r.ours, ours) || test):
		case isOurs:
			t.Errorf("%s imports %s: %s may import %v of ours, because %s", file, ours, pkg, r.ours, r.why)
		case !strings.Contains(strings.SplitN(name, "/", 2)[0], "."): // the standard library
		case hasPrefix(free, name) || test:
		case !hasPrefix(r.alone, name):
			t.Errorf("%s imports %s, which is not this room's: %s", file, name, r.why)
		}
		if !test && hasPrefix(testOnly, name) && !(strings.HasSuffix(pkg, "test") && hasPrefix(r.alone, name)) {
			t.Errorf("%s imports %s outside a test", file, name)
		}
	}
}

func hasPrefix(modules []string, name string) bool {
	return slices.ContainsFunc(modules, func(m string) bool { return name == m || strings.HasPrefix(name, m+"/") })
}

// ignored are the folders that .gitignore keeps out.
func ignored(name string) bool {
	return slices.Contains([]string{"bin", "lighthouse", "mingguang"}, name)
}

func repository(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		t.Fatal(err)
	}
	return dir
}
