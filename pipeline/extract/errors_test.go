package extract

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/xuri/excelize/v2"
)

// TestAFileThatCannotBeReadIsNoFaultOfTheMapping: the caller ends with one exit code or the other.
func TestAFileThatCannotBeReadIsNoFaultOfTheMapping(t *testing.T) {
	dir := t.TempDir()
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	if _, err := w.Write([]byte("no,who\n" + strings.Repeat("1,K1\n", 1000))); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	book := excelize.NewFile()
	if err := book.SaveAs(filepath.Join(dir, "book.xlsx")); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"cut.csv.gz":    zipped.Bytes()[:zipped.Len()/2],
		"broken.csv.gz": append(zipped.Bytes()[:zipped.Len()-6:zipped.Len()-6], "broken"...),
		"lines.jsonl":   []byte("{\"no\": 1}\n"),
		"book.txt":      []byte("no workbook"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name string
		spec Spec
		want error
	}{
		{"a file that is not there", Spec{CSV: &CSV{Path: "away.csv"}}, ErrUnreachable},
		{"an archive that breaks off", Spec{CSV: &CSV{Path: "cut.csv.gz"}}, ErrUnreachable},
		{"an archive whose sum is wrong", Spec{CSV: &CSV{Path: "broken.csv.gz"}}, ErrUnreachable},
		{"a workbook that is none", Spec{Excel: &Excel{Path: "book.txt"}}, ErrUnreachable},
		{"a sheet that is not there", Spec{Excel: &Excel{Path: "book.xlsx", Sheet: "orders"}}, ErrMapping},
		{"a key that no line has", Spec{JSONL: &Files{Path: "lines.jsonl"}}, ErrMapping},
		{"a position that is not declared", Spec{Fixed: &Fixed{Path: "lines.jsonl", Columns: []FixedColumn{{Name: "no", From: 1, To: 2}}}}, ErrMapping},
	} {
		c.spec.Name, c.spec.Dir = "tills", dir
		src, err := Open(t.Context(), c.spec)
		if err == nil {
			err = src.Read(t.Context(), Query{Columns: []string{"who"}}, Sink{
				Rows: func(arrow.RecordBatch) error { return nil },
				Bad:  func(BadRow) error { return nil },
			})
		}
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want it under %q", c.name, err, c.want)
		}
	}
}
