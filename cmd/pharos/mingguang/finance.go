package mingguang

import (
	"cmp"
	"fmt"
	"slices"
)

// entry is one voucher of the finance ledger. Amounts are above zero whatever the kind.
type entry struct {
	id, kind                  string
	posted                    day
	amount                    cents
	customer, order, contract string // whom it is for; all empty: the company
	note                      string
}

// The accounts of the ledger, in Mingguang's words.
const (
	accountRevenue  = "主营业务收入"
	accountDiscount = "销售折扣"
	accountRefund   = "销售退回"
	accountCogs     = "主营业务成本"
	accountService  = "售后服务费"
	accountSelling  = "销售费用"
	accountOverhead = "管理费用"
	accountBadDebt  = "坏账损失"
)

// accountCode is the number of an account in the chart of accounts.
func accountCode(kind string) string {
	codes := map[string]string{accountRevenue: "6001", accountDiscount: "6002", accountRefund: "6003", accountCogs: "6401",
		accountService: "6601.01", accountSelling: "6601.02", accountOverhead: "6602", accountBadDebt: "6702"}
	return codes[kind]
}

// account is what one customer bought in one month.
type account struct {
	customer                string
	month                   int
	order                   string // of the first line: the only name when the customer is unknown
	revenue, discount, cogs cents
}

// monthlyAccounts adds up the booked lines per customer and month, ordered by month and customer.
// The lines come in the order of days.
func monthlyAccounts(lines []line) []account {
	type key struct {
		customer string
		month    int
	}
	at := make(map[key]int)
	var accounts []account
	for _, n := range lines {
		if !n.isBooked() {
			continue
		}
		k := key{n.customer, n.day.month()}
		i, known := at[k]
		if !known {
			i = len(accounts)
			at[k] = i
			accounts = append(accounts, account{customer: n.customer, month: k.month, order: n.order})
		}
		accounts[i].revenue += n.net + n.discount
		accounts[i].discount += n.discount
		accounts[i].cogs += n.cost
	}
	slices.SortFunc(accounts, func(a, b account) int {
		return cmp.Or(cmp.Compare(a.month, b.month), cmp.Compare(a.customer, b.customer))
	})
	return accounts
}

// ledgerOf posts everything: the monthly accounts on the last day of the month, returns and
// service on their day, commission with its contract, and what is for nobody in particular.
func ledgerOf(c *company, accounts []account) []entry {
	var entries []entry
	post := func(kind string, d day, amount cents, e entry) {
		if amount == 0 {
			return
		}
		e.kind, e.posted, e.amount = kind, d, amount
		entries = append(entries, e)
	}
	for _, a := range accounts {
		d := min(monthStart(a.month+1)-1, lastDay)
		e := entry{customer: a.customer, note: "月结"}
		if a.customer == "" {
			e.order = a.order
		}
		post(accountRevenue, d, a.revenue, e)
		post(accountDiscount, d, a.discount, e)
		post(accountCogs, d, a.cogs, e)
	}
	for _, r := range c.returns {
		post(accountRefund, r.day, r.amount, entry{order: r.order, note: "退货 " + r.id})
	}
	for _, s := range c.cases {
		post(accountService, s.day, s.cost, entry{customer: s.customer, note: s.category})
	}
	for _, t := range c.contracts {
		if t.signed >= 0 {
			post(accountSelling, t.signed, t.amount.times(80), entry{contract: t.id, note: "签约提成"})
		}
	}
	for _, v := range c.invoices {
		if v.isLost {
			post(accountBadDebt, min(v.due+90, lastDay), v.amount-v.paidAmount, entry{customer: v.customer, note: "发票 " + v.id})
		}
	}
	postShared(post, accounts)
	return numberEntries(entries)
}

// postShared posts the costs that name nobody: salaries and fairs, rent and administration.
func postShared(post func(string, day, cents, entry), accounts []account) {
	l := roll(rollFinance, 0)
	turnover := make([]cents, lastDay.month()+1)
	for _, a := range accounts {
		turnover[a.month] += a.revenue - a.discount
	}
	for m, t := range turnover {
		d := monthStart(m+1) - 1
		post(accountSelling, d, t.times(l.between(150, 240)), entry{note: "销售人员工资"})
		post(accountOverhead, d, yuan(l.between(180_000, 230_000)), entry{note: "房租与行政"})
		if d.date().Month() == 9 {
			post(accountSelling, d, yuan(l.between(150_000, 220_000)), entry{note: "光博会展位"})
		}
	}
}

// numberEntries sorts the vouchers by day and numbers them within their month.
func numberEntries(entries []entry) []entry {
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(a.posted, b.posted) })
	month, count := -1, 0
	for i := range entries {
		if m := entries[i].posted.month(); m != month {
			month, count = m, 0
		}
		count++
		entries[i].id = fmt.Sprintf("PZ%s-%04d", entries[i].posted.date().Format("200601"), count)
	}
	return entries
}

// invoice is the bill of a month to a customer.
type invoice struct {
	id, customer       string
	issued, due, paid  day // paid is 0 while open
	amount, paidAmount cents
	isDisputed, isLost bool
}

// invoicesOf bills every monthly account; customers who closed leave their last bills unpaid.
func invoicesOf(accounts []account, roles map[string]role) []invoice {
	var invoices []invoice
	final := make(map[string]int)
	for i, a := range accounts {
		final[a.customer] = i
	}
	for i, a := range accounts {
		r, known := roles[a.customer]
		if !known {
			continue
		}
		l := roll(rollFinance, 1+i)
		v := invoice{customer: a.customer, issued: min(monthStart(a.month+1)-1, lastDay), amount: a.revenue - a.discount}
		v.id = fmt.Sprintf("FP%06d", len(invoices)+1)
		v.due = v.issued + 60
		paid := v.due + day(l.between(-30, 25))
		switch {
		case r == closed && final[a.customer] == i:
			v.isLost = true
			v.paid, v.paidAmount = paid, v.amount.times(3000)
		case paid <= lastDay:
			v.paid, v.paidAmount = paid, v.amount
		}
		v.isDisputed = l.percent(1) || r == showpiece && l.percent(15)
		invoices = append(invoices, v)
	}
	return invoices
}
