package main

import (
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	_ "modernc.org/sqlite"
)

// initIn runs pharos init for data in dir and loads what it wrote.
func initIn(t *testing.T, dir string, targets ...string) (config, out string) {
	t.Helper()
	config = filepath.Join(dir, "pharos.yaml")
	code, out, talk := pharos(t, append([]string{"init", "--config", config}, targets...)...)
	if code != exitOK {
		t.Fatalf("init: exit %d\n%s", code, talk)
	}
	if _, err := loadConfig(config); err != nil {
		text, _ := os.ReadFile(config)
		t.Fatalf("the proposal does not load: %v\n%s", err, text)
	}
	if code, report, talk := pharos(t, "check", "--config", config); code != exitOK {
		t.Fatalf("check of the proposal: exit %d\n%s%s", code, report, talk)
	}
	return config, out
}

func TestAFolderOfDailyFilesBecomesOneSourceThatChecks(t *testing.T) {
	dir := t.TempDir()
	for _, day := range []string{"2026-03-01", "2026-03-02", "2026-03-03"} {
		write(t, dir, "exports/"+day+".csv", "InvoiceNo,Quantity,InvoiceDate,UnitPrice,CustomerID\n"+day+"A,2,"+day+" 08:00:00,2.55,17850.0\n"+day+"B,-1,"+day+" 09:00:00,3.39,\n")
	}
	config, out := initIn(t, dir, filepath.Join(dir, "exports"))
	text, _ := os.ReadFile(config)
	for _, want := range []string{`path: exports/*.csv`, "# 3 files with the same columns", `strip_suffix: ".0"`, "compute: Quantity * UnitPrice"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	for _, want := range []string{"tried on 6 rows, all map", "pharos run --as-of 2026-03-04"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

func TestAChineseExportInItsOwnEncodingRunsAsItIs(t *testing.T) {
	dir := t.TempDir()
	text, err := simplifiedchinese.GB18030.NewEncoder().String("订单号,客户编号,客户名称,下单日期,数量,金额\nA1,C1,北湖茶业,2026年3月8日,2,\"¥1,234.50\"\nA2,C2,南山茶业,2026年3月9日,1,¥7.00\n")
	if err != nil {
		t.Fatal(err)
	}
	config, _ := initIn(t, dir, write(t, dir, "订单.csv", text))
	cfg, _ := loadConfig(config)
	if c := cfg.Sources[0].CSV; c.Encoding != "gb18030" && c.Encoding != "gbk" {
		t.Errorf("encoding %q", c.Encoding)
	}
	if cfg.Company.Currency != "CNY" || cfg.Company.Language != "zh" {
		t.Errorf("company %+v", cfg.Company)
	}
}

func TestAPunchedFileOfPurchasesIsRecognised(t *testing.T) {
	dir := t.TempDir()
	initIn(t, dir, write(t, dir, "master.txt", " 00004 0001 19970101  2   29.33\n 00004 0001 19970118  2   29.73\n 00021 0002 19970101  3   63.34\n 00050 0003 19970101  1    6.79\n"))
}

func TestADatabaseOfOrdersAndLinesIsJoined(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "shop.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		`create table Customer (CustomerId integer primary key, FirstName text, Company text, Country text, Email text)`,
		`create table Invoice (InvoiceId integer primary key, CustomerId integer, InvoiceDate datetime, Total numeric(10,2))`,
		`create table InvoiceLine (InvoiceLineId integer primary key, InvoiceId integer, TrackId integer, UnitPrice numeric(10,2), Quantity integer)`,
		`insert into Customer values (1, 'Ann', 'A Ltd', 'UK', 'a@example.com'), (2, 'Bob', null, 'FR', 'b@example.com')`,
		`insert into Invoice values (1, 1, '2026-01-02 00:00:00', 1.98), (2, 2, '2026-01-03 00:00:00', 0.99)`,
		`insert into InvoiceLine values (1, 1, 7, 0.99, 2), (2, 2, 8, 0.99, 1)`,
	} {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	config, out := initIn(t, dir, path)
	text, _ := os.ReadFile(config)
	if !strings.Contains(string(text), `join "Invoice" o`) || !strings.Contains(out, "order_lines from InvoiceLine") || !strings.Contains(out, "customers from Customer") {
		t.Errorf("%s\n%s", out, text)
	}
}

func TestInitNeverOverwritesUnaskedAndNeverTheKey(t *testing.T) {
	dir := t.TempDir()
	orders := write(t, dir, "orders.csv", "order_id,customer_id,order_date,net\n1,A,2026-01-02,5\n")
	config, _ := initIn(t, dir, orders)
	key := filepath.Join(dir, "secrets", "key")
	before, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	if info, _ := os.Stat(key); info.Mode().Perm() != 0o600 || len(strings.TrimSpace(string(before))) != 64 {
		t.Errorf("key: mode %v, %d characters", info.Mode(), len(before))
	}
	if code, _, talk := pharos(t, "init", "--config", config, orders); code != exitUsage || !strings.Contains(talk, "exists already") {
		t.Errorf("exit %d: %s", code, talk)
	}
	if code, _, talk := pharos(t, "init", "--config", config, "--force", orders); code != exitOK {
		t.Errorf("exit %d: %s", code, talk)
	}
	if after, _ := os.ReadFile(key); string(after) != string(before) {
		t.Error("the key was replaced")
	}
}

func TestNothingUsableSaysWhatIsMissing(t *testing.T) {
	dir := t.TempDir()
	orders := write(t, dir, "orders.csv", "order_id,order_date,net,colour\n1,2026-01-02,5,red\n")
	code, _, talk := pharos(t, "init", "--config", filepath.Join(dir, "pharos.yaml"), orders)
	if code != exitUsage || !strings.Contains(talk, "orders.csv looks like order_lines, but nothing was found for: customer_id") {
		t.Errorf("exit %d: %s", code, talk)
	}
	if _, err := os.Stat(filepath.Join(dir, "pharos.yaml")); err == nil {
		t.Error("a configuration was written")
	}
}

func TestInitSpeaksJSON(t *testing.T) {
	dir := t.TempDir()
	orders := write(t, dir, "orders.csv", "order_id,customer_id,order_date,net\n1,A,2026-01-02,5\n")
	code, out, talk := pharos(t, "init", "--json", "--config", filepath.Join(dir, "pharos.yaml"), orders)
	var got initResult
	if err := json.Unmarshal([]byte(out), &got); err != nil || code != exitOK || got.AsOf != "2026-01-03" || len(got.Mapped) != 1 {
		t.Errorf("exit %d, %v: %+v\n%s", code, err, got, talk)
	}
}

func TestHostileColumnNamesAndValuesStayInert(t *testing.T) {
	dir := t.TempDir()
	orders := write(t, dir, "orders.csv", "order_id,customer_id,order_date,net,\"x: {y}\n# z\"\n\"a\x1b[31m\",\"B: #\",2026-01-02,5,q\n")
	config, _ := initIn(t, dir, orders)
	text, _ := os.ReadFile(config)
	_, out, _ := pharos(t, "check", "--config", config)
	for _, shown := range []string{string(text), out} {
		if strings.Contains(shown, "\x1b") {
			t.Errorf("an escape reaches the terminal: %q", shown)
		}
	}
}

// TestThePacksProposeThemselves tries init on real data of several publishers.
func TestThePacksProposeThemselves(t *testing.T) {
	for pack, want := range map[string]string{
		"superstore":    "order_lines from orders.csv: 8 columns, tried on 9,994 rows, all map",
		"online_retail": "order_lines from *.csv: 7 columns, tried on 541,909 rows, all map",
		"cdnow":         "order_lines from CDNOW_master.txt: 5 columns, tried on 69,659 rows, all map",
		"chinook":       "order_lines from InvoiceLine",
	} {
		folder, err := filepath.Abs(filepath.Join("../../../shared/data", pack))
		if err != nil {
			t.Fatal(err)
		}
		if !isFolder(folder) {
			if os.Getenv("PHAROS_REQUIRE") == "all" {
				t.Fatalf("%s is not there", folder)
			}
			t.Skip("the data packs do not lie beside the repository")
		}
		if _, out := initIn(t, t.TempDir(), folder); !strings.Contains(out, want) {
			t.Errorf("%s: no %q in\n%s", pack, want, out)
		}
	}
}
