package mingguang

import (
	"cmp"
	"fmt"
	"slices"
)

// goodsReturn is a credit note for a part of an order line. The goods are scrapped.
type goodsReturn struct {
	id, order, customer string
	line                int
	day                 day
	amount              cents
}

// returnsOf invents the returns: some of every hundred lines, more where the story wants it.
func returnsOf(lines []line, roles map[string]role) []goodsReturn {
	var returns []goodsReturn
	l := roll(rollReturns, 0)
	for _, n := range lines {
		r, known := roles[n.customer]
		if !known || n.isVoid || n.flaw != clean {
			continue
		}
		percent, from, to := 2, 30, 100
		switch r {
		case thin, promoted:
			continue // their profit is nothing, to the cent or nearly
		case showpiece:
			percent, from, to = 24, 20, 60
		case neglected:
			percent = 6
		}
		d := n.day + day(l.between(5, 25))
		part := l.between(from, to)
		if !l.percent(percent) || d > lastDay {
			continue
		}
		returns = append(returns, goodsReturn{order: n.order, line: n.number, customer: n.customer, day: d, amount: n.net.times(100 * part)})
	}
	slices.SortStableFunc(returns, func(a, b goodsReturn) int { return cmp.Compare(a.day, b.day) })
	for i := range returns {
		returns[i].id = fmt.Sprintf("R%05d", i+1)
	}
	return returns
}

// serviceCase is a complaint or a question.
type serviceCase struct {
	id, customer, category, severity, satisfaction string
	opened, resolved                               string // resolved is empty while the case is open
	day                                            day
	cost                                           cents // what serving it cost
}

// casesOf invents the service cases: about one in two years for everybody, several for those who
// are treated badly, and open ones only where somebody is about to leave or has left for them.
func casesOf(customers []customer) []serviceCase {
	var cases []serviceCase
	told := 0 // of those whom the competitor took: who complained about the price before
	topics := []string{"技术支持", "交货延迟", "产品质量", "发票问题", "服务态度"}
	for i, c := range customers {
		if c.role == prospect || c.role == promoted {
			continue
		}
		l := roll(rollCases, i)
		last := lastDay
		if c.left > 0 {
			last = c.left
		}
		for d := c.joined + day(l.between(40, 900)); d < last-15; d += day(l.between(250, 900)) {
			cases = append(cases, c.complain(l, d, pick(l, topics), true))
		}
		switch c.role {
		case showpiece:
			for d := c.joined + 20; d < last-20; d += day(l.between(15, 40)) {
				cases = append(cases, c.complain(l, d, pick(l, topics), true))
			}
		case due:
			cases = append(cases, c.complain(l, lastDay-12, "交货延迟", false))
		case neglected:
			for n := range 4 {
				cases = append(cases, c.complain(l, last-day(l.between(8, 50)+30*n), pick(l, topics[1:3]), n > 1))
			}
		case poached:
			if told++; told <= 3 {
				cases = append(cases, c.complain(l, last-day(l.between(15, 40)), priceComplaint, true))
			}
		case quiet:
			if i%3 == 0 {
				cases = append(cases, c.complain(l, last-day(l.between(2, 12)), pick(l, topics[1:3]), false))
			}
		}
	}
	slices.SortStableFunc(cases, func(a, b serviceCase) int { return cmp.Compare(a.opened, b.opened) })
	for i := range cases {
		cases[i].id = fmt.Sprintf("F%05d", i+1)
	}
	return cases
}

func (c customer) complain(l luck, d day, topic string, isResolved bool) serviceCase {
	minute := l.between(8*60+30, 17*60+45)
	s := serviceCase{customer: c.id, category: topic, severity: pick(l, []string{"低", "中", "中", "高"}),
		opened: d.at(minute), day: d, cost: yuan(l.between(120, 900)) + cents(l.IntN(100))}
	if c.place <= 40 {
		s.cost *= 4 // an engineer travels to a large customer
	}
	if isResolved {
		s.resolved = (d + day(l.between(1, 12))).at(minute + l.between(1, 12))
		s.satisfaction = pick(l, []string{"满意", "满意", "一般", "不满意"})
	}
	return s
}

// departure is what a customer who left told the sales person, in the words of the sales person.
type departure struct {
	customer, category, reason, competitor, clerk string
	day                                           day
}

// The competitor of the story; no such company is known to the author.
const competitor = "远曜光子"

// What three of those customers complained of before they left.
const priceComplaint = "价格投诉"

// departuresOf writes down the stated reasons. Many who left long ago, and all who fell silent
// this year, never stated one; one customer came back.
func departuresOf(customers []customer) []departure {
	var departures []departure
	hasReturned, neglectedOnes, closedOnes := false, 0, 0
	for i, c := range customers {
		l := roll(rollDepartures, i)
		d := departure{customer: c.id, day: c.left + day(l.between(2, 15)), clerk: c.owner}
		switch {
		case c.role == neglected:
			d.category, d.reason = "我方原因", []string{"交货延迟", "交货延迟", "服务态度", "交货延迟", "产品质量", "交货延迟", "售后没人管"}[neglectedOnes%7]
			neglectedOnes++
		case c.role == poached:
			d.category, d.reason, d.competitor = "竞争", "价格太高，"+competitor+"报价更低", competitor
		case c.role == closed:
			d.category, d.reason = "自然", []string{"倒闭", "搬迁", "项目结束"}[closedOnes%3]
			closedOnes++
		case c.role == gone && l.percent(45):
			d.category, d.reason = oldReason(l)
			if d.category == "竞争" {
				d.competitor = competitor
			}
		case c.role == quiet && i%5 == 0:
			d.category, d.reason = "不详", "联系不上"
		case c.role == steady && c.place > 200 && c.joined < 60 && !hasReturned:
			d.category, d.reason, d.day = "我方原因", "价格太高", on(2025, 4, 15)
			hasReturned = true
		default:
			continue
		}
		departures = append(departures, d)
	}
	slices.SortStableFunc(departures, func(a, b departure) int { return cmp.Compare(a.day, b.day) })
	return departures
}

func oldReason(l luck) (category, reason string) {
	switch l.IntN(6) {
	case 0, 1:
		return "自然", pick(l, []string{"倒闭", "搬迁", "转行"})
	case 2:
		return "竞争", "被竞争对手抢走"
	case 3:
		return "我方原因", "价格太高"
	case 4:
		return "我方原因", pick(l, []string{"服务态度", "产品质量"})
	}
	return "其他", "没有说明"
}
