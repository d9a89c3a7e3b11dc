package mingguang

import (
	"cmp"
	"fmt"
	"slices"
)

// line is one order line as the order system exports it.
type line struct {
	order    string
	number   int
	customer string // empty: the export lost it
	day      day
	product  int // index in the catalogue
	quantity int
	price    cents
	discount cents
	net      cents
	cost     cents
	channel  string
	isVoid   bool // cancelled before delivery: in the export, in no book
	flaw     flaw
}

// isBooked says whether the line is in the finance ledger before the as-of day.
func (n line) isBooked() bool {
	return !n.isVoid && n.flaw.isLoaded() && n.flaw != twice && n.day <= lastDay
}

// order is one order before it has a number.
type order struct {
	day     day
	lines   []line
	ordinal int // in the order of invention: breaks ties of the day
}

// orderLines invents all order lines, numbered and in the order of the export.
func orderLines(customers []customer, products []product) []line {
	var orders []order
	for i, c := range customers {
		l := roll(rollOrders, i)
		days := c.orderDays(l)
		for k, d := range days {
			o := order{day: d, ordinal: len(orders), lines: c.buy(l, d, products)}
			// The first and last orders stay, so that the story keeps its days.
			if c.role == steady && k > 0 && k < len(days)-1 && l.IntN(120) == 0 {
				for j := range o.lines {
					o.lines[j].isVoid = true
				}
			}
			orders = append(orders, o)
		}
	}
	orders = append(orders, flawedOrders(customers, products, len(orders))...)
	slices.SortFunc(orders, func(a, b order) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.ordinal, b.ordinal))
	})
	return number(orders)
}

// number gives orders their numbers, which count within a day.
func number(orders []order) []line {
	var lines []line
	today, count := day(-1), 0
	for _, o := range orders {
		if o.day != today {
			today, count = o.day, 0
		}
		count++
		id := fmt.Sprintf("MG%s%03d", o.day.date().Format("20060102"), count)
		for k, n := range o.lines {
			n.order, n.number = id, k+1
			if n.flaw == twice {
				n.number = k // the same line delivered again
			}
			lines = append(lines, n)
		}
	}
	return lines
}

// orderDays are the days of the customer's orders. They are counted back from the last one, so
// that who is still here bought recently in its own rhythm, and who left did so on the day of the story.
func (c customer) orderDays(l luck) []day {
	switch c.role {
	case prospect:
		return nil
	case promoted:
		return []day{c.joined}
	case project:
		return c.projectDays(l)
	}
	last := c.left
	if last == 0 {
		last = lastDay - day(l.between(0, c.rhythm/2))
	}
	var days []day
	for d := last; d > c.joined; d -= day(l.between(c.rhythm*6/10, c.rhythm*14/10)) {
		on := d
		if c.kind != consumer {
			on = d.workday()
		}
		if on > c.joined && (len(days) == 0 || on < days[len(days)-1]) {
			days = append(days, on)
		}
	}
	days = append(days, c.joined)
	slices.Reverse(days)
	return days
}

// projectDays are the orders of a project buyer: a project every six to eight weeks, with a pause
// of three months once in a while, and now silent for longer than four of five pauses.
func (c customer) projectDays(l luck) []day {
	gaps := []int{36, 41, 44, 47, 50, 52, 55, 63, 66, 98}
	l.Shuffle(len(gaps), func(i, j int) { gaps[i], gaps[j] = gaps[j], gaps[i] })
	var days []day
	for d, i := lastDay-day(l.between(74, 80)), 0; d > c.joined; i++ {
		days = append(days, d)
		d -= day(gaps[i%len(gaps)])
	}
	slices.Reverse(days)
	return days
}

// buy invents the lines of one order, worth about what the customer buys in one rhythm.
func (c customer) buy(l luck, d day, products []product) []line {
	lastYear := on(2025, 9, 1) // the year from here on is the one that yearly speaks of
	worth := c.yearly * cents(c.rhythm) / 365
	worth += worth * cents(c.growth) * cents(d-lastYear) / (365 * 10000)
	count := l.between(1, 4)
	switch {
	case c.role == promoted:
		count = 1
	case c.place <= 60:
		count = l.between(2, 6)
	}
	lines := make([]line, 0, count)
	var taken []int
	for range count {
		// Lines vary a lot, a year of them little: the order of size holds.
		share := worth * cents(l.between(60, 140)) / cents(100*count)
		p := c.choose(l, share, products, taken)
		taken = append(taken, p)
		lines = append(lines, c.line(l, d, p, products[p], share))
	}
	return lines
}

// choose takes a product that the customer can afford and that is not in the order yet.
func (c customer) choose(l luck, worth cents, products []product, taken []int) int {
	p := l.IntN(len(products))
	for tries := 0; tries < 60 && (products[p].price > worth || slices.Contains(taken, p)); tries++ {
		p = l.IntN(len(products))
	}
	for products[p].price > worth && p > 0 && !slices.Contains(taken, p-1) {
		p-- // nothing fits: the next cheaper articles
	}
	return p
}

// line sells about the net worth of one product under the customer's terms.
func (c customer) line(l luck, d day, index int, p product, worth cents) line {
	unit := p.price.times(10000 - c.terms.discountBP)
	if c.terms.nearCost {
		unit = p.cost(d).times(10000 + c.terms.markupBP)
	}
	quantity := max(1, int(worth/unit))
	gross := p.price * cents(quantity)
	cost := p.cost(d) * cents(quantity)
	net := gross - gross.times(c.terms.discountBP)
	if c.terms.nearCost {
		net = cost.times(10000 + c.terms.markupBP)
	}
	channel := "销售"
	if c.kind == consumer || l.percent(15) {
		channel = pick(l, []string{"网站", "电话"})
	}
	return line{customer: c.id, day: d, product: index, quantity: quantity, price: p.price,
		discount: gross - net, net: net, cost: cost, channel: channel}
}
