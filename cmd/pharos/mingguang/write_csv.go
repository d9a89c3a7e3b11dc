package mingguang

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// table collects CSV rows; a cell is quoted only where it must be.
type table struct{ text bytes.Buffer }

func (t *table) row(cells ...string) {
	for i, cell := range cells {
		if i > 0 {
			t.text.WriteByte(',')
		}
		if strings.ContainsAny(cell, ",\"\r\n") {
			cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
		}
		t.text.WriteString(cell)
	}
	t.text.WriteString("\r\n")
}

// orderFiles gives one CSV in GB18030 per year, as the order system exports them, and says where
// the dirty rows stand.
func (c *company) orderFiles() ([]file, []dirt, error) {
	var files []file
	var rows []dirt
	for from := 0; from < len(c.lines); {
		year := c.lines[from].day.date().Year()
		to := from
		for to < len(c.lines) && c.lines[to].day.date().Year() == year {
			to++
		}
		name := "orders/" + strconv.Itoa(year) + ".csv"
		var t table
		t.row("订单号", "行号", "客户号", "下单日期", "产品编号", "数量", "单价", "折扣金额", "金额", "成本", "币种", "渠道", "状态")
		for i, n := range c.lines[from:to] {
			t.row(n.cells(c.products)...)
			if n.flaw != clean {
				rows = append(rows, dirt{File: name, Line: i + 2, Rule: n.flaw.rule(),
					English: n.flaw.english(), Chinese: n.flaw.chinese(), IsQuarantined: !n.flaw.isLoaded()})
			}
		}
		encoded, err := simplifiedchinese.GB18030.NewEncoder().Bytes(t.text.Bytes())
		if err != nil {
			return nil, nil, err
		}
		files = append(files, file{name, 0o644, encoded})
		from = to
	}
	return files, rows, nil
}

// cells are the line as the export writes it, flaw and all.
func (n line) cells(products []product) []string {
	status := "已完成"
	if n.isVoid {
		status = "已取消"
	}
	cells := []string{n.order, strconv.Itoa(n.number), n.customer, n.day.chinese(), products[n.product].id,
		strconv.Itoa(n.quantity), "¥" + n.price.grouped(), "¥" + n.discount.grouped(), "¥" + n.net.grouped(),
		"¥" + n.cost.grouped(), "CNY", n.channel, status}
	const date, amount, currency = 3, 8, 10
	switch n.flaw {
	case ragged:
		return cells[:7]
	case badDate:
		cells[date] = strings.Replace(cells[date], "月29日", "月30日", 1)
	case foreign:
		cells[currency] = "USD"
	case letters:
		cells[amount] = cells[amount][:len(cells[amount])-1] + "O"
	case empty:
		cells[amount] = ""
	}
	return cells
}

const byteOrderMark = "\uFEFF"

// opportunityFile is the funnel in UTF-8 with a byte order mark, as spreadsheets save it.
func (c *company) opportunityFile() []byte {
	var t table
	t.text.WriteString(byteOrderMark)
	t.row(slices.Concat([]string{"商机号", "客户号", "负责人", "来源", "金额", "当前阶段", "进入本阶段", "创建时间", "录入时间", "关闭时间", "是否赢单"}, stages())...)
	for _, o := range c.opportunities {
		reached := len(o.entered) - 1
		closed, won := "", ""
		if !o.isOpen {
			closed, won = o.closed.at(17*60+30), "否"
		}
		if o.isWon {
			won = "是"
		}
		cells := []string{o.id, o.customer, o.owner, o.source, o.amount.text(), stages()[reached],
			o.entered[reached].at(10 * 60), o.entered[0].at(9 * 60), o.recorded.at(16 * 60), closed, won}
		for i := range stages() {
			entered := ""
			if i <= reached {
				entered = o.entered[i].iso()
			}
			cells = append(cells, entered)
		}
		t.row(cells...)
	}
	return t.text.Bytes()
}

// optOutFile lists who must not be contacted.
func (c *company) optOutFile() []byte {
	var t table
	t.row("customer_id", "contact", "channel", "reason", "since")
	for _, o := range c.optOuts {
		t.row(o.customer, o.contact, o.channel, o.reason, o.since.iso())
	}
	return t.text.Bytes()
}
