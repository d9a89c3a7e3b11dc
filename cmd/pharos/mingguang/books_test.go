package mingguang

import "testing"

func TestTheLedgerBalancesWithTheOrderLinesToTheCent(t *testing.T) {
	c := example()
	type monthly struct{ revenue, discount, refund, cogs cents }
	var books, lines [36]monthly
	for _, n := range c.lines {
		// Counted from the flaws themselves: what is quarantined, repeated, cancelled or not yet due is not booked.
		switch n.flaw {
		case ragged, badDate, foreign, letters, empty, twice, future:
			continue
		}
		if n.isVoid {
			continue
		}
		m := &lines[n.day.month()]
		m.revenue += n.net + n.discount
		m.discount += n.discount
		m.cogs += n.cost
	}
	for _, r := range c.returns {
		lines[r.day.month()].refund += r.amount
	}
	for _, e := range c.ledger {
		m := &books[e.posted.month()]
		switch e.kind {
		case accountRevenue:
			m.revenue += e.amount
		case accountDiscount:
			m.discount += e.amount
		case accountRefund:
			m.refund += e.amount
		case accountCogs:
			m.cogs += e.amount
		}
	}
	for m := range books {
		if books[m] != lines[m] {
			t.Errorf("month %d: the ledger says %+v, the orders say %+v", m, books[m], lines[m])
		}
		if books[m].revenue == 0 {
			t.Errorf("month %d: nothing is booked", m)
		}
	}
}

func TestEveryEntryOfTheLedgerIsPositiveAndNamesWhatExists(t *testing.T) {
	c := example()
	exists := map[string]bool{strangerID: true, "": true}
	for _, w := range c.customers {
		exists[w.id] = true
	}
	for _, n := range c.lines {
		exists[n.order] = true
	}
	for _, k := range c.contracts {
		exists[k.id] = true
	}
	kinds, ids := map[string]int{}, map[string]bool{}
	for _, e := range c.ledger {
		kinds[e.kind]++
		if e.amount <= 0 || e.posted < 0 || e.posted > lastDay || accountCode(e.kind) == "" {
			t.Errorf("entry %s of %s on %s: %s", e.id, e.kind, e.posted.iso(), e.amount.text())
		}
		if ids[e.id] {
			t.Errorf("two entries are called %s", e.id)
		}
		ids[e.id] = true
		for _, name := range []string{e.customer, e.order, e.contract} {
			if !exists[name] {
				t.Errorf("entry %s names %q, which does not exist", e.id, name)
			}
		}
	}
	for _, kind := range []string{accountRevenue, accountDiscount, accountRefund, accountCogs, accountService, accountSelling, accountOverhead, accountBadDebt} {
		if kinds[kind] == 0 {
			t.Errorf("nothing is posted to %s", kind)
		}
	}
}

func TestNobodyReturnsMoreThanTheyBought(t *testing.T) {
	c := example()
	type key struct {
		order string
		line  int
	}
	sold := map[key]line{}
	for _, n := range c.lines {
		if n.isBooked() {
			sold[key{n.order, n.number}] = n
		}
	}
	returned := map[key]bool{}
	for _, r := range c.returns {
		k := key{r.order, r.line}
		n, ok := sold[k]
		if !ok || returned[k] || r.customer != n.customer || r.amount <= 0 || r.amount > n.net || r.day <= n.day || r.day > lastDay {
			t.Errorf("return %s of %s does not fit line %s/%d", r.id, r.amount.text(), r.order, r.line)
		}
		returned[k] = true
	}
}

func TestInvoicesBillWhatWasBought(t *testing.T) {
	c := example()
	net, billed := map[string]cents{}, map[string]cents{}
	for _, n := range c.lines {
		if n.isBooked() {
			net[n.customer] += n.net
		}
	}
	unpaid := 0
	for _, v := range c.invoices {
		billed[v.customer] += v.amount
		if v.paid > lastDay || v.paidAmount > v.amount || v.paid == 0 && v.paidAmount != 0 {
			t.Errorf("invoice %s is paid with %s of %s on %s", v.id, v.paidAmount.text(), v.amount.text(), v.paid.iso())
		}
		if v.isLost {
			unpaid++
		}
	}
	for _, w := range c.customers {
		if net[w.id] != billed[w.id] {
			t.Errorf("%s bought for %s and was billed %s", w.id, net[w.id].text(), billed[w.id].text())
		}
	}
	if unpaid != 6 {
		t.Errorf("%d last invoices of customers who closed are lost, not six", unpaid)
	}
}

func TestAnOrderLineAddsUp(t *testing.T) {
	c := example()
	for _, n := range c.lines {
		quantity := max(n.quantity, -n.quantity)
		if n.net <= 0 || n.cost <= 0 || n.discount < 0 || n.price*cents(quantity) != n.net+n.discount || c.products[n.product].cost(n.day)*cents(quantity) != n.cost {
			t.Errorf("line %s/%d: %d of %s less %s is %s at a cost of %s", n.order, n.number, n.quantity, n.price.text(), n.discount.text(), n.net.text(), n.cost.text())
		}
	}
}

func TestAnAmountIsWrittenWithItsFen(t *testing.T) {
	for _, tt := range []struct {
		amount        cents
		text, grouped string
	}{
		{0, "0.00", "0.00"}, {5, "0.05", "0.05"}, {-5, "-0.05", "-0.05"}, {99_999, "999.99", "999.99"},
		{100_000, "1000.00", "1,000.00"}, {123_456_789, "1234567.89", "1,234,567.89"}, {-12_345_600, "-123456.00", "-123,456.00"},
	} {
		if got := tt.amount.text(); got != tt.text {
			t.Errorf("%d fen are %s, not %s", tt.amount, got, tt.text)
		}
		if got := tt.amount.grouped(); got != tt.grouped {
			t.Errorf("%d fen are %s, not %s", tt.amount, got, tt.grouped)
		}
	}
}

func TestADayIsTheDayOfTheCalendar(t *testing.T) {
	for _, tt := range []struct {
		d     day
		iso   string
		month int
	}{
		{0, "2023-09-01", 0}, {lastDay, "2026-08-31", 35}, {lastDay + 1, AsOf, 36}, {on(2024, 2, 29), "2024-02-29", 5},
		{windowStart(), "2025-09-01", 24}, {-1, "2023-08-31", -1},
	} {
		if tt.d.iso() != tt.iso || tt.d.month() != tt.month {
			t.Errorf("day %d is %s in month %d, not %s in month %d", tt.d, tt.d.iso(), tt.d.month(), tt.iso, tt.month)
		}
	}
	if got := on(2026, 3, 8).chinese(); got != "2026年3月8日" {
		t.Errorf("written in Chinese: %s", got)
	}
	if got := on(2025, 10, 6).workday(); got != on(2025, 9, 30) {
		t.Errorf("the workday before National Day's sixth is %s", got.iso())
	}
}
