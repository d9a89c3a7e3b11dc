package extract

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestJSONLinesKeepTheContract(t *testing.T) {
	testSourceContract(t, "jsonl", func(t *testing.T, header []string, rows [][]*string) Source {
		var b bytes.Buffer
		for _, row := range rows {
			b.WriteByte('{')
			for i, name := range header {
				value, err := json.Marshal(row[i])
				if err != nil {
					t.Fatal(err)
				}
				if i > 0 {
					b.WriteByte(',')
				}
				fmt.Fprintf(&b, "%q:%s", name, value)
			}
			b.WriteString("}\n")
		}
		dir := t.TempDir()
		writeTestFile(t, dir, "t.jsonl.gz", gzipped(t, b.String()))
		src, err := Open(context.Background(), Spec{Name: "t", Dir: dir, JSONL: &Files{Path: "*.jsonl.gz"}})
		if err != nil {
			t.Fatal(err)
		}
		return src
	})
}

func TestAWebEventKeepsItsExactValues(t *testing.T) {
	tests := []struct{ json, want string }{ // of key v
		{`{"v":"text"}`, "text"},
		{`{"v":""}`, ""},
		{`{"v":null}`, "∅"},
		{`{"w":1}`, "∅"},
		{`{}`, "∅"},
		{`{"v":true}`, "true"},
		{`{ "v" : false }`, "false"},
		{`{"v":0.1000}`, "0.1000"},
		{`{"v":12345678901234567890.12345678901234567890}`, "12345678901234567890.12345678901234567890"},
		{`{"v":-1.5E+3}`, "-1.5E+3"},
		{`{"v": 7 }`, "7"},
		{`{"v":"a\"b\\c\/d\nü 🚦"}`, "a\"b\\c/d\nü 🚦"},
		{`{"v":[1, {"x": "y z"} ]}`, `[1,{"x":"y z"}]`},
		{`{"v":{"a": 1.10}}`, `{"a":1.10}`},
		{`{"u":{"v":"inner"},"v":"outer"}`, "outer"},
		{`{"u":"}\"{","v":1}`, "1"},
		{`{"v":1,"v":2}`, "2"},
		{`{"v":"\ufffd"}`, "\ufffd"},
		{"\t{\"v\":1}\r", "1"},
	}
	for _, test := range tests {
		dir := t.TempDir()
		writeTestFile(t, dir, "e.jsonl", test.json+"\n{\"v\":\"last\"}")
		src := openTestFiles(t, Spec{Name: "web", Dir: dir, JSONL: &Files{Path: "e.jsonl"}})
		rows, bad, err := readPlaced(t, src, "", "v")
		want := []placed{{"e.jsonl", 1, []string{test.want}}, {"e.jsonl", 2, []string{"last"}}}
		if diff := cmp.Diff(want, rows); err != nil || len(bad) > 0 || diff != "" {
			t.Errorf("%s: %v, bad %v (-want +got):\n%s", test.json, err, bad, diff)
		}
	}
}

func TestNestedKeysAreReachedByTheirPath(t *testing.T) {
	dir := t.TempDir()
	writeTestFile(t, dir, "e.jsonl", strings.Join([]string{
		`{"user":{"id":"7","geo":{"city":"Köln"}},"total":5}`,
		`{"user":{"id":"8","geo":null}}`,
		`{"user.id":"9","user":"anonymous"}`,
		`{"user":{"geo":{"city":{"name":"Bonn"}}}}`,
	}, "\n"))
	src := openTestFiles(t, Spec{Name: "web", Dir: dir, JSONL: &Files{Path: "e.jsonl"}})
	rows, bad, err := readPlaced(t, src, "", "user.geo.city", "user.id", "total", "user")
	if err != nil || len(bad) > 0 {
		t.Fatal(err, bad)
	}
	want := []placed{
		{"e.jsonl", 1, []string{"Köln", "7", "5", `{"id":"7","geo":{"city":"Köln"}}`}},
		{"e.jsonl", 2, []string{"∅", "8", "∅", `{"id":"8","geo":null}`}},
		{"e.jsonl", 3, []string{"∅", "9", "∅", "anonymous"}},
		{"e.jsonl", 4, []string{`{"name":"Bonn"}`, "∅", "∅", `{"geo":{"city":{"name":"Bonn"}}}`}},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	relations, err := src.Describe(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range relations[0].Columns {
		names = append(names, c.Name)
	}
	if diff := cmp.Diff([]string{"user.id", "user.geo.city", "total", "user.geo", "user", "user.geo.city.name"}, names); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
}

func TestALineThatIsNoEventIsReported(t *testing.T) {
	tests := []struct{ line, rule string }{
		{`{"v":1`, RuleBadJSON},
		{`{"v":1}}`, RuleBadJSON},
		{`{"v":01}`, RuleBadJSON},
		{`{v:1}`, RuleBadJSON},
		{`[{"v":1}]`, RuleBadJSON},
		{`"v"`, RuleBadJSON},
		{`{"v":"a` + "\x01" + `"}`, RuleBadJSON},
		{`{"v":"` + "\xff" + `"}`, RuleBadEncoding},
		{`{"v":"\u0000"}`, RuleBadEncoding},
		{`{"v":"\ud83d"}`, RuleBadEncoding},
	}
	for _, test := range tests {
		dir := t.TempDir()
		writeTestFile(t, dir, "e.jsonl", "{\"v\":1}\n\n"+test.line+"\n{\"v\":2}\n")
		src := openTestFiles(t, Spec{Name: "web", Dir: dir, JSONL: &Files{Path: "e.jsonl"}})
		rows, bad, err := readPlaced(t, src, "", "v")
		want := []placed{{"e.jsonl", 1, []string{"1"}}, {"e.jsonl", 4, []string{"2"}}}
		if diff := cmp.Diff(want, rows); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", test.line, err, diff)
		}
		if len(bad) != 1 || bad[0].Rule != test.rule || bad[0].Location != "e.jsonl:3" {
			t.Errorf("%s: bad %+v, want %s at line 3", test.line, bad, test.rule)
		}
	}
}

func BenchmarkJSONL(b *testing.B) {
	var text strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&text, `{"at":"2026-03-08T10:00:%02dZ","user":{"id":"%d","agent":"some browser, some version"},"event":"order","amount":%d.50,"tags":["a","b"]}`+"\n", i%60, i%5000, i%900)
	}
	dir := b.TempDir()
	writeTestFile(b, dir, "e.jsonl", text.String())
	benchmarkRead(b, Spec{Name: "s", Dir: dir, JSONL: &Files{Path: "e.jsonl"}}, int64(text.Len()), []string{"at", "user.id", "amount"})
}
