package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/extract"
)

// table makes a looked-at relation from lines of cells; the first line names the columns.
func table(label string, lines ...string) *looked {
	l := &looked{label: label, topic: label}
	for i, name := range strings.Split(lines[0], ",") {
		c := lookedColumn{name: name}
		for _, line := range lines[1:] {
			cell := strings.Split(line, ",")[i]
			c.cells = append(c.cells, cell)
			if cell != "" {
				c.values = append(c.values, cell)
			}
		}
		l.columns = append(l.columns, c)
	}
	return l
}

func csvSource(path string) *foundSource {
	return &foundSource{spec: extract.Spec{Name: "orders", CSV: &extract.CSV{Path: path}}, label: path}
}

// proposed writes the configuration for one relation and reads it back as a user's would be.
func proposed(t *testing.T, l *looked) (*pipeline.Config, string) {
	t.Helper()
	sources := []*foundSource{csvSource("orders.csv")}
	p := makePlan([]*looked{l}, sources)
	text := configText("", guessCompany("acme", p), sources, p)
	cfg, err := parseConfig("pharos.yaml", []byte(text))
	if err != nil {
		t.Fatalf("the proposal does not load: %v\n%s", err, text)
	}
	return cfg, text
}

// columnsOf writes a table's mapping as canonical=source.
func columnsOf(cfg *pipeline.Config, name string) []string {
	var out []string
	for _, m := range cfg.Data {
		if m.Table != name {
			continue
		}
		for _, c := range m.Columns {
			from := c.Column + c.Compute
			if c.Format != "" {
				from += " " + c.Format
			}
			if c.Suffix != "" {
				from += " -" + c.Suffix
			}
			out = append(out, c.Name+"="+from)
		}
	}
	return out
}

func TestOrdersAreRecognisedInThreeLanguages(t *testing.T) {
	for _, c := range []struct {
		name  string
		lines []string
		want  []string
	}{
		{"English, American dates, a rate for a discount",
			[]string{"Row ID,Order ID,Order Date,Customer ID,Sales,Quantity,Discount,Profit,State",
				"1,CA-1,11/8/2018,CG-1,261.96,2,0,41.91,Kentucky", "2,CA-2,6/12/2018,DV-1,14.62,2,0.2,6.87,Texas", "3,CA-3,10/31/2018,DV-2,957.57,5,0.45,-383.03,Florida"},
			[]string{"order_id=Order ID", "line_id=Row ID", "customer_id=Customer ID", "ordered_at=Order Date M/D/YYYY", "quantity=Quantity", "net_amount=Sales", "profit=Profit"}},
		{"quantity times price, ids that a spreadsheet spoilt",
			[]string{"InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID", "536365,85123A,6,2010-12-01 08:26:00,2.55,17850.0", "536366,71053,-6,2010-12-01 08:28:00,3.39,"},
			[]string{"order_id=InvoiceNo", "customer_id=CustomerID -.0", "ordered_at=InvoiceDate", "product_id=StockCode", "quantity=Quantity", "unit_price=UnitPrice", "net_amount=Quantity * UnitPrice"}},
		{"German", []string{"Bestellnummer,Kundennummer,Bestelldatum,Menge,Nettobetrag", `B1,K1,13.01.2026,2,10`, "B2,K2,14.02.2026,1,7"},
			[]string{"order_id=Bestellnummer", "customer_id=Kundennummer", "ordered_at=Bestelldatum D.M.YYYY", "quantity=Menge", "net_amount=Nettobetrag"}},
		{"Chinese", []string{"订单号,客户编号,下单日期,数量,金额", "A1,C1,2026年3月8日,2,¥1234.50", "A2,C2,2026年3月9日,1,¥7.00"},
			[]string{"order_id=订单号", "customer_id=客户编号", "ordered_at=下单日期", "quantity=数量", "net_amount=金额"}},
		{"no order number", []string{"customer_id,date,number_of_cds,dollar_value", "00001,19970101,1,11.77", "00002,19970112,5,77.00"},
			[]string{"order_id=date", "customer_id=customer_id", "ordered_at=date", "quantity=number_of_cds", "net_amount=dollar_value"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg, text := proposed(t, table("orders.csv", c.lines...))
			got := columnsOf(cfg, "order_lines")
			for i, g := range got { // the spelling of a date format is the sniffer's own
				got[i] = strings.NewReplacer("DD.MM.YYYY", "D.M.YYYY", "MM/DD/YYYY", "M/D/YYYY", " YYYYMMDD", "", " YYYY年M月D日", "").Replace(g)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got\n%s\n%s", diff, text)
			}
		})
	}
}

func TestChineseAmountsInYuanMakeAChineseCompany(t *testing.T) {
	cfg, _ := proposed(t, table("订单.csv", "订单号,客户编号,下单日期,金额", "A1,C1,2026-03-08,¥1234.50"))
	if c := cfg.Company; c.Currency != "CNY" || c.Language != "zh" || c.Location.String() != "Asia/Shanghai" {
		t.Errorf("got %+v", c)
	}
}

func TestACustomersFixedPropertiesComeFromTheOrderLines(t *testing.T) {
	lines := []string{"order_id,customer_id,customer_name,segment,region,order_date,net", "1,A,Ann,Consumer,East,2026-01-02,5", "2,B,Bob,Corporate,West,2026-01-03,6", "3,A,Ann,Consumer,South,2026-01-04,7"}
	cfg, text := proposed(t, table("orders.csv", lines...))
	if diff := cmp.Diff([]string{"customer_id=customer_id", "name=customer_name", "kind=segment"}, columnsOf(cfg, "customers")); diff != "" {
		t.Errorf("a region that varies is no property of the customer: -want +got\n%s\n%s", diff, text)
	}
	lines = append(lines, "4,,,,East,2026-01-05,8")
	cfg, _ = proposed(t, table("orders.csv", lines...))
	if got := columnsOf(cfg, "customers"); got != nil {
		t.Errorf("lines without a customer would be quarantined: %v", got)
	}
}

func TestNamesAndContactsStayOutOfTheComments(t *testing.T) {
	_, text := proposed(t, table("orders.csv", "order_id,customer_id,customer_name,order_date,net,email", "1,A,Ann Lee,2026-01-02,5,ann@example.com"))
	for _, private := range []string{"Ann Lee", "ann@example.com"} {
		if strings.Contains(text, private) {
			t.Errorf("%s stands in the file:\n%s", private, text)
		}
	}
}

func TestTwoFilesOfOrdersAreNeverAddedUp(t *testing.T) {
	a := table("orders.csv", "order_id,customer_id,order_date,net,quantity", "1,A,2026-01-02,5,1")
	b := table("old.csv", "order_id,customer_id,order_date,net", "9,A,2024-01-02,5")
	b.source = 1
	sources := []*foundSource{csvSource("orders.csv"), csvSource("old.csv")}
	sources[1].spec.Name = "old"
	p := makePlan([]*looked{b, a}, sources)
	text := configText("", guessCompany("acme", p), sources, p)
	if strings.Contains(text, "source: old") || !strings.Contains(text, "# old.csv looks like order_lines too") {
		t.Error(text)
	}
}

func TestSheetsOfOneWorkbookWithTheSameColumnsBelongTogether(t *testing.T) {
	a := table("sales.xlsx 2024", "order_id,customer_id,order_date,net", "1,A,2024-01-02,5")
	b := table("sales.xlsx 2025", "order_id,customer_id,order_date,net", "2,A,2025-01-02,5")
	a.relation, b.relation = "2024", "2025"
	sources := []*foundSource{{spec: extract.Spec{Name: "sales", Excel: &extract.Excel{Path: "sales.xlsx"}}, label: "sales.xlsx"}}
	p := makePlan([]*looked{a, b}, sources)
	text := configText("", guessCompany("acme", p), sources, p)
	cfg, err := parseConfig("pharos.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	var sheets []string
	for _, m := range cfg.Data {
		if m.Table == "order_lines" {
			sheets = append(sheets, m.Relation)
		}
	}
	if diff := cmp.Diff([]string{"2024", "2025"}, sheets); diff != "" {
		t.Error(diff)
	}
}

func TestLinesAndOrdersOfADatabaseAreJoined(t *testing.T) {
	orders := table("Invoice", "InvoiceId,CustomerId,InvoiceDate,Total", "1,2,2021-01-01 00:00:00,1.98", "2,4,2021-01-02 00:00:00,3.96")
	lines := table("InvoiceLine", "InvoiceLineId,InvoiceId,TrackId,UnitPrice,Quantity", "1,1,2,0.99,1", "2,1,4,0.99,1", "3,2,6,0.99,4")
	for _, l := range []*looked{orders, lines} {
		l.relation = l.label
	}
	sources := []*foundSource{{spec: extract.Spec{Name: "shop", SQLite: &extract.Files{Path: "shop.db"}}, label: "shop.db"}}
	p := makePlan([]*looked{orders, lines}, sources)
	text := configText("", guessCompany("acme", p), sources, p)
	cfg, err := parseConfig("pharos.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	want := []string{"order_id=order_id", "line_id=line_id", "customer_id=customer_id", "ordered_at=ordered_at", "product_id=product_id",
		"quantity=quantity", "unit_price=unit_price", "net_amount=quantity * unit_price"}
	if diff := cmp.Diff(want, columnsOf(cfg, "order_lines")); diff != "" {
		t.Errorf("-want +got\n%s\n%s", diff, text)
	}
	i := slices.IndexFunc(cfg.Data, func(m extract.Mapping) bool { return m.Table == "order_lines" })
	if want := `join "Invoice" o on o."InvoiceId" = l."InvoiceId"`; !strings.Contains(cfg.Data[i].Select, want) {
		t.Errorf("got %s", cfg.Data[i].Select)
	}
}

func TestADiscountRateOfTheLinesReachesTheJoin(t *testing.T) {
	orders := table("orders", "order_id,customer_id,order_date", "1,A,1996-07-04", "2,B,1996-07-05")
	lines := table("order_details", "order_id,product_id,unit_price,quantity,discount", "1,11,14,12,0", "1,42,9.8,10,0.15", "2,72,34.8,5,0.05")
	for _, l := range []*looked{orders, lines} {
		l.relation = "public." + l.label
	}
	sources := []*foundSource{{spec: extract.Spec{Name: "erp", Postgres: &extract.Server{Host: "h", User: "u", Database: "d"}}, label: "erp"}}
	p := makePlan([]*looked{orders, lines}, sources)
	got := p.mapped("order_lines")
	if got == nil || got.query == "" {
		t.Fatal("no join")
	}
	i := slices.IndexFunc(got.columns, func(g guess) bool { return g.Name == "net_amount" })
	if want := "quantity * unit_price * (1 - rate)"; got.columns[i].Compute != want || !strings.Contains(got.query, "l.discount as rate") {
		t.Errorf("got %s from\n%s", got.columns[i].Compute, got.query)
	}
}
