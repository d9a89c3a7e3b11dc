package mingguang

import "slices"

// flaw is what is wrong with an order line. Real exports have such rows, so this one has them too.
type flaw int

const (
	clean    flaw = iota
	ragged        // the end of the line is missing
	badDate       // a day that no calendar has
	foreign       // in US dollars
	letters       // a letter O for a zero in the amount
	empty         // no amount
	orphan        // a customer whom the CRM does not know
	nobody        // no customer at all
	twice         // the same line delivered again
	future        // after the as-of day
	negative      // a quantity below zero with a positive amount
)

// isLoaded says whether a line with this flaw reaches the lake; the others are quarantined.
func (f flaw) isLoaded() bool { return f == clean || f >= orphan }

// strangerID is the customer of the orphan line.
const strangerID = "C9999"

// rule, english and chinese describe a flaw for the README of the folder.
func (f flaw) rule() string {
	return [...]string{"", "ragged_line", "type", "currency", "type", "required",
		"orphan key", "no customer", "duplicate key", "future date", "negative quantity"}[f]
}

func (f flaw) english() string {
	return [...]string{"", "the end of the line is missing", "30 February", "an amount in USD", "a letter O in the amount",
		"no amount", "customer " + strangerID + " is not in the CRM", "no customer number", "the line above, delivered twice",
		"dated after the as-of day", "quantity below zero, amount above"}[f]
}

func (f flaw) chinese() string {
	return [...]string{"", "行尾缺失", "二月三十日", "美元金额", "金额中有字母 O", "金额为空",
		"客户 " + strangerID + " 不在 CRM 中", "没有客户号", "与上一行重复", "日期晚于统计日", "数量为负而金额为正"}[f]
}

// flawedOrders are the dirty rows, each an order of its own. Ordinals go on from first.
func flawedOrders(customers []customer, products []product, first int) []order {
	plan := []struct {
		flaw flaw
		day  day
	}{
		{badDate, on(2024, 2, 29)}, {ragged, on(2024, 6, 18)}, {letters, on(2025, 3, 12)}, {foreign, on(2025, 5, 20)},
		{orphan, on(2025, 11, 25)}, {empty, on(2026, 1, 15)}, {nobody, on(2026, 3, 18)}, {negative, on(2026, 4, 9)},
		{twice, on(2026, 5, 21)}, {future, on(2026, 9, 15)},
	}
	steadyOnes := slices.DeleteFunc(slices.Clone(customers), func(c customer) bool {
		return c.role != steady || c.kind != distributor || c.place < 40
	})
	var orders []order
	for i, p := range plan {
		l := roll(rollOrders, len(customers)+i)
		c := steadyOnes[i%len(steadyOnes)]
		const article = 13 // an SFP+ module
		n := c.line(l, p.day, article, products[article], yuan(2400))
		o := order{day: p.day, ordinal: first + i}
		switch p.flaw {
		case orphan:
			n.customer = strangerID
		case nobody:
			n.customer = ""
		case negative:
			n.quantity = -n.quantity
		case twice:
			o.lines = append(o.lines, n)
		}
		n.flaw = p.flaw
		o.lines = append(o.lines, n)
		orders = append(orders, o)
	}
	return orders
}
