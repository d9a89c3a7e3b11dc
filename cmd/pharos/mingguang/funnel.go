package mingguang

import (
	"cmp"
	"fmt"
	"slices"
)

// opportunity is one chance of a sale, with the days on which it reached the four stages.
type opportunity struct {
	id, customer, owner, source string
	amount                      cents
	entered                     []day // one per stage reached: intent, pre-sales, negotiation, signing
	recorded                    day   // entered into the CRM
	closed                      day   // when it was won or lost
	isOpen, isWon               bool
}

// stages are the steps of Mingguang's sales funnel.
func stages() []string { return []string{"意向", "售前跟踪", "商务谈判", "签单"} }

// opportunitiesOf invents the funnel: every signed contract was won, about as many chances were
// lost, and some are open. The poached customers end with a lost one.
func opportunitiesOf(customers []customer, contracts []contract) []opportunity {
	var chances []opportunity
	for i, t := range contracts {
		l := roll(rollFunnel, i)
		o := opportunity{customer: t.customer, owner: t.owner, amount: t.amount, isWon: true, closed: t.signed}
		d := t.signed
		for range stages() {
			o.entered = append(o.entered, d)
			d -= day(l.between(4, 30))
		}
		slices.Reverse(o.entered)
		chances = append(chances, o)
	}
	for i, c := range customers {
		l := roll(rollFunnel, 1_000_000+i)
		if c.role == poached || c.kind != consumer && c.role != promoted && l.percent(80) {
			chances = append(chances, c.chance(l))
		}
	}
	slices.SortStableFunc(chances, func(a, b opportunity) int {
		return cmp.Or(cmp.Compare(a.entered[0], b.entered[0]), cmp.Compare(a.customer, b.customer))
	})
	for i := range chances {
		l := roll(rollFunnel, 2_000_000+i)
		o := &chances[i]
		o.id = fmt.Sprintf("SJ%04d", i+1)
		o.source = pick(l, []string{"展会", "转介绍", "网站", "电话", "招投标"})
		o.recorded = min(o.entered[0]+day(l.between(0, 2)), lastDay)
		if l.percent(12) { // entered into the CRM when it was nearly over
			o.recorded = min(o.entered[0]+day(l.between(8, 40)), lastDay)
		}
	}
	return chances
}

// chance is a lost opportunity, or an open one of somebody who is still here.
func (c customer) chance(l luck) opportunity {
	o := opportunity{customer: c.id, owner: c.owner, amount: max(c.yearly.times(l.between(2000, 9000)), yuan(8000))}
	o.isOpen = c.role == prospect || c.isActive() && l.percent(30)
	reached := l.between(1, 3)
	d := c.since + day(l.between(0, 500))
	if o.isOpen {
		o.entered = openStages(l, reached)
		return o
	}
	if c.left > 0 {
		d = c.left - day(l.between(40, 90))
	}
	for range reached {
		o.entered = append(o.entered, min(d, lastDay))
		d += day(l.between(4, 25))
	}
	o.closed = min(d, lastDay)
	return o
}

// openStages are the days of a deal that is still open: most came to their stage a few weeks ago at
// most, as the closed ones did; every seventh has been forgotten there.
func openStages(l luck, reached int) []day {
	d := lastDay - day(l.between(0, 22))
	if l.percent(15) {
		d = lastDay - day(l.between(35, 110))
	}
	var entered []day
	for range reached {
		entered = append(entered, d)
		d -= day(l.between(4, 25))
	}
	slices.Reverse(entered)
	return entered
}
