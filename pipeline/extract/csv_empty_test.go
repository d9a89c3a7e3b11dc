package extract

import (
	"fmt"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"
)

// A table kept as it is tells "nobody wrote a note" from "the note is empty"; in a table of ours
// both mean that there is none.
func TestAnEmptyNoteStaysApartFromNoNoteWhereATableIsKeptAsItIs(t *testing.T) {
	dir := t.TempDir()
	writeTestFile(t, dir, "f.csv", "id,note\n1,\n2,\"\"\n3,x\n")
	kept := Mapping{Table: "notes", Raw: true, Source: "shop", Columns: []ColumnMapping{{Name: "note", Column: "note"}}}
	ours := Mapping{Table: "products", Source: "shop", Columns: []ColumnMapping{{Name: "product_id", Column: "id"}, {Name: "name", Column: "note"}}}
	for name, test := range map[string]struct {
		mapping Mapping
		want    []string
	}{"note": {kept, []string{"∅", "", "x"}}, "name": {ours, []string{"∅", "∅", "x"}}} {
		spec := Spec{Name: "shop", Dir: dir, CSV: &CSV{Path: "f.csv"}}
		m := compile(t, test.mapping, spec)
		err := openTestFiles(t, spec).Read(t.Context(), m.Query(), Sink{
			Bad: func(b BadRow) error { return fmt.Errorf("bad row %v", b) },
			Rows: func(rec arrow.RecordBatch) error {
				out, err := m.Map(rec, func(b BadRow) error { return fmt.Errorf("bad row %v", b) })
				if err != nil {
					return err
				}
				defer out.Release()
				if diff := cmp.Diff(test.want, column(t, out, name)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
				return nil
			},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
