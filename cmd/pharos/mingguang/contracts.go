package mingguang

import (
	"cmp"
	"fmt"
	"slices"
)

// contract is a frame contract of one year; the customer calls orders off it.
type contract struct {
	id, customer, owner, status string
	renews                      string // the contract before it
	signed, starts, ends        day    // it no longer holds on the day ends
	cancelled                   day    // 0: not cancelled
	amount                      cents  // for the year
}

// contractsOf invents the frame contracts of the larger companies: year after year, some with
// more, some with less, until the customer leaves.
func contractsOf(customers []customer) []contract {
	var contracts []contract
	for i, c := range customers {
		if !c.hasContracts() {
			continue
		}
		l := roll(rollContracts, i)
		count := min(max(int(c.yearly/yuan(620_000)), 1), 8)
		for k := range count {
			contracts = append(contracts, c.chain(l, k, count)...)
		}
	}
	// Numbers follow the day of signing; renewals point to the number before.
	slices.SortStableFunc(contracts, func(a, b contract) int { return cmp.Compare(a.signed, b.signed) })
	numbers := make(map[string]string, len(contracts))
	for i := range contracts {
		id := fmt.Sprintf("HT%s%04d", contracts[i].signed.date().Format("2006"), i+1)
		numbers[contracts[i].id] = id
		contracts[i].id = id
		contracts[i].renews = numbers[contracts[i].renews]
	}
	return contracts
}

// hasContracts says whether the customer buys under frame contracts. Project buyers do not.
func (c customer) hasContracts() bool {
	switch c.role {
	case steady, showpiece, due, poached, fairWon:
		return c.place <= 105 && (c.kind == business || c.kind == distributor)
	}
	return false
}

// chain is one contract with its renewals; ids are provisional.
func (c customer) chain(l luck, k, count int) []contract {
	start := c.joined
	switch {
	case c.role == due:
		start = on(2023, 10, 13) // so that the third one ends six weeks after the as-of day
	case c.left > 0:
		start = c.left - 365*((c.left-c.joined)/365) // leaves when a contract ends
	case k > 0:
		start += day(l.between(0, 200))
	}
	amount := (c.yearly.times(8000) / cents(count)).times(l.between(9000, 11000)) / yuan(10_000) * yuan(10_000)
	amount = max(amount, yuan(240_000))
	// In a set of several, one is let go now and then without the customer leaving.
	last := lastDay
	if c.left > 0 {
		last = c.left - 1
	} else if k > 0 && l.percent(30) {
		last = lastDay - day(l.between(100, 700))
	}
	var chain []contract
	for s := start; s <= last; s = s.yearLater() {
		t := contract{id: fmt.Sprintf("%s/%d/%d", c.id, k, len(chain)), customer: c.id, owner: c.owner,
			signed: s - day(l.between(4, 25)), starts: s, ends: s.yearLater(), amount: amount, status: "执行中"}
		if len(chain) > 0 {
			t.renews = chain[len(chain)-1].id
		}
		if t.ends <= lastDay {
			t.status = "到期"
		}
		if last < lastDay && t.ends > last+90 {
			t.status, t.cancelled = "已终止", last
		}
		chain = append(chain, t)
		amount = renewed(l, amount)
	}
	return chain
}

// renewed is the amount of the next year: three of ten upgrade, some take less.
func renewed(l luck, amount cents) cents {
	switch n := l.IntN(100); {
	case n < 30:
		amount = amount.times(l.between(11000, 13000))
	case n < 44:
		amount = amount.times(l.between(7500, 9000))
	}
	return max(amount/yuan(10_000)*yuan(10_000), yuan(200_000))
}
