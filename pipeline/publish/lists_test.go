package publish

import (
	"encoding/csv"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/govalues/decimal"
	"pgregory.net/rapid"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// callList is one list with a chosen and a suppressed customer.
func callList() (ListData, []ListSummary) {
	days, gap := int64(70), int64(98)
	clv, asked, touched := decimal.MustParse("777.70"), ymd(2024, 5, 6), ymd(2026, 7, 1)
	d := ListData{
		Run: "2026-09-01-4f1c09ab77de", Company: "Acme", Currency: "CNY", Lang: "en", AsOf: ymd(2026, 9, 1), Key: []byte("key"), OptOuts: true,
		Members: []ListMember{
			{List: "keep", CustomerID: "C1", Name: "Ann Ltd", Rank: 1, ValueAtStake: decimal.MustParse("1250.50"), Profit: decimal.MustParse("-900.25"),
				Revenue: decimal.MustParse("8000"), Tier: "high", State: "at_risk", Class: "none", SubClass: "none", DaysSilent: &days, ExpectedGap: &gap,
				ReasonCodes: []string{"big_at_risk", "complaint_open"}, OwnerID: "S7", CLV: &clv, OpenCases: 3,
				Channel: "email", Contact: "ann@acme.example", ConsentBasis: "consent", ConsentOn: &asked, Offer: "a visit", DueBy: ymd(2026, 9, 15),
				LastContactOn: &touched, CoolDownUntil: &touched},
			{List: "fix", CustomerID: "C3", Name: "Not on this list"},
		},
		Left: []LeftOut{{"keep", "C2", "legal_opt_out"}, {"keep", "C9", ""}, {"keep", "C8", ""}},
	}
	return d, []ListSummary{{Name: "keep", Candidates: 4, Rows: 1, Suppressed: 1, Control: 2, Policy: "gdpr", Value: decimal.MustParse("1250.50"), Action: "Visit", Owner: "account_manager"}}
}

// written writes lists and gives the folder of the first.
func written(t *testing.T, d ListData, summaries []ListSummary) string {
	t.Helper()
	dir := t.TempDir()
	if _, err := WriteLists(dir, d, summaries); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, summaries[0].Name)
}

// sheet reads a CSV file back as a spreadsheet does: by column name.
func sheet(t *testing.T, path string) []map[string]string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text, marked := strings.CutPrefix(string(b), byteOrderMark)
	if !marked || strings.Count(text, "\r\n") != strings.Count(text, "\n") {
		t.Errorf("%s: spreadsheets want a byte order mark and CRLF", path)
	}
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, r := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = r[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func TestACallerReadsWhoWhyAndUntilWhen(t *testing.T) {
	folder := written(t, first(callList()), second(callList()))
	rows := sheet(t, filepath.Join(folder, "list.csv"))
	if len(rows) != 1 {
		t.Fatalf("%d rows", len(rows))
	}
	for column, want := range map[string]string{
		"list": "keep", "run": "2026-09-01-4f1c09ab77de", "as_of": "2026-09-01", "valid_until": "2026-10-01", "due_by": "2026-09-15",
		"customer_id": "C1", "name": "Ann Ltd", "rank": "1", "value_at_stake": "1250.50", "currency": "CNY", "profit": "-900.25",
		"tier": "high", "churn_state": "at_risk", "churn_class": "", "days_silent": "70", "expected_gap_days": "98", "owner": "S7",
		"channel": "email", "contact": "a***@***", "consent_basis": "consent", "consent_on": "2024-05-06", "clv": "777.70",
		"reason_codes": "big_at_risk complaint_open", "offer": "a visit", "last_contact_on": "2026-07-01", "cool_down_until": "2026-07-01",
		"action": "Visit", "status": "", "outcome": "", "note": "",
	} {
		if rows[0][column] != want {
			t.Errorf("%s is %q, not %q", column, rows[0][column], want)
		}
	}
	for _, figure := range []string{"70 days", "98", "not answered: 3"} {
		if !strings.Contains(rows[0]["reason"], figure) {
			t.Errorf("the reason lacks %s: %s", figure, rows[0]["reason"])
		}
	}
	if gone := sheet(t, filepath.Join(folder, "suppressed.csv")); len(gone) != 1 || gone[0]["customer_id"] != "C2" || gone[0]["reason"] != "legal_opt_out" || len(gone[0]) != 2 {
		t.Errorf("suppressed: %v", gone)
	}
	if left := sheet(t, filepath.Join(folder, "control.csv")); len(left) != 2 || left[0]["customer_id"] != "C8" || len(left[0]) != 1 {
		t.Errorf("control group: %v", left)
	}
	for _, name := range []string{"control.csv", "suppressed.csv", "list.parquet", "schema.json", "README"} {
		if info, err := os.Stat(filepath.Join(folder, name)); err != nil || info.Size() == 0 || info.Mode().Perm() != 0o600 && name != "list.parquet" {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
}

func first(d ListData, _ []ListSummary) ListData       { return d }
func second(_ ListData, s []ListSummary) []ListSummary { return s }

func TestWithoutOptOutsTheFirstLineOfTheReadmeSaysSo(t *testing.T) {
	for _, lang := range []string{"en", "zh"} {
		for _, optOuts := range []bool{true, false} {
			d, summaries := callList()
			d.Lang, d.OptOuts = lang, optOuts
			b, err := os.ReadFile(filepath.Join(written(t, d, summaries), "README"))
			if err != nil {
				t.Fatal(err)
			}
			line, _, _ := strings.Cut(string(b), "\n")
			if warned := line == newSpeech(lang, "CNY").say("list.no_optouts"); warned == optOuts {
				t.Errorf("%s, opt-outs mapped: %v: the first line is %q", lang, optOuts, line)
			}
			if strings.ContainsFunc(string(b), han) != (lang == "zh") {
				t.Errorf("%s: %s", lang, b)
			}
			for _, figure := range []string{" = ", d.Run, "2026-10-01"} {
				if !strings.Contains(string(b), figure) {
					t.Errorf("%s: the README lacks %q:\n%s", lang, figure, b)
				}
			}
		}
	}
}

func TestWithoutAKeyTheReadmeSaysThatRowIdsAreGuessable(t *testing.T) {
	for _, lang := range []string{"en", "zh"} {
		d, summaries := callList()
		d.Lang, d.Key = lang, nil
		b, err := os.ReadFile(filepath.Join(written(t, d, summaries), "README"))
		if err != nil || !strings.Contains(string(b), newSpeech(lang, "CNY").say("list.no_key")) {
			t.Errorf("%s: %s, %v", lang, b, err)
		}
	}
}

func TestNoCellIsAFormulaAndNoFigureIsTouched(t *testing.T) {
	for cell, want := range map[string]string{
		"=1+1": "'=1+1", "+86 27": "'+86 27", "-2": "'-2", "@SUM(A1)": "'@SUM(A1)", "＝1": "'＝1", "＋1": "'＋1", "－1": "'－1", "＠a": "'＠a",
		"\tx": "'\tx", "\r=1": "'\r=1", "\n=1": "'\n=1", " =1": "' =1", "\u3000=1": "'\u3000=1", "\u00a0=1": "'\u00a0=1",
		"": "", "Ann": "Ann", "1-2": "1-2", "a=b": "a=b", "明光": "明光", "'quoted": "'quoted",
	} {
		if got := Disarm(cell); got != want {
			t.Errorf("%q becomes %q, not %q", cell, got, want)
		}
	}
	d, summaries := callList()
	d.Members[0].Name, d.Members[0].OwnerID, d.Members[0].CustomerID = `=HYPERLINK("http://x","y")`, "@S7", "-7"
	summaries[0].Action = "＝cmd"
	row := sheet(t, filepath.Join(written(t, d, summaries), "list.csv"))[0]
	for column, want := range map[string]string{
		"name": `'=HYPERLINK("http://x","y")`, "owner": "'@S7", "customer_id": "'-7", "action": "'＝cmd", "profit": "-900.25", "value_at_stake": "1250.50",
	} {
		if row[column] != want {
			t.Errorf("%s is %q, not %q", column, row[column], want)
		}
	}
}

// Whatever a name holds, one customer is one row, the text comes back whole, and no cell begins
// with what a spreadsheet computes.
func TestAnyTextStaysInItsCell(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list.csv")
	columns := []lake.Column{{Name: "name"}, {Name: "profit", Type: lake.Money}, {Name: "note"}}
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune("=+-@＝＋－＠\t\n\"',; \u3000\u202e"))))
		want := [][]string{{text.Draw(rt, "name"), "-12.5000", text.Draw(rt, "note")}, {text.Draw(rt, "second"), "0.0000", ""}}
		if err := os.RemoveAll(path); err != nil {
			rt.Fatal(err)
		}
		if err := writeCSV(path, columns, want, true); err != nil {
			rt.Fatal(err)
		}
		rows := sheet(t, path)
		if len(rows) != len(want) {
			rt.Fatalf("%d rows", len(rows))
		}
		for i, row := range rows {
			for j, c := range columns {
				got := row[c.Name]
				if j == 1 && got != want[i][j] {
					rt.Errorf("the figure %s became %s", want[i][j], got)
				}
				lead, _ := utf8.DecodeRuneInString(strings.TrimLeft(got, " \u3000"))
				if j != 1 && got != "" && strings.ContainsRune("=+-@＝＋－＠\t", lead) {
					rt.Errorf("%q would be computed", got)
				}
				// A line break inside a cell is written as CR LF and read as LF; a CR alone is dropped.
				if plain := strings.ReplaceAll(Disarm(want[i][j]), "\r", ""); j != 1 && got != plain {
					rt.Errorf("%q came back as %q", plain, got)
				}
			}
		}
	})
}

func TestARowKeepsItsIdFromRunToRunAndHidesTheCustomer(t *testing.T) {
	key := []byte("0123456789abcdef")
	id := RowID(key, "keep", "C1")
	if id != RowID(slices.Clone(key), "keep", "C1") || len(id) != 17 {
		t.Errorf("the id is %q", id)
	}
	rapid.Check(t, func(rt *rapid.T) {
		a := [2]string{rapid.String().Draw(rt, "list"), rapid.String().Draw(rt, "customer")}
		b := [2]string{rapid.String().Draw(rt, "other list"), rapid.String().Draw(rt, "other customer")}
		if nul := strings.ContainsRune(a[0]+b[0], 0); !nul && (a == b) != (RowID(key, a[0], a[1]) == RowID(key, b[0], b[1])) {
			rt.Errorf("%q and %q", a, b)
		}
		if RowID(key, a[0], a[1]) == RowID([]byte("another key"), a[0], a[1]) {
			rt.Errorf("the key decides nothing for %q", a)
		}
	})
}

// Chosen, suppressed, on another list and over capacity are all the candidates: the README's sum
// and the rows of the files agree whatever the statuses are.
func TestTheCountsOfAListAddUpToItsFiles(t *testing.T) {
	statuses := []string{"chosen", "suppressed", "on_other_list", "control", "over_capacity"}
	base := t.TempDir()
	at := 0
	rapid.Check(t, func(rt *rapid.T) {
		d, summaries := callList()
		template := d.Members[0]
		d.Members, d.Left = nil, nil
		all := 0
		counts := map[string]int64{}
		for i, status := range rapid.SliceOfN(rapid.SampledFrom(statuses), 1, 30).Draw(rt, "statuses") {
			m := template
			m.CustomerID, m.Rank = "C"+strconv.Itoa(i), int64(i+1)
			switch status {
			case "chosen":
				d.Members = append(d.Members, m)
			case "suppressed":
				d.Left = append(d.Left, LeftOut{"keep", m.CustomerID, "asked"})
			case "control":
				d.Left = append(d.Left, LeftOut{"keep", m.CustomerID, ""})
			}
			counts[status]++
			all++
		}
		summaries[0].Candidates, summaries[0].Rows, summaries[0].Suppressed = int64(all), counts["chosen"], counts["suppressed"]
		summaries[0].OnOtherList, summaries[0].OverCapacity, summaries[0].Control = counts["on_other_list"], counts["over_capacity"], counts["control"]
		at++
		dir := filepath.Join(base, strconv.Itoa(at))
		if _, err := WriteLists(dir, d, summaries); err != nil {
			rt.Fatal(err)
		}
		chosen, gone := sheet(t, filepath.Join(dir, "keep", "list.csv")), sheet(t, filepath.Join(dir, "keep", "suppressed.csv"))
		if int64(len(chosen)) != counts["chosen"] || int64(len(gone)) != counts["suppressed"] {
			rt.Errorf("%d and %d rows for %v", len(chosen), len(gone), counts)
		}
		ids := map[string]bool{}
		for _, row := range chosen {
			ids[row["row_id"]] = true
		}
		if len(ids) != len(chosen) {
			rt.Errorf("%d row ids for %d rows", len(ids), len(chosen))
		}
		b, err := os.ReadFile(filepath.Join(dir, "keep", "README"))
		if err != nil {
			rt.Fatal(err)
		}
		sum := fmt.Sprintf("%d candidates = %d on this list + %d suppressed + %d on another list + %d in the control group + %d over capacity",
			all, counts["chosen"], counts["suppressed"], counts["on_other_list"], counts["control"], counts["over_capacity"])
		if !strings.Contains(string(b), sum) {
			rt.Errorf("no %q in\n%s", sum, b)
		}
		if err := os.RemoveAll(dir); err != nil {
			rt.Fatal(err)
		}
	})
}

func TestAListForEveryReasonSpeaksBothLanguages(t *testing.T) {
	own, also := 0, 0
	for id := range allWords() {
		codes := []string{"rising"}
		if code, ok := strings.CutPrefix(id, "list.reason."); ok && code != "cause" && code != "big_contract_due" {
			codes = []string{code}
			own++
		} else if code, ok := strings.CutPrefix(id, "list.also."); ok {
			codes = append(codes, code)
			also++
		} else {
			continue
		}
		for _, lang := range []string{"en", "zh"} {
			d, summaries := callList()
			d.Lang, d.Members[0].ReasonCodes = lang, codes
			row := sheet(t, filepath.Join(written(t, d, summaries), "list.csv"))[0]
			if row["reason"] == "" || strings.ContainsFunc(row["reason"], han) != (lang == "zh") || strings.Contains(row["reason"], "%") {
				t.Errorf("%s in %s: %q", codes, lang, row["reason"])
			}
		}
	}
	if own < 13 || also < 3 {
		t.Errorf("only %d and %d reasons are known", own, also)
	}
	d, summaries := callList()
	d.Members[0].ReasonCodes = []string{"no_such_reason"}
	if _, err := WriteLists(t.TempDir(), d, summaries); err == nil || !strings.Contains(err.Error(), "no_such_reason") {
		t.Errorf("a reason without words passes: %v", err)
	}
}

func TestWithheldListsLeaveOneFileThatSaysWhy(t *testing.T) {
	for _, reason := range []string{"no_opt_outs", "stale_opt_outs", "unread_opt_outs"} {
		for _, lang := range []string{"en", "zh"} {
			d, summaries := callList()
			d.Withheld, d.Lang = reason, lang
			dir := t.TempDir()
			if _, err := WriteLists(dir, d, summaries); err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(filepath.Join(dir, "README"))
			if err != nil || strings.ContainsFunc(string(text), han) != (lang == "zh") || !strings.Contains(string(text), d.Run) {
				t.Errorf("%s in %s: %q, %v", reason, lang, text, err)
			}
			if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
				t.Errorf("%v, %v", entries, err)
			}
		}
	}
}

func TestAMaskedContactCannotBeUsed(t *testing.T) {
	for contact, want := range map[string]string{
		"": "", "anna@example.org": "a***@***", "王@例子.cn": "王***@***", "@example.org": "***rg", "+49 711 55443": "***43", "110": "***", "138 0013 8000": "***00",
	} {
		if got := Mask(contact); got != want {
			t.Errorf("%q becomes %q, not %q", contact, got, want)
		}
	}
}

// Nobody who is not called is in a file with more than an id, and nobody's contact is whole.
func TestNoContactIsInAnyFileOfAList(t *testing.T) {
	folder := written(t, first(callList()), second(callList()))
	names := filesIn(t, folder)
	if len(names) != 10 {
		t.Fatalf("%d files: %v", len(names), names)
	}
	for _, name := range names {
		b, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"acme.example", "bob@", "zoe@", "Bob", "Zoe", "Yan"} {
			if strings.Contains(string(b), secret) {
				t.Errorf("%s holds %q", name, secret)
			}
		}
	}
}

// filesIn names the files of a folder and its folders.
func filesIn(t *testing.T, folder string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, err := filepath.Rel(folder, path)
		names = append(names, filepath.ToSlash(rel))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
