package pipeline

import (
	"bytes"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"github.com/pharos-analytics/pharos/pipeline/publish"
	"github.com/pharos-analytics/pharos/segment"
)

// handed is a list of a run as a table, its first row the header.
type handed struct {
	name string
	rows [][]string
}

// longestList is the list of a run with the most rows.
func longestList(t *testing.T, out *Outcome) handed {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(out.Dir, "lists", "*", "list.csv"))
	if err != nil {
		t.Fatal(err)
	}
	var most handed
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff")))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) > len(most.rows) {
			most = handed{filepath.Base(filepath.Dir(f)), rows}
		}
	}
	if len(most.rows) < 4 {
		t.Fatalf("list %s has %d rows: too few to try anything", most.name, len(most.rows)-1)
	}
	return most
}

func (h handed) clone() handed {
	rows := make([][]string, len(h.rows))
	for i, r := range h.rows {
		rows[i] = slices.Clone(r)
	}
	return handed{h.name, rows}
}

func (h handed) column(name string) int           { return slices.Index(h.rows[0], name) }
func (h handed) set(row int, column, text string) { h.rows[row][h.column(column)] = text }
func (h handed) get(row int, column string) string {
	return h.rows[row][h.column(column)]
}

func (h handed) csv(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	if err := csv.NewWriter(&text).WriteAll(h.rows); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// back writes what somebody hands back.
func back(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func takeBack(t *testing.T, cfg *Config, list, path string) *publish.OutcomeImport {
	t.Helper()
	o, err := ImportOutcomes(cfg, list, path, day(2026, 5, 3), Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func ranOn(t *testing.T, cfg *Config, asOf time.Time) *Outcome {
	t.Helper()
	out, err := Run(t.Context(), cfg, Options{AsOf: asOf, Version: "test", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestACustomerWhoWasCalledIsLeftAloneTheNextNight(t *testing.T) {
	cfg := callers(t)
	for i := range cfg.Lists {
		cfg.Lists[i].CoolDown = []segment.CoolDown{{Channel: "any", Days: 20}}
	}
	out := ranOn(t, cfg, day(2026, 5, 3))
	h := longestList(t, out)
	spoken, objects, missed := h.get(1, "customer_id"), h.get(2, "customer_id"), h.get(3, "customer_id")
	h.set(1, "outcome", "成交")
	h.set(1, "note", "'=said 1+1")
	h.set(2, "status", "contacted")
	h.set(2, "outcome", "do not contact")
	h.set(3, "status", "not_reached")
	path := back(t, "list.csv", h.csv(t))
	o := takeBack(t, cfg, h.name, path)
	if o.Rows != 3 || o.Objections != 1 || o.Number != 1 {
		t.Errorf("imported %+v", o)
	}
	if again := takeBack(t, cfg, h.name, path); again != nil {
		t.Errorf("the same file twice is a double: %+v", again)
	}
	next := ranOn(t, cfg, day(2026, 5, 4))
	listed, suppressed := called(t, next)
	if suppressed[spoken] != "cool_down" || suppressed[objects] != "legal_opt_out" || !slices.Contains(listed, missed) {
		t.Errorf("called %v, suppressed %v: %s was called, %s objected, %s was not reached", listed, suppressed, spoken, objects, missed)
	}
	if len(next.Manifest.Outcomes) != 1 || next.Manifest.Outcomes[0].SHA256 != o.File.SHA256 {
		t.Errorf("the manifest names %v", next.Manifest.Outcomes)
	}
	if again := ranOn(t, cfg, day(2026, 5, 4)); !again.Unchanged {
		t.Error("the same night again is another run")
	}
	if err := os.Chmod(filepath.Join(cfg.Workspace, "outcomes", o.File.Path), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(cfg.Workspace, "outcomes", o.File.Path), []byte("PAR1"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(t.Context(), cfg, Options{AsOf: day(2026, 5, 5), Version: "test", Now: time.Now}); err == nil || !strings.Contains(err.Error(), "backup") {
		t.Errorf("a damaged import passes: %v", err)
	}
}

func TestAWorkbookComesBackAsItWasFilledIn(t *testing.T) {
	cfg := callers(t)
	h := longestList(t, ranOn(t, cfg, day(2026, 5, 3)))
	current, err := (&publish.Workspace{Root: cfg.Workspace}).Current()
	if err != nil {
		t.Fatal(err)
	}
	fill := func(change func(f *excelize.File, cell func(column string, row int) string)) string {
		t.Helper()
		file, err := excelize.OpenFile(filepath.Join(cfg.Workspace, "runs", current, "lists", h.name, "list.xlsx"))
		if err != nil {
			t.Fatal(err)
		}
		change(file, func(column string, row int) string {
			at, err := excelize.CoordinatesToCellName(h.column(column)+1, row)
			if err != nil {
				t.Fatal(err)
			}
			return at
		})
		path := filepath.Join(t.TempDir(), "back.xlsx")
		if err := errors.Join(file.SaveAs(path), file.Close()); err != nil {
			t.Fatal(err)
		}
		return path
	}
	formula := fill(func(f *excelize.File, cell func(string, int) string) {
		if err := f.SetCellFormula("list", cell("note", 3), "1+1"); err != nil {
			t.Fatal(err)
		}
	})
	if _, err := ImportOutcomes(cfg, h.name, formula, day(2026, 5, 3), Options{Now: time.Now}); err == nil || !strings.Contains(err.Error(), "line 3: column note: it is a formula") {
		t.Errorf("a formula: %v", err)
	}
	o := takeBack(t, cfg, h.name, fill(func(f *excelize.File, cell func(string, int) string) {
		if err := errors.Join(f.SetCellValue("list", cell("outcome", 2), "Won"), f.SetCellValue("list", cell("note", 2), "call again in June")); err != nil {
			t.Fatal(err)
		}
	}))
	if o.Rows != 1 {
		t.Errorf("%d rows", o.Rows)
	}
	if o = takeBack(t, cfg, h.name, fill(func(f *excelize.File, cell func(string, int) string) {
		if err := errors.Join(f.SetCellValue("list", cell("outcome", 2), "won"), f.SetCellValue("list", cell("note", 2), "call again in June"), f.SetCellValue("list", cell("status", 3), "skipped")); err != nil {
			t.Fatal(err)
		}
	})); o.Rows != 1 || o.Number != 2 {
		t.Errorf("a second return of which one row is new adds %d rows", o.Rows)
	}
}

// Whatever is wrong with what comes back, it is told with its place, and nothing of it is kept.
func TestAListThatComesBackWrongIsRefusedWhole(t *testing.T) {
	cfg := callers(t)
	whole := longestList(t, ranOn(t, cfg, day(2026, 5, 3)))
	other := segment.Rising
	if whole.name == other {
		other = segment.Keep
	}
	utf16Text := func(text string) string {
		out := []byte{0xff, 0xfe}
		for _, u := range utf16.Encode([]rune(text)) {
			out = append(out, byte(u), byte(u>>8))
		}
		return string(out)
	}
	for want, change := range map[string]func(h handed) string{
		`line 2: column customer_id: "99" was changed`:         func(h handed) string { h.set(1, "customer_id", "99"); return h.csv(t) },
		`line 3: column row_id: "r0123456789abcdef" is no row`: func(h handed) string { h.set(2, "row_id", "r0123456789abcdef"); return h.csv(t) },
		"line 2: column row_id: the row id is one of list " + other: func(h handed) string {
			h.set(1, "row_id", publish.RowID(nil, other, h.get(1, "customer_id")))
			return h.csv(t)
		},
		"line 2: column row_id: customer \"C4\" is not on list": func(h handed) string {
			h.set(1, "row_id", publish.RowID(nil, h.name, "C4"))
			h.set(1, "customer_id", "C4")
			return h.csv(t)
		},
		"line 4: column row_id: the same row stands on line 2": func(h handed) string { h.rows[3] = slices.Clone(h.rows[1]); return h.csv(t) },
		`line 2: column list: the row is of list "` + other:    func(h handed) string { h.set(1, "list", other); return h.csv(t) },
		`line 2: column run: "2020-01-01-aaaaaaaaaaaa" is no run`: func(h handed) string {
			h.set(1, "run", "2020-01-01-aaaaaaaaaaaa")
			return h.csv(t)
		},
		`line 2: column run: "../../etc" is no run`:    func(h handed) string { h.set(1, "run", "../../etc"); return h.csv(t) },
		`line 2: column outcome: "sold" is no outcome`: func(h handed) string { h.set(1, "outcome", "sold"); return h.csv(t) },
		`line 2: column status: "contactd" is no status: use one of open, contacted, not_reached, skipped, or leave it empty: did you mean contacted?`: func(h handed) string { h.set(1, "status", "contactd"); return h.csv(t) },
		"line 2: column outcome: the outcome is won, and yet": func(h handed) string {
			h.set(1, "status", "skipped")
			h.set(1, "outcome", "won")
			return h.csv(t)
		},
		"line 2: column note: it is a formula":  func(h handed) string { h.set(1, "note", " =HYPERLINK(1)"); return h.csv(t) },
		"line 2: column note: it has 5000":      func(h handed) string { h.set(1, "note", strings.Repeat("x", 5000)); return h.csv(t) },
		"column outcome: the column is missing": func(h handed) string { h.rows[0][h.column("outcome")] = "result"; return h.csv(t) },
		"line 1: column note: there are two":    func(h handed) string { h.rows[0][h.column("name")] = "note"; return h.csv(t) },
		"line 1: it is UTF-16":                  func(h handed) string { return utf16Text(h.csv(t)) },
		"line 1: it holds NUL bytes":            func(h handed) string { return utf16Text(h.csv(t))[2:] },
		"line 2: it is not UTF-8 but GBK":       func(h handed) string { h.set(1, "note", "\xcd\xf5\xb7\xbc"); return h.csv(t) },
		"it holds no row":                       func(h handed) string { h.rows = h.rows[:1]; return h.csv(t) },
		"save it as .xlsx":                      func(handed) string { return "\xd0\xcf\x11\xe0rest" },
		"it is no workbook that can be read":    func(handed) string { return "PK\x03\x04rest" },
		"what follows cannot be read":           func(h handed) string { return h.csv(t) + "\"open" },
	} {
		_, err := ImportOutcomes(cfg, whole.name, back(t, "back", change(whole.clone())), day(2026, 5, 3), Options{Now: time.Now})
		if !errors.Is(err, ErrReturned) || !strings.Contains(err.Error(), want) {
			t.Errorf("not %q but %v", want, err)
		}
	}
	bad := whole.clone()
	bad.set(1, "outcome", "sold")
	bad.set(2, "status", "?")
	_, err := ImportOutcomes(cfg, whole.name, back(t, "back", bad.csv(t)), day(2026, 5, 3), Options{Now: time.Now})
	if err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("not all that is wrong is told at once: %v", err)
	}
	if _, err := os.Stat(filepath.Join(cfg.Workspace, "outcomes")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("something of a refused file was kept: %v", err)
	}
	foreign := callers(t)
	foreign.KeyFile = back(t, "key", "another company's key of 32 bytes")
	ranOn(t, foreign, day(2026, 5, 3))
	if _, err := ImportOutcomes(foreign, whole.name, back(t, "back", whole.csv(t)), day(2026, 5, 3), Options{Now: time.Now}); !errors.Is(err, ErrReturned) {
		t.Errorf("another company's list is taken: %v", err)
	}
	good := whole.clone()
	good.set(1, "outcome", "won")
	if o := takeBack(t, cfg, whole.name, back(t, "back", "\ufeff"+strings.ReplaceAll(good.csv(t), "\n", "\r\n"))); o.Rows != 1 {
		t.Errorf("a good file with a byte order mark gives %+v", o)
	}
}

func TestAListThatWasHandedOverIsNeverOverwritten(t *testing.T) {
	cfg := callers(t)
	first := ranOn(t, cfg, day(2026, 5, 3))
	list := longestList(t, first)
	gone := list.get(1, "customer_id")
	version := func(out *Outcome) publish.ListVersion {
		i := slices.IndexFunc(out.Manifest.Lists, func(v publish.ListVersion) bool { return v.List == list.name })
		return out.Manifest.Lists[i]
	}
	before := filesOf(t, first.Dir)
	refusals := "customer_id,contact,reason\nC4,,objected\n"
	put(t, cfg, "refusals.csv", refusals+gone+",,objected\n")
	second := ranOn(t, cfg, day(2026, 5, 3))
	if v := version(second); v.Version != 2 || v.Supersedes != first.Manifest.ID || v.Removed != 1 {
		t.Errorf("the correction is %+v", v)
	}
	if b, err := os.ReadFile(filepath.Join(second.Dir, "lists", list.name, "difference.csv")); err != nil || !strings.Contains(string(b), "removed,"+list.get(1, "row_id")+","+gone) {
		t.Errorf("%s, %v", b, err)
	}
	put(t, cfg, "refusals.csv", refusals)
	third := ranOn(t, cfg, day(2026, 5, 3))
	if v := version(third); v.Version != 3 || v.Supersedes != second.Manifest.ID || v.Added != 1 || third.Manifest.ID == first.Manifest.ID {
		t.Errorf("the correction of the correction is %+v of run %s", v, third.Manifest.ID)
	}
	if again := ranOn(t, cfg, day(2026, 5, 3)); !again.Unchanged || again.Manifest.ID != third.Manifest.ID {
		t.Errorf("the same night again is run %s", again.Manifest.ID)
	}
	ranOn(t, cfg, day(2026, 5, 4))
	if again := ranOn(t, cfg, day(2026, 5, 3)); again.Manifest.ID != third.Manifest.ID {
		t.Errorf("the same day later is run %s", again.Manifest.ID)
	}
	for name, text := range before {
		if now, err := os.ReadFile(filepath.Join(first.Dir, name)); err == nil && string(now) != text {
			t.Errorf("%s of the first run was overwritten", name)
		}
	}
}

func filesOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(filepath.Join(dir, "lists"), func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		files[rel] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
