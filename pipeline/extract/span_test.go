package extract

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// cutInto sets the size of the spans that a source cuts its files into.
func cutInto(t *testing.T, src Source, size int64) Source {
	t.Helper()
	switch s := src.(type) {
	case *csvSource:
		s.spanBytes = size
	case *fixedSource:
		s.spanBytes = size
	case *jsonlSource:
		s.spanBytes = size
	default:
		t.Fatalf("%T reads no spans", src)
	}
	return src
}

// readLines gives every row and every bad row as a line of text, rows first.
func readLines(t *testing.T, src Source, columns ...string) []string {
	t.Helper()
	rows, bad, err := readPlaced(t, src, "", columns...)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range rows {
		out = append(out, fmt.Sprintf("%s:%d %q", r.File, r.Line, r.Values))
	}
	for _, b := range bad {
		out = append(out, fmt.Sprintf("%s %s %q", b.Location, b.Rule, b.Value))
	}
	return out
}

// Wherever a file is cut, its rows, their lines and the bad ones are those of the whole file.
func TestALargeFileReadInSpansGivesTheRowsOfTheWholeFile(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String("a,b\n\"订单\n号 🎁\",2\n3,\"四,\n\n五\"\n六,7\n\"八\",\"\"\n9,十")
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]CSV{
		"a,b\n1,2\n3,4\n5,6\n7,8\n": {},
		"\ufeffa,b\r\n1,\"x\r\ny\"\r\n\r\n3,\"\"\r\n\"4\",\"\"\"\r\n\"\r\n5,6":          {},
		"a,b\n\"1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\",x\n13,14\n15\n16,17,18\n19,20":  {},
		"a,b\n1,2\n\"3,4\n5,6\n7,8\n9,10\n11,12\n":                                      {},
		"a,b\n\"1\"x,2\n3,\"4\n5\"x,6\n7,8\n9,\"10\n\"\n11,12\n\"13":                    {},
		"a,b\n1,\xff\n2,\"3\n\xb5\n4\"\n5,x\x00y\n6,\"7\n8\"\n9,10\n11,\xe4\xb8\n12,13": {},
		"note \"1\nnote 2\na;b\n1;'2\n3'\n4;5\n'6\n7';8\n9;10\n":                        {HeaderRow: 3, Delimiter: ";", Quote: "'"},
		"1,2\n\"3\n4\",5\n6,7\n8,9\n":                                                   {Header: no(), Columns: []string{"a", "b"}},
		"a,b\n1,2\n\"3\n合计\",5\n合计,7\n8,9\n":                                            {StopAt: "合计"},
		gb: {Encoding: "gb18030"},
		gb[:20] + "\x81\n1,2\n\x84\x31\n\"3\n\x81\x30\x81\n4\",5\n6,7\n": {Encoding: "gbk"},
		"a,b\n1,\"\xe9\n\xe8\"\n2,3\n4,5\n":                              {Encoding: "latin-1"},
	}
	for text, c := range tests {
		dir := t.TempDir()
		writeTestFile(t, dir, "f.csv", text)
		writeTestFile(t, dir, "g.csv", text)
		c.Path = "*.csv"
		spec := Spec{Name: "shop", Dir: dir, CSV: &c}
		want := readLines(t, cutInto(t, openTestFiles(t, spec), 1<<20), "a", "b")
		for _, size := range []int64{1, 2, 3, 5, 8, 13, 21, 34} {
			if diff := cmp.Diff(want, readLines(t, cutInto(t, openTestFiles(t, spec), size), "a", "b")); diff != "" {
				t.Fatalf("%q in spans of %d bytes (-whole +spans):\n%s", text, size, diff)
			}
		}
	}
}

func TestARandomFileReadInSpansGivesTheRowsOfTheWholeFile(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 2))
	words := []string{"a", ",", "\n", "\"", "\"\"", "\r\n", "\",\"", "长", "\"\n\""}
	for range 60 {
		var b strings.Builder
		b.WriteString("a,b\n")
		for range 20 + r.IntN(80) {
			b.WriteString(words[r.IntN(len(words))])
		}
		dir := t.TempDir()
		writeTestFile(t, dir, "f.csv", b.String())
		spec := Spec{Name: "shop", Dir: dir, CSV: &CSV{Path: "f.csv"}}
		want := readLines(t, openTestFiles(t, spec), "a", "b")
		for _, size := range []int64{1, 5, 30} {
			if diff := cmp.Diff(want, readLines(t, cutInto(t, openTestFiles(t, spec), size), "a", "b")); diff != "" {
				t.Fatalf("%q in spans of %d bytes (-whole +spans):\n%s", b.String(), size, diff)
			}
		}
	}
}

func TestFixedWidthAndJSONLinesInSpansGiveTheRowsOfTheWholeFile(t *testing.T) {
	dir := t.TempDir()
	fixed := "header\n0001 Müller\n\n0002 明光\n03\n0004 \xff\n0005 Zoë\r\n0006 last"
	lines := "{\"id\":1,\"name\":\"长\"}\n\n{\"id\":2}\n{broken\n{\"id\":3,\"name\":\"\\n\"}\n{\"id\":4,\"name\":\"x\"}"
	writeTestFile(t, dir, "f.txt", fixed)
	writeTestFile(t, dir, "f.jsonl", lines)
	for _, spec := range []Spec{
		{Name: "cards", Dir: dir, Fixed: &Fixed{Path: "f.txt", SkipRows: 1, Columns: []FixedColumn{{"id", 1, 4}, {"name", 6, 20}}}},
		{Name: "web", Dir: dir, JSONL: &Files{Path: "f.jsonl"}},
	} {
		want := readLines(t, openTestFiles(t, spec), "id", "name")
		if len(want) < 5 {
			t.Fatalf("%s: %q", spec.Name, want)
		}
		for _, size := range []int64{1, 2, 3, 5, 8, 13, 21, 34} {
			if diff := cmp.Diff(want, readLines(t, cutInto(t, openTestFiles(t, spec), size), "id", "name")); diff != "" {
				t.Fatalf("%s in spans of %d bytes (-whole +spans):\n%s", spec.Name, size, diff)
			}
		}
	}
}

func TestALargeFileGivesTheSameRowsWithAnyNumberOfWorkers(t *testing.T) {
	dir := t.TempDir()
	var b strings.Builder
	b.WriteString("id,note\n")
	for i := range 3000 {
		fmt.Fprintf(&b, "%d,\"%s\"\n", i, strings.Repeat("line\n", i%7))
	}
	writeTestFile(t, dir, "f.csv", b.String())
	spec := Spec{Name: "shop", Dir: dir, CSV: &CSV{Path: "f.csv"}}
	want := readLines(t, openTestFiles(t, spec), "id", "note")
	for _, workers := range []int{1, 2, 8} {
		old := runtime.GOMAXPROCS(workers)
		got := readLines(t, cutInto(t, openTestFiles(t, spec), 500), "id", "note")
		runtime.GOMAXPROCS(old)
		if !slices.Equal(want, got) {
			t.Errorf("with %d workers the rows differ", workers)
		}
	}
}
