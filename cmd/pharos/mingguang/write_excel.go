package mingguang

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/xuri/excelize/v2"
)

// workbook is finance.xlsx: the ledger with two lines of notes above its header and a total below,
// the invoices, and the stated reasons of leaving.
func (c *company) workbook() (data []byte, err error) {
	book := excelize.NewFile()
	defer func() {
		if e := book.Close(); err == nil {
			err = e
		}
	}()
	book.SetZipWriter(func(w io.Writer) excelize.ZipWriter {
		return &sortedZip{Writer: zip.NewWriter(w), parts: make(map[string]*bytes.Buffer)}
	})
	pattern := "yyyy-mm-dd"
	dates, err := book.NewStyle(&excelize.Style{CustomNumFmt: &pattern})
	if err != nil {
		return nil, err
	}
	if err := book.SetSheetName("Sheet1", "凭证"); err != nil {
		return nil, err
	}
	for _, s := range []struct {
		name string
		rows func(*sheet)
	}{{"凭证", c.ledgerRows}, {"发票", c.invoiceRows}, {"客户流失", c.departureRows}} {
		if _, err := book.NewSheet(s.name); err != nil {
			return nil, err
		}
		out, err := book.NewStreamWriter(s.name)
		if err != nil {
			return nil, err
		}
		t := &sheet{out: out, dates: dates}
		s.rows(t)
		if t.err == nil {
			t.err = out.Flush()
		}
		if t.err != nil {
			return nil, fmt.Errorf("fill sheet %s: %w", s.name, t.err)
		}
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// sheet takes rows and keeps the first error.
type sheet struct {
	out   *excelize.StreamWriter
	dates int // style of a date cell
	count int
	err   error
}

func (s *sheet) row(cells ...any) {
	if s.err != nil {
		return
	}
	s.count++
	s.err = s.out.SetRow(fmt.Sprintf("A%d", s.count), cells)
}

// date is a real date of the workbook: a serial number shown as a day, or an empty cell.
func (s *sheet) date(d day) any {
	if d == 0 {
		return nil
	}
	const serial = 45170 // of 2023-09-01
	return excelize.Cell{StyleID: s.dates, Value: serial + int(d)}
}

// ledgerRows writes amounts as accounting programs export them: as text with thousands marked.
func (c *company) ledgerRows(s *sheet) {
	s.row("明光通信 记账凭证明细")
	s.row("单位：元  期间：2023年9月 至 2026年8月")
	s.row("凭证号", "日期", "科目", "科目代码", "金额", "客户号", "订单号", "合同号", "币种", "摘要")
	var total cents
	for _, e := range c.ledger {
		s.row(e.id, e.posted.chinese(), e.kind, accountCode(e.kind), e.amount.grouped(), e.customer, e.order, e.contract, "CNY", e.note)
		total += e.amount
	}
	s.row("合计", nil, nil, nil, total.grouped())
}

func (c *company) invoiceRows(s *sheet) {
	s.row("发票号", "客户号", "开票日期", "到期日", "金额", "付款日期", "已付金额", "有争议", "币种")
	for _, v := range c.invoices {
		var paid any
		if v.paid > 0 {
			paid = v.paidAmount.text()
		}
		disputed := "否"
		if v.isDisputed {
			disputed = "是"
		}
		s.row(v.id, v.customer, s.date(v.issued), s.date(v.due), v.amount.text(), s.date(v.paid), paid, disputed, "CNY")
	}
}

func (c *company) departureRows(s *sheet) {
	s.row("客户号", "离开日期", "类别", "原因", "竞争对手", "登记人")
	for _, d := range c.departures {
		s.row(d.customer, s.date(d.day), d.category, d.reason, d.competitor, d.clerk)
	}
}

// sortedZip is a ZIP file whose parts stand in the order of their names and bear no time, because
// excelize takes them from a map.
type sortedZip struct {
	*zip.Writer
	parts map[string]*bytes.Buffer
}

// Create takes a part; it is written on Close.
func (z *sortedZip) Create(name string) (io.Writer, error) {
	z.parts[name] = new(bytes.Buffer)
	return z.parts[name], nil
}

// Close writes the parts and ends the file.
func (z *sortedZip) Close() error {
	for _, name := range slices.Sorted(maps.Keys(z.parts)) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
		if err != nil {
			return err
		}
		if _, err := w.Write(z.parts[name].Bytes()); err != nil {
			return err
		}
	}
	return z.Writer.Close()
}
