package publish

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/govalues/decimal"
	"github.com/xuri/excelize/v2"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// hostileNames are 500 names that do harm where they are not handled as text.
func hostileNames() []string {
	seeds := []string{
		`<script>alert(%d)</script>`, `"><img src=x onerror=alert(%d)>`, `<svg onload=alert(%d)>`, `=1+%d`, `＝1+%d`, `+%d+HYPERLINK("http://x","y")`, `＋%d`, `-%d+3`, `－%d`, `@SUM(A%d)`, `＠%d`,
		" =%d", "\u3000=%d", "\t=%d", "\r=%d", "\n=%d", "tab\t=%d", `'; drop table lists; -- %d`, `"quoted;%d",x`, "two\nlines %d", "cr\r\n=%d", "\x1b[31mred %d\x1b[0m\x1b]0;t\x07", "c1 \u009b31m%d",
		"\u202egnp.exe %d\u202c", "\u2066isolated %d\u2069", "zero\u200bwidth\u200d%d", "nul\x00byte %d", "line\u2028of %d", `../../etc/passwd%d`, `/abs/%d`, `C:\%d\con`, `CON%.0d`, `nul.%d`, `.%d`, `..%.0d`, "bad utf8 \ufffd %d",
		`${jndi:ldap://x/%d}`, `{{.Name}} %%s %d`, "王芳 %d", "e\u0301 %d", "\u00e9 %d", `'=%d`, `''%d`, "%d ",
	}
	names := []string{strings.Repeat("x", 10_000), strings.Repeat("王", 10_000), strings.Repeat("=", 10_000), "Ann", "ANN", "ann", "a/b", "a\\b", "a:b", "a\x00b", "COM1", "con", "\ufb00", "ﬀ", "\u212aelvin", "Kelvin", unowned, "Unowned"}
	for i := 0; len(names) < 500; i++ {
		names = append(names, fmt.Sprintf(seeds[i%len(seeds)], i))
	}
	return slices.Compact(names)
}

// hostileList is a list whose every text is hostile.
func hostileList() (ListData, []ListSummary) {
	d, summaries := callList()
	template := d.Members[0]
	d.Members, d.Left = nil, nil
	for i, name := range hostileNames() {
		m := template
		m.CustomerID, m.Name, m.OwnerID, m.Offer, m.Contact, m.Rank = name, name, name, name, name, int64(i+1)
		m.ValueAtStake = decimal.MustNew(int64(-100*i), 2)
		d.Members = append(d.Members, m)
		d.Left = append(d.Left, LeftOut{"keep", name, name})
	}
	d.Company, summaries[0].Action = hostileNames()[20], hostileNames()[21]
	summaries[0].Rows = int64(len(d.Members))
	return d, summaries
}

// sheetRows reads list.xlsx as a spreadsheet holds it: raw values by column name.
func sheetRows(t *testing.T, path string) []map[string]string {
	t.Helper()
	file, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines, err := file.GetRows(listSheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, cell := range line {
			row[lines[0][i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

func TestEveryFileOfAListHoldsTheSameRows(t *testing.T) {
	d, summaries := hostileList()
	folder := written(t, d, summaries)
	inCSV, inSheet := sheet(t, filepath.Join(folder, "list.csv")), sheetRows(t, filepath.Join(folder, "list.xlsx"))
	inParquet, err := lake.ReadRows(filepath.Join(folder, "list.parquet"), listColumns())
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(folder, "list.json"))
	if err != nil {
		t.Fatal(err)
	}
	var inJSON []map[string]any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&inJSON); err != nil {
		t.Fatal(err)
	}
	if n := len(d.Members); len(inCSV) != n || len(inSheet) != n || len(inParquet) != n || len(inJSON) != n {
		t.Fatalf("%d, %d, %d and %d rows for %d", len(inCSV), len(inSheet), len(inParquet), len(inJSON), n)
	}
	for i, m := range d.Members {
		for j, c := range listColumns() {
			want := listRow(newSpeech(d.Lang, d.Currency), d, summaries[0], m)[j]
			if got, _ := inJSON[i][c.Name].(string); c.Type == lake.Text && want != "" && got != want {
				t.Errorf("list.json, row %d: %s is %.80q, not %.80q", i, c.Name, got, want)
			}
			if got := inCSV[i][c.Name]; c.Type == lake.Text && got != strings.ReplaceAll(Disarm(want), "\r", "") {
				t.Errorf("list.csv, row %d: %s is %.80q, not %.80q", i, c.Name, got, want)
			}
			if got := inSheet[i][c.Name]; c.Type == lake.Text && got != cellText(want) {
				t.Errorf("list.xlsx, row %d: %s is %.80q, not %.80q", i, c.Name, got, cellText(want))
			}
		}
		if got := inCSV[i]["value_at_stake"]; got != m.ValueAtStake.String() {
			t.Errorf("the figure %s became %s", m.ValueAtStake, got)
		}
		if got, _ := inJSON[i]["value_at_stake"].(json.Number); got.String() != m.ValueAtStake.String() {
			t.Errorf("the figure %s became %s", m.ValueAtStake, got)
		}
	}
}

func TestASheetHasNoFormulaAndOffersTheWordsOfAnOutcome(t *testing.T) {
	for lang, want := range map[string]string{"en": "do not contact", "zh": "请勿联系"} {
		d, summaries := hostileList()
		d.Lang = lang
		folder := written(t, d, summaries)
		for _, name := range filesIn(t, folder) {
			if filepath.Ext(name) != ".xlsx" {
				continue
			}
			parts := unzip(t, filepath.Join(folder, name))
			body := parts["xl/worksheets/sheet1.xml"]
			if body == "" || strings.Contains(body, "<f>") || strings.Contains(body, "<f ") {
				t.Errorf("%s holds a formula, or nothing", name)
			}
			for _, part := range []string{"<pane ", "<dataValidation ", want, "tableParts"} {
				if !strings.Contains(body, part) {
					t.Errorf("%s in %s lacks %s", name, lang, part)
				}
			}
		}
		file, err := excelize.OpenFile(filepath.Join(folder, "list.xlsx"))
		if err != nil {
			t.Fatal(err)
		}
		head, err := file.GetRows(listSheet)
		if err != nil {
			t.Fatal(err)
		}
		for column, wanted := range map[string]excelize.CellType{"customer_id": excelize.CellTypeInlineString, "value_at_stake": excelize.CellTypeNumber, "as_of": excelize.CellTypeNumber} {
			at, _ := excelize.CoordinatesToCellName(slices.Index(head[0], column)+1, 2)
			kind, err := file.GetCellType(listSheet, at)
			if err != nil || kind != wanted && !(wanted == excelize.CellTypeNumber && kind == excelize.CellTypeUnset) {
				t.Errorf("%s is of type %v, %v", column, kind, err)
			}
		}
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	}
}

// unzip reads the parts of a package.
func unzip(t *testing.T, path string) map[string]string {
	t.Helper()
	r, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	parts := map[string]string{}
	for _, f := range r.File {
		part, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(b)
		part.Close()
	}
	return parts
}

func TestTheSameListIsTheSameBytes(t *testing.T) {
	d, summaries := hostileList()
	first, again := written(t, d, summaries), written(t, d, summaries)
	for _, name := range filesIn(t, first) {
		a, err := os.ReadFile(filepath.Join(first, name))
		b, other := os.ReadFile(filepath.Join(again, name))
		if err != nil || other != nil || !bytes.Equal(a, b) {
			t.Errorf("%s has other bytes: %v, %v", name, err, other)
		}
	}
}

// Whatever callers are named, each finds exactly their rows in a file that no other caller has, in
// the folder of the owners and nowhere else.
func TestEveryCallerHasAFileOfTheirOwn(t *testing.T) {
	d, summaries := hostileList()
	folder := written(t, d, summaries)
	text, err := os.ReadFile(filepath.Join(folder, "schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	var schema struct{ Owners []ownerFiles }
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	files, folded, rows := filesIn(t, folder), map[string]bool{}, 0
	for _, o := range schema.Owners {
		if len(o.Files) != 2 {
			t.Errorf("%.40q has %v", o.Owner, o.Files)
		}
		for _, name := range o.Files {
			key := strings.ToLower(name)
			if folded[key] || !slices.Contains(files, name) || len(name) > 200 || filepath.Dir(name) != "owners" || strings.ContainsFunc(name, unicode.IsControl) {
				t.Errorf("%.40q has file %q", o.Owner, name)
			}
			folded[key] = true
		}
		in := sheet(t, filepath.Join(folder, o.Files[0]))
		if len(in) != o.Rows || len(sheetRows(t, filepath.Join(folder, o.Files[1]))) != o.Rows {
			t.Errorf("%.40q: %d rows, not %d", o.Owner, len(in), o.Rows)
		}
		for _, row := range in {
			if want := strings.ReplaceAll(Disarm(o.Owner), "\r", ""); row["owner"] != want {
				t.Errorf("%.40q reads a row of %.40q", o.Owner, row["owner"])
			}
		}
		rows += len(in)
	}
	if rows != len(d.Members) || !slices.Contains(files, "owners/unowned.csv") || !slices.Contains(files, "owners/unowned.xlsx") {
		t.Errorf("%d rows of %d are in files of callers", rows, len(d.Members))
	}
}

func TestAReadmeOfHostileNamesIsPlainText(t *testing.T) {
	d, summaries := hostileList()
	b, err := os.ReadFile(filepath.Join(written(t, d, summaries), "README"))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range string(b) {
		if unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Bidi_Control, r) {
			t.Fatalf("the README holds %U", r)
		}
	}
}

func TestOnlyTheFilesThatAreAskedForAreWritten(t *testing.T) {
	d, summaries := callList()
	d.Format = ListFormat{Files: []string{ListCSV}, Plain: true}
	folder := written(t, d, summaries)
	want := []string{"README", "control.csv", "list.csv", "list.parquet", "owners/S7.csv", "schema.json", "suppressed.csv"}
	if names := filesIn(t, folder); !slices.Equal(names, want) {
		t.Errorf("files %v, not %v", names, want)
	}
	for _, name := range []string{"control.csv", "list.csv", "owners/S7.csv", "suppressed.csv"} {
		if b, err := os.ReadFile(filepath.Join(folder, name)); err != nil || bytes.HasPrefix(b, []byte(byteOrderMark)) {
			t.Errorf("%s: %v, or it has a byte order mark", name, err)
		}
	}
}

func TestALaterVersionSaysWhatIsDifferent(t *testing.T) {
	d, summaries := callList()
	stays, goes := d.Members[0], d.Members[0]
	goes.CustomerID, goes.Rank = "C7", 2
	d.Members = []ListMember{stays, goes}
	before := filepath.Join(written(t, d, summaries), "list.parquet")
	read := func(d ListData) (ListVersion, []map[string]string, string) {
		t.Helper()
		dir := t.TempDir()
		versions, err := WriteLists(dir, d, summaries)
		if err != nil || len(versions) != 1 {
			t.Fatalf("%v, %v", versions, err)
		}
		text, err := os.ReadFile(filepath.Join(dir, "keep", "README"))
		if err != nil {
			t.Fatal(err)
		}
		if versions[0].Supersedes == "" {
			return versions[0], nil, string(text)
		}
		return versions[0], sheet(t, filepath.Join(dir, "keep", "difference.csv")), string(text)
	}
	if v, _, _ := read(d); v.Version != 1 || v.Supersedes != "" {
		t.Errorf("the first is %+v", v)
	}
	d.Before = map[string]ListBefore{"keep": {Run: "former", Version: 4, Path: before}}
	d.Run = "later"
	if v, lines, text := read(d); v.Version != 4 || len(lines) != 0 || !strings.Contains(text, "former") {
		t.Errorf("the same again is %+v, %v", v, lines)
	}
	comes := goes
	comes.CustomerID = "C5"
	stays.OwnerID, stays.Offer = "S8", "=a call"
	d.Members = []ListMember{stays, comes}
	v, lines, text := read(d)
	if want := (ListVersion{List: "keep", Version: 5, Supersedes: "former", Added: 1, Removed: 1, Changed: 1}); v != want {
		t.Errorf("%+v, not %+v", v, want)
	}
	var said []string
	for _, l := range lines {
		said = append(said, strings.Join([]string{l["change"], l["customer_id"], l["column"], l["before"], l["after"]}, "|"))
	}
	if want := []string{"added|C5|||", "changed|C1|offer|a visit|'=a call", "changed|C1|owner|S7|S8", "removed|C7|||"}; !slices.Equal(said, want) {
		t.Errorf("the difference is %q, not %q", said, want)
	}
	if !strings.Contains(text, "Version 5") || !strings.Contains(text, "version 4 of run former: 1 rows added, 1 removed, 1 changed") {
		t.Errorf("the README says:\n%s", text)
	}
	d.Before["keep"] = ListBefore{Run: "pruned", Version: 5}
	dir := t.TempDir()
	if versions, err := WriteLists(dir, d, summaries); err != nil || versions[0].Version != 6 || versions[0].Supersedes != "pruned" {
		t.Errorf("%+v, %v", versions, err)
	}
}
