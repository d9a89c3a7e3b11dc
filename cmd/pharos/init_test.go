package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/pharos-analytics/pharos/pipeline/extract"
)

// write puts a file into a folder and makes its parents.
func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAnyTextSurvivesYAML(t *testing.T) {
	for _, text := range []string{"plain", "Order ID", "订单号", "true", "no", "", " x", "x ", "12", "1e3", "a: b", "a #b", "[x]", "{x}", "x, y", "*x", "&x", "- x", "\"x\"",
		"it's", "a\\b", "tab\tx", "line\nx", "~", "null", "%x", "@x", "`x`", "Café", "a-b_c.d/e", "x}", "c1", "日期 (本地)"} {
		var got map[string][]string
		if err := yaml.Load([]byte("k: ["+yamlText(text)+"]\n"), &got); err != nil || len(got["k"]) != 1 || got["k"][0] != text {
			t.Errorf("%q as %s: got %q, %v", text, yamlText(text), got["k"], err)
		}
	}
}

func TestAnAddressBecomesASourceWithoutItsPassword(t *testing.T) {
	t.Setenv(passwordVariable, "x")
	spec, err := parseDSN("postgres://reader@db1:5433/erp?sslmode=verify-full", "")
	want := &extract.Server{Host: "db1", Port: 5433, User: "reader", Database: "erp", PasswordEnv: passwordVariable, TLS: "verify-full"}
	if diff := cmp.Diff(want, spec.Postgres); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if spec, err = parseDSN("mysql://reader@db2/shop", "SHOP"); err != nil || spec.MySQL == nil || spec.MySQL.PasswordEnv != "SHOP" {
		t.Errorf("got %+v, %v", spec.MySQL, err)
	}
	for _, dsn := range []string{"postgres://reader:c4nary@db1/erp", "postgres://reader:c4n%ary@db1/erp", "mysql://u:c4nary@h:x/d", "postgres://reader@db1/erp?password=c4nary",
		"oracle://u@h/d", "postgres://db1/erp", "postgres://reader@db1"} {
		_, err := parseDSN(dsn, "")
		if err == nil || strings.Contains(err.Error(), "c4n") || exitCode(err) != exitUsage {
			t.Errorf("%s: %v", dsn, err)
		}
	}
}

func TestFilesOfOneLayoutBecomeOnePatternThatTakesNoOtherFile(t *testing.T) {
	file := func(path, layout string) foundFile {
		return foundFile{path: path, layout: layout, spec: extract.Spec{CSV: &extract.CSV{Path: path}}}
	}
	for _, c := range []struct {
		name  string
		files []foundFile
		want  []string
	}{
		{"days of a year", []foundFile{file("/d/2010-12-01.csv", "a"), file("/d/2011-01-07.csv", "a")}, []string{"/d/*.csv"}},
		{"two kinds in a folder", []foundFile{file("/d/orders-1.csv", "a"), file("/d/orders-2.csv", "a"), file("/d/customers.csv", "b")}, []string{"/d/orders-*.csv", "/d/customers.csv"}},
		{"folders by year", []foundFile{file("/d/2024/orders.csv", "a"), file("/d/2025/orders.csv", "a")}, []string{"/d/**/orders.csv"}},
		{"no pattern fits", []foundFile{file("/d/a.csv", "a"), file("/d/b.csv", "b"), file("/d/c.csv", "a")}, []string{"/d/a.csv", "/d/c.csv", "/d/b.csv"}},
	} {
		var got []string
		for _, s := range groupFiles(c.files) {
			got = append(got, filepath.ToSlash(s.spec.FilePath()))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", c.name, diff)
		}
	}
}

func TestColumnsAtFixedPositionsAreFound(t *testing.T) {
	path := write(t, t.TempDir(), "master.txt", " customer_id  date number_of_cds  dollar_value\n 00001 19970101  1   11.77\n 00002 19970112  1   12.00\n 00002 19970112  5  177.00\n")
	got, ok := sniffFixed(path)
	want := &extract.Fixed{SkipRows: 1, Columns: []extract.FixedColumn{{Name: "customer_id", From: 1, To: 6}, {Name: "date", From: 7, To: 15},
		{Name: "number_of_cds", From: 16, To: 18}, {Name: "dollar_value", From: 19, To: 36}}}
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Error(diff)
	}
	for name, text := range map[string]string{"prose.txt": "To be\nor not to be\nthat is\n", "orders.csv": "a,b\n1,2\n3,4\n", "short.txt": "a b\n"} {
		if _, ok := sniffFixed(write(t, t.TempDir(), name, text)); ok {
			t.Errorf("%s is no table of fixed positions", name)
		}
	}
}

func TestTheWalkSkipsWhatPharosWroteAndWhatIsHidden(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.csv", "b/c.xlsx", "b/~$c.xlsx", ".git/x.csv", "out/lake/x.parquet", "out/runs/y.parquet", "notes.md", "d.csv.gz", "sql/own.sql"} {
		write(t, dir, name, "x")
	}
	files, err := walkFiles(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i := range files {
		rel, _ := filepath.Rel(dir, files[i])
		files[i] = filepath.ToSlash(rel)
	}
	if diff := cmp.Diff([]string{"a.csv", "b/c.xlsx", "d.csv.gz"}, files); diff != "" {
		t.Error(diff)
	}
}

func TestInitSaysWhatListsNeed(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "orders.csv", "order_id,customer_id,ordered_at,net_amount\n1,A,2026-03-01,500\n2,B,2026-03-02,20\n")
	config := filepath.Join(dir, "pharos.yaml")
	mustRun(t, "-c", config, "init", dir)
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "\n# suppression: { required: false }\n") {
		t.Errorf("nothing is said of opt-outs:\n%s", text)
	}
	_, out, talk := pharos(t, "-c", config, "run", "--as-of", "2026-04-01")
	if !strings.Contains(out+talk, "withheld") {
		t.Errorf("lists without opt-out data are not said to be withheld:\n%s%s", out, talk)
	}
	said := strings.Replace(string(text), "# suppression: {", "suppression: {", 1)
	write(t, dir, "pharos.yaml", said)
	if _, out, talk = pharos(t, "-c", config, "run", "--as-of", "2026-04-01"); strings.Contains(out+talk, "withheld") {
		t.Errorf("nobody may object, and the lists are still withheld:\n%s%s", out, talk)
	}
}
