package extract

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

// Whatever encoding/csv accepts, our scanner reads alike: the same values from the same lines.
// It differs on purpose in what is excluded: files that end lines with CR alone, byte order
// marks, bytes that are no text, and the CR before an LF within quotes, which encoding/csv drops.
// On every input it must end, and give every line's number once.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{
		"a,b\n1,2\n", "a,\"b\"\"c\"\r\n\"x\r\ny\",\r\n", "\"", "\"a\"b", "a\"b,c\n", "\n\n,\n", "\"\",\"\"\n\"\"", "a\rb,c\n",
		"\"a\n\n\"\n\r\n1", ",\"x\"\r", "\r", "\"x\"\"", "1,\"open\n2,3\n4,\"5\"\n", "上海,\"北\n京\"\n", "a\x00b\n\xff\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(compareCSV)
}

func TestEveryShortFileIsReadAsTheStandardLibraryReadsIt(t *testing.T) {
	const letters, longest = "a,\"\n\r", 6
	var extend func(text string)
	extend = func(text string) {
		compareCSV(t, text)
		for i := 0; len(text) < longest && i < len(letters); i++ {
			extend(text + letters[i:i+1])
		}
	}
	extend("")
}

func compareCSV(t *testing.T, text string) {
	got, lines, bad := scanCSV(t, text)
	for i := 1; i < len(lines); i++ {
		if lines[i] <= lines[i-1] {
			t.Fatalf("%q: record %d starts on line %d, after line %d", text, i, lines[i], lines[i-1])
		}
	}
	excluded := !strings.Contains(text, "\n") && strings.Contains(text, "\r") || strings.HasPrefix(text, "\ufeff")
	want, wantLines, err := goCSV(text)
	if excluded || bad || err != nil {
		return
	}
	if !slices.EqualFunc(want, got, slices.Equal) || !slices.Equal(wantLines, lines) {
		t.Errorf("%q: encoding/csv reads %q from lines %v, we read %q from %v", text, want, wantLines, got, lines)
	}
}

// scanCSV gives all records with their lines. bad: some bytes are no text.
func scanCSV(t *testing.T, text string) (records [][]string, lines []int, bad bool) {
	r := textReader{buf: make([]byte, 16)}
	if err := r.open(strings.NewReader(text), "f", nil); err != nil {
		return nil, nil, true // UTF-16
	}
	s := newCSVScanner(&r, csvDialect{delimiter: []byte{','}, quote: '"', quoting: true})
	for {
		ok, err := s.next()
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return records, lines, bad
		}
		lines = append(lines, int(s.record.line))
		bad = bad || s.record.rule == RuleBadEncoding
		var record []string
		for _, f := range s.record.fields {
			value, _ := s.value(f, nil)
			record = append(record, string(bytes.ReplaceAll(value, []byte("\r\n"), []byte("\n"))))
		}
		records = append(records, record)
	}
}

// goCSV reads the same with the standard library; an error means that it does not accept all.
func goCSV(text string) (records [][]string, lines []int, err error) {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return records, lines, nil
		}
		if err != nil {
			return nil, nil, err
		}
		line, _ := r.FieldPos(0)
		records, lines = append(records, record), append(lines, line)
	}
}
