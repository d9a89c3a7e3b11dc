package mingguang

import (
	"bytes"
	"compress/gzip"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// exampleFiles are the files of the example, rendered once.
var exampleFiles = sync.OnceValues(func() ([]file, error) { return example().files() })

func rendered(t *testing.T) []file {
	t.Helper()
	files, err := exampleFiles()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func contents(t *testing.T, files []file, name string) []byte {
	t.Helper()
	i := slices.IndexFunc(files, func(f file) bool { return f.name == name })
	if i < 0 {
		t.Fatalf("no file %s", name)
	}
	return files[i].data
}

func TestTwoDemosAreTheSameToTheByte(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	want, err := found().files()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time over the first
		if err := Write(dir); err != nil {
			t.Fatal(err)
		}
		for _, f := range want {
			got, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(f.name)))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, f.data) {
				t.Errorf("%s differs from the one before", f.name)
			}
		}
	}
	info, err := os.Stat(filepath.Join(dir, "secrets", "key"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("secrets/key may be read by others: %v", info.Mode())
	}
}

func TestAFolderWithOtherThingsIsLeftAlone(t *testing.T) {
	for name, present := range map[string]file{
		"an edited demo":       {name: "pharos.yaml", data: append(slices.Clone(config), "# mine\n"...)},
		"somebody's documents": {name: "letter.txt", data: []byte("dear")},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, present.name), present.data, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := Write(dir); !errors.Is(err, ErrOccupied) {
			t.Errorf("%s: %v", name, err)
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(dir, present.name))
		if err != nil || len(entries) != 1 || !bytes.Equal(got, present.data) {
			t.Errorf("%s was touched: %d files, %v", name, len(entries), err)
		}
	}
}

// orderRows decodes the order files: file:line -> cells.
func orderRows(t *testing.T, files []file) (places []string, rows [][]string) {
	t.Helper()
	for _, f := range files {
		if !strings.HasPrefix(f.name, "orders/") {
			continue
		}
		text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(f.data)
		if err != nil {
			t.Fatalf("decode %s: %v", f.name, err)
		}
		if bytes.ContainsRune(text, '\uFFFD') {
			t.Errorf("%s holds bytes that are not GB18030", f.name)
		}
		r := csv.NewReader(bytes.NewReader(text))
		r.FieldsPerRecord = -1
		records, err := r.ReadAll()
		if err != nil {
			t.Fatalf("read %s: %v", f.name, err)
		}
		if got := strings.Join(records[0], " "); got != "订单号 行号 客户号 下单日期 产品编号 数量 单价 折扣金额 金额 成本 币种 渠道 状态" {
			t.Errorf("header of %s: %s", f.name, got)
		}
		for i, record := range records[1:] {
			places = append(places, f.name+":"+strconv.Itoa(i+2))
			rows = append(rows, record)
		}
	}
	return places, rows
}

func TestOrderFilesHoldTheBooks(t *testing.T) {
	c := example()
	_, rows := orderRows(t, rendered(t))
	if len(rows) != len(c.lines) {
		t.Fatalf("%d rows for %d lines", len(rows), len(c.lines))
	}
	for i, n := range c.lines {
		if n.flaw != clean {
			continue
		}
		amount, err := strconv.ParseInt(strings.NewReplacer("¥", "", ",", "", ".", "").Replace(rows[i][8]), 10, 64)
		if err != nil || cents(amount) != n.net || rows[i][0] != n.order || rows[i][3] != n.day.chinese() {
			t.Fatalf("row %v is not line %+v (%v)", rows[i], n, err)
		}
	}
}

// findings looks at a row with the eyes of somebody who does not know what was planted.
func findings(row []string, header int, customers, keys map[string]bool) []string {
	if len(row) != header {
		return []string{"ragged_line"}
	}
	var found []string
	if strings.Contains(row[3], "年2月30日") {
		found = append(found, "type")
	}
	if strings.HasPrefix(row[3], "2026年9月") {
		found = append(found, "future date")
	}
	switch {
	case row[8] == "":
		found = append(found, "required")
	case strings.Trim(row[8], "¥0123456789,.") != "":
		found = append(found, "type")
	}
	if row[10] != "CNY" {
		found = append(found, "currency")
	}
	if strings.HasPrefix(row[5], "-") {
		found = append(found, "negative quantity")
	}
	switch {
	case row[2] == "":
		found = append(found, "no customer")
	case !customers[row[2]]:
		found = append(found, "orphan key")
	}
	if key := row[0] + "/" + row[1]; keys[key] {
		found = append(found, "duplicate key")
	} else {
		keys[key] = true
	}
	return found
}

func TestEveryDirtyRowIsWhereTheReadmeSays(t *testing.T) {
	c := example()
	files := rendered(t)
	customers, keys := map[string]bool{}, map[string]bool{}
	for _, w := range c.customers {
		customers[w.id] = true
	}
	var want []string
	places, rows := orderRows(t, files)
	for i, row := range rows {
		for _, rule := range findings(row, 13, customers, keys) {
			want = append(want, places[i]+" "+rule)
		}
	}
	var got []string
	text := string(contents(t, files, "README.md"))
	for _, line := range strings.Split(text, "\n") {
		if cells := strings.Split(line, " | "); strings.HasPrefix(line, "| `orders/2") {
			got = append(got, strings.Trim(cells[0], "| `")+" "+cells[2])
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("the README lists\n%s\nthe files have\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(want) != 10 || strings.Count(text, "隔离 · quarantined |") != 5 {
		t.Errorf("%d dirty rows, %d of them quarantined: ten and five were planted", len(want), strings.Count(text, "隔离 · quarantined |"))
	}
}

func TestTheWorkbookOpens(t *testing.T) {
	c := example()
	book, err := excelize.OpenReader(bytes.NewReader(contents(t, rendered(t), "finance.xlsx")))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	for _, tt := range []struct {
		sheet       string
		above, rows int
		first, last string // first cells
	}{
		{"凭证", 3, len(c.ledger) + 1, "PZ202309-0001", "合计"},
		{"发票", 1, len(c.invoices), "FP000001", c.invoices[len(c.invoices)-1].id},
		{"客户流失", 1, len(c.departures), c.departures[0].customer, c.departures[len(c.departures)-1].customer},
	} {
		rows, err := book.GetRows(tt.sheet)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) != tt.above+tt.rows || rows[tt.above][0] != tt.first || rows[len(rows)-1][0] != tt.last {
			t.Errorf("sheet %s: %d rows from %s to %s", tt.sheet, len(rows)-tt.above, rows[tt.above][0], rows[len(rows)-1][0])
		}
	}
	if due, err := book.GetCellValue("发票", "D2"); err != nil || due != c.invoices[0].due.iso() {
		t.Errorf("the first invoice is due on %s, not %s (%v)", due, c.invoices[0].due.iso(), err)
	}
}

func TestTheDatabaseOpens(t *testing.T) {
	c := example()
	path := filepath.Join(t.TempDir(), "crm.db")
	if err := os.WriteFile(path, contents(t, rendered(t), "crm.db"), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var verdict string
	if err := db.QueryRow("pragma integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Fatalf("integrity: %s, %v", verdict, err)
	}
	for query, want := range map[string]int{
		"select count(*) from customer":                         len(c.customers),
		"select count(*) from product":                          2 * len(c.products),
		"select count(*) from contract":                         len(c.contracts),
		"select count(*) from service_case":                     len(c.cases),
		"select count(*) from credit_note":                      len(c.returns),
		"select count(*) from customer where income = ''":       0,
		"select count(*) from service_case where resolved = ''": 0,
	} {
		var got int
		if err := db.QueryRow(query).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %d, not %d (%v)", query, got, want, err)
		}
	}
}

func TestEventsAreJSONLines(t *testing.T) {
	c := example()
	packed, err := gzip.NewReader(bytes.NewReader(contents(t, rendered(t), "events.jsonl.gz")))
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	lines := json.NewDecoder(packed)
	for {
		var e struct {
			Type, At string
			Customer struct{ ID string }
		}
		if err := lines.Decode(&e); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		kinds[e.Type]++
		if e.Customer.ID == "" || !strings.HasSuffix(e.At, "+08:00") || e.At >= AsOf {
			t.Errorf("event %+v", e)
		}
	}
	if kinds["survey"] < 500 || kinds["contact"] < 1500 || kinds["survey"]+kinds["contact"] != len(c.events) {
		t.Errorf("events %v of %d", kinds, len(c.events))
	}
}

func TestTheFunnelAndTheOptOutsAreCSV(t *testing.T) {
	c := example()
	files := rendered(t)
	for name, want := range map[string]int{"opportunities.csv": len(c.opportunities), "suppressions.csv": len(c.optOuts)} {
		text, marked := bytes.CutPrefix(contents(t, files, name), []byte(byteOrderMark))
		if marked != (name == "opportunities.csv") {
			t.Errorf("%s begins with a byte order mark: %v", name, marked)
		}
		rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll() // every row as wide as the header
		if err != nil || len(rows) != want+1 || want == 0 {
			t.Errorf("%s has %d rows, not %d: %v", name, len(rows)-1, want, err)
		}
	}
	open, forgotten := 0, 0
	for _, o := range c.opportunities {
		if o.isOpen {
			if open++; lastDay-o.entered[len(o.entered)-1] > 30 {
				forgotten++
			}
		}
		if !slices.IsSorted(o.entered) || o.entered[len(o.entered)-1] > lastDay || o.closed > lastDay || o.isWon && len(o.entered) != len(stages()) {
			t.Errorf("opportunity %s went %v and closed on %d", o.id, o.entered, o.closed)
		}
	}
	if open < 30 || forgotten < open/20 || forgotten > open/4 {
		t.Errorf("%d of %d open opportunities are forgotten: some are, not most", forgotten, open)
	}
}

func BenchmarkWrite(b *testing.B) {
	dir := b.TempDir()
	for b.Loop() {
		if err := Write(dir); err != nil {
			b.Fatal(err)
		}
	}
}
