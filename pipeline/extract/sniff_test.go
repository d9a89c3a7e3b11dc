package extract

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

func TestAStrangersTextFileIsRecognised(t *testing.T) {
	const german = "Bestellung;Kunde;Ort;Wert;Notiz\n1;Müller;Köln;1.234,50;\n2;Weiß & Söhne;Zürich;17,9;NULL\n3;Jäger;Düren;100,00;x\n"
	const chinese = "客户号,客户名称,城市,金额\n1,明光通信,上海,10.50\n2,光迅科技,武汉,7.25\n3,华工,北京,1.75\n"
	tests := []struct {
		name, text string
		want       Spec
	}{
		{"orders-2026.csv", "id,name,amount\n1,Köln,2.50\n2,Bonn,3.75\n",
			Spec{Name: "orders_2026", CSV: &CSV{Encoding: "utf-8", Delimiter: ","}}},
		{"german.csv", german, Spec{Name: "german", CSV: &CSV{Encoding: "utf-8", Delimiter: ";", Decimal: ",", Null: []string{"", "NULL"}}}},
		{"latin.csv", encoded(t, charmap.ISO8859_1, german), Spec{Name: "latin", CSV: &CSV{Encoding: "latin-1", Delimiter: ";", Decimal: ",", Null: []string{"", "NULL"}}}},
		{"windows.csv", encoded(t, charmap.Windows1252, strings.ReplaceAll(german, "x\n", "€\n")),
			Spec{Name: "windows", CSV: &CSV{Encoding: "windows-1252", Delimiter: ";", Decimal: ",", Null: []string{"", "NULL"}}}},
		{"gbk.csv", encoded(t, simplifiedchinese.GBK, chinese), Spec{Name: "gbk", CSV: &CSV{Encoding: "gb18030", Delimiter: ","}}},
		{"客户.csv", "\ufeff" + chinese, Spec{Name: "客户", CSV: &CSV{Encoding: "utf-8", Delimiter: ","}}},
		{"u16.csv", encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), chinese), Spec{Name: "u16", CSV: &CSV{Encoding: "utf-16", Delimiter: ","}}},
		{"le.csv", encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), german),
			Spec{Name: "le", CSV: &CSV{Encoding: "utf-16le", Delimiter: ";", Decimal: ",", Null: []string{"", "NULL"}}}},
		{"be.csv", encoded(t, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), german),
			Spec{Name: "be", CSV: &CSV{Encoding: "utf-16be", Delimiter: ";", Decimal: ",", Null: []string{"", "NULL"}}}},
		{"notes.tsv", "Report of March\n\nid\tamount\n1\t2\n2\t3\n3\t4\n", Spec{Name: "notes", CSV: &CSV{Encoding: "utf-8", Delimiter: "\t", HeaderRow: 3}}},
		{"bare.csv", "1,10.5,x\n2,11.5,y\n", Spec{Name: "bare", CSV: &CSV{Encoding: "utf-8", Delimiter: ",", Header: no()}}},
		{"inches.csv", "id|size\n1|\"5 inch\n2|6\" inch\n3|7\n", Spec{Name: "inches", CSV: &CSV{Encoding: "utf-8", Delimiter: "|", Quote: "none"}}},
		{"commas.csv", "id;note;amount\n1;a, b, c;2,5\n2;\"d; e\";3,5\n", Spec{Name: "commas", CSV: &CSV{Encoding: "utf-8", Delimiter: ";", Decimal: ","}}},
		{"one.txt", "name\nMüller\nMeier\n", Spec{Name: "one", CSV: &CSV{Encoding: "utf-8", Delimiter: ","}}},
		{"punched.txt", " 00001 19970101  1   11.77\n 00002 19970112  1   12.00\n 00002 19970112  5   77.00\n",
			Spec{Name: "punched", Fixed: &Fixed{Encoding: "utf-8", Columns: []FixedColumn{{"c1", 2, 6}, {"c2", 8, 15}, {"c3", 18, 18}, {"c4", 22, 26}}}}},
		{"events.ndjson", "{\"a\":1}\n", Spec{Name: "events", JSONL: &Files{}}},
		{"events.jsonl.gz", gzipped(t, "{\"a\":1}\n"), Spec{Name: "events", JSONL: &Files{}}},
		{"log.txt", "{\"a\":1}\n{\"a\":2}\n", Spec{Name: "log", JSONL: &Files{}}},
		{"shop.db", "SQLite format 3\x00and so on", Spec{Name: "shop", SQLite: &Files{}}},
		{"old.parquet", "PAR1 and so on", Spec{Name: "old", Parquet: &Files{}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			path := writeTestFile(t, dir, test.name, test.text)
			got, notes, err := Sniff(path)
			if err != nil {
				t.Fatal(err)
			}
			test.want.Dir = dir
			setPath(&test.want, test.name)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("notes %q (-want +got):\n%s", notes, diff)
			}
			if len(notes) == 0 {
				t.Error("nothing is said about why")
			}
		})
	}
}

func setPath(s *Spec, path string) {
	switch {
	case s.CSV != nil:
		s.CSV.Path = path
	case s.Fixed != nil:
		s.Fixed.Path = path
	case s.JSONL != nil:
		s.JSONL.Path = path
	case s.SQLite != nil:
		s.SQLite.Path = path
	case s.Parquet != nil:
		s.Parquet.Path = path
	}
}

func TestAStrangersWorkbookIsRecognised(t *testing.T) {
	f := excelize.NewFile()
	if err := f.SetSheetName("Sheet1", "凭证"); err != nil {
		t.Fatal(err)
	}
	for cell, v := range map[string]any{"A1": "finance 2026", "A3": "id", "B3": "day", "C3": "amount", "A4": 1, "B4": "2026-03-08", "C4": 10.5, "A5": 2, "B5": "2026-03-09", "C5": 11} {
		if err := f.SetCellValue("凭证", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	saveWorkbook(t, f, dir, "finance.xlsx")
	spec, notes, err := Sniff(filepath.Join(dir, "finance.xlsx"))
	want := Spec{Name: "finance", Dir: dir, Excel: &Excel{Path: "finance.xlsx", Sheet: "凭证", HeaderRow: 3}}
	if diff := cmp.Diff(want, spec); err != nil || diff != "" || len(notes) != 2 {
		t.Errorf("%v, notes %q (-want +got):\n%s", err, notes, diff)
	}
}

func TestAFileThatSaysNothingIsNotGuessedAt(t *testing.T) {
	dir := t.TempDir()
	writeTestFile(t, dir, "empty.csv", " \n")
	writeTestFile(t, dir, "old.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on")
	for name, want := range map[string]string{"empty.csv": "empty", "old.xls": "save it as .xlsx", "none.csv": "none.csv", ".": "no file"} {
		_, _, err := Sniff(filepath.Join(dir, name))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", name, err, want)
		}
	}
}

// What is sniffed is opened and read with the sniffed spec, for every pack of real data.
func TestRealFilesAreReadAsTheyAreSniffed(t *testing.T) {
	for _, file := range []string{"superstore/orders.csv", "online_retail/2010-12-01.csv", "crm_sales/sales_pipeline.csv",
		"telco/Telco-Customer-Churn.csv", "telco/Telco_customer_churn_status.xlsx", "cdnow/CDNOW_master.txt", "cdnow/cdnow_customers_summary.csv"} {
		folder, name, _ := strings.Cut(file, "/")
		spec, notes, err := Sniff(filepath.Join(packFolder(t, folder), name))
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		src := openTestFiles(t, spec)
		relations, err := src.Describe(t.Context())
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		first := relations[0].Columns[0].Name
		rows, bad, err := readPlaced(t, src, relations[0].Name, first)
		if err != nil || len(bad) > 0 || len(rows) < 1000 {
			t.Errorf("%s: %d rows, %d bad, %v; notes %q", file, len(rows), len(bad), err, notes)
		}
	}
}
