package mingguang

import (
	"cmp"
	"slices"
	"strings"
	"testing"
)

func TestTheCompanyHasTheSizeItClaims(t *testing.T) {
	c := example()
	if n := len(c.customers); n != 400 {
		t.Errorf("%d customers, not 400", n)
	}
	if n := len(c.lines); n < 30_000 || n > 60_000 {
		t.Errorf("%d order lines, outside 30,000 to 60,000", n)
	}
	kinds, names, regions := map[string]int{}, map[string]bool{}, map[string]int{}
	for _, w := range c.customers {
		kinds[w.kind]++
		regions[w.region]++
		if names[w.name] {
			t.Errorf("two customers are called %s", w.name)
		}
		names[w.name] = true
	}
	for kind, least := range map[string]int{business: 150, distributor: 30, dealer: 40, agent: 20, consumer: 30} {
		if kinds[kind] < least {
			t.Errorf("%d customers of kind %s, fewer than %d", kinds[kind], kind, least)
		}
	}
	if len(regions) != 7 {
		t.Errorf("customers in %d regions, not 7", len(regions))
	}
	months := map[int]bool{}
	for _, n := range c.lines {
		months[n.day.month()] = true
	}
	for m := range 36 {
		if !months[m] {
			t.Errorf("nobody bought in month %d", m)
		}
	}
}

func TestContractsAreWorthAboutHalfAMillion(t *testing.T) {
	c := example()
	var sum cents
	known := map[string]contract{}
	renewals, upgrades, cancelled := 0, 0, 0
	for _, k := range c.contracts {
		known[k.id] = k
		sum += k.amount
		if k.cancelled > 0 {
			cancelled++
		}
	}
	for _, k := range c.contracts {
		if k.renews == "" {
			continue
		}
		before, ok := known[k.renews]
		if !ok || before.customer != k.customer || before.ends != k.starts {
			t.Errorf("contract %s renews %s, which does not lead into it", k.id, k.renews)
		}
		renewals++
		if k.amount > before.amount {
			upgrades++
		}
	}
	if mean := sum / cents(len(c.contracts)); mean < yuan(400_000) || mean > yuan(650_000) {
		t.Errorf("the mean contract is worth %s", mean.text())
	}
	if renewals < 150 || upgrades < 40 || cancelled < 4 {
		t.Errorf("%d renewals, %d upgrades, %d cancelled: too few to show", renewals, upgrades, cancelled)
	}
}

func TestTheThirdLargestCustomerLosesMoney(t *testing.T) {
	all := standings(example())
	for name, net := range map[string]func(standing) cents{
		"the last twelve months": func(s standing) cents { return s.net },
		"all the books":          func(s standing) cents { return s.netEver },
	} {
		slices.SortFunc(all, func(a, b standing) int { return cmp.Compare(net(b), net(a)) })
		third := all[2]
		if third.role != showpiece || third.profit > -yuan(500_000) {
			t.Errorf("third by revenue in %s is %s with a profit of %s", name, third.name, third.profit.text())
		}
		for _, i := range []int{1, 3} {
			if difference := max(net(third)-net(all[i]), net(all[i])-net(third)); difference < net(third)/20 {
				t.Errorf("in %s, places 3 and %d differ by only %s", name, i+1, difference.text())
			}
		}
	}
}

func TestAFifthOfTheCustomersCarryFourFifthsOfTheProfit(t *testing.T) {
	var total, top cents
	var values []cents
	for _, s := range standings(example()) {
		if s.hasLines {
			values = append(values, s.profit)
			total += s.profit
		}
	}
	for _, v := range values[:(len(values)+4)/5] {
		top += v
	}
	if percent := top * 100 / total; percent < 76 || percent > 86 {
		t.Errorf("the first fifth of %d customers holds %d %% of the profit", len(values), percent)
	}
}

func TestEveryTierHasItsCustomers(t *testing.T) {
	tiers := map[string]int{}
	idle := 0
	for _, s := range standings(example()) {
		tiers[s.tier]++
		if s.tier == "zero" && !s.hasLines {
			idle++
		}
		switch want := map[role]string{promoted: "zero", thin: "zero", costly: "loss", showpiece: "loss", prospect: "zero"}[s.role]; {
		case want != "" && s.tier != want:
			t.Errorf("%s (%s) is in tier %s, not %s, with %s of %s", s.id, s.name, s.tier, want, s.profit.text(), s.net.text())
		}
		if s.role == promoted && s.profit != 0 {
			t.Errorf("%s bought at cost, but brought %s", s.id, s.profit.text())
		}
	}
	if tiers["high"] < 55 || tiers["high"] > 90 || tiers["loss"] < 40 || tiers["loss"] > 60 || tiers["zero"]-idle < 35 || idle < 40 {
		t.Errorf("tiers %v, %d of the zero tier without an order", tiers, idle)
	}
}

func TestProfitOfTheBestCustomersIsAtRisk(t *testing.T) {
	all := standings(example())
	pooled := pooledGaps(all)
	var high, risk cents
	silent := 0
	for _, s := range all {
		if s.role == project && s.state != "at_risk" {
			t.Errorf("project buyer %s is %s", s.id, s.state)
		}
		if s.tier != "high" {
			continue
		}
		high += s.profit
		if s.state == "at_risk" {
			silent++
		}
		if s.state == "at_risk" || s.state == "churned" && s.churnedOn(pooled) >= windowStart() || s.role == due {
			risk += s.profit
		}
	}
	if points := risk * 10_000 / high; points < 500 || points > 1500 || silent < 4 {
		t.Errorf("%d customers of the top tier are silent; %d basis points of its profit at risk", silent, points)
	}
}

func TestWhoIsStillHereBuysInItsOwnRhythm(t *testing.T) {
	for _, s := range standings(example()) {
		switch {
		case s.id == strangerID || s.role == project || s.role == prospect:
		case s.isActive() && s.state != "active":
			t.Errorf("%s still buys, but its silence says %s", s.id, s.state)
		case !s.isActive() && s.state != "churned":
			t.Errorf("%s left, but its silence says %s", s.id, s.state)
		}
	}
}

func TestDealersOfTheSouthWestLeaveForOurFaults(t *testing.T) {
	c := example()
	reasons, complaints := map[string]string{}, map[string]int{}
	for _, d := range c.departures {
		reasons[d.customer] = d.reason
	}
	for _, s := range c.cases {
		if s.resolved == "" {
			complaints[s.customer]++
		}
	}
	left, stay := 0, 0
	for _, w := range c.customers {
		if w.kind != dealer || w.region != southwest {
			continue
		}
		if w.role != neglected {
			stay++
			continue
		}
		left++
		if w.left < windowStart() || complaints[w.id] == 0 ||
			!slices.Contains([]string{"服务态度", "交货延迟", "产品质量", "售后没人管"}, reasons[w.id]) {
			t.Errorf("dealer %s left on %s for %q with %d open complaints", w.id, w.left.iso(), reasons[w.id], complaints[w.id])
		}
	}
	if left < 10 || stay > left/4 {
		t.Errorf("%d dealers of the south-west left and %d stayed", left, stay)
	}
}

func TestACompetitorTakesCustomersByPriceAndSomeJustClose(t *testing.T) {
	c := example()
	roles := map[string]role{}
	for _, w := range c.customers {
		roles[w.id] = w.role
	}
	counts := map[string]int{}
	for _, d := range c.departures {
		switch roles[d.customer] {
		case poached:
			counts["poached"]++
			if d.competitor != competitor || !strings.HasPrefix(d.reason, "价格太高") {
				t.Errorf("%s was taken by %q for %q", d.customer, d.competitor, d.reason)
			}
		case closed:
			counts[d.reason]++
		}
	}
	if counts["poached"] != 9 || counts["倒闭"] == 0 {
		t.Errorf("departures %v: nine are poached and some close", counts)
	}
	for _, o := range c.opportunities {
		if roles[o.customer] == poached && !o.isOpen && !o.isWon {
			counts["lost deals"]++
		}
	}
	if counts["lost deals"] < 9 {
		t.Errorf("%d deals with poached customers are lost, fewer than nine", counts["lost deals"])
	}
}

func TestTheTradeFairBringsLoyalCustomersAndThePromotionNone(t *testing.T) {
	fair, fairStays, promotion, promotionReturns := 0, 0, 0, 0
	for _, s := range standings(example()) {
		if len(s.active) == 0 {
			continue
		}
		switch first := s.active[0].month(); {
		case s.role == fairWon && first == on(2024, 9, 1).month():
			fair++
			if s.state == "active" {
				fairStays++
			}
		case s.role == promoted && first == on(2025, 11, 1).month():
			promotion++
			if len(s.active) > 1 {
				promotionReturns++
			}
		}
	}
	if fair != 16 || fairStays != 16 || promotion != 26 || promotionReturns != 0 {
		t.Errorf("fair %d of %d stay, promotion %d of %d return", fairStays, fair, promotionReturns, promotion)
	}
}

func TestOneLargeContractIsDueBesideAnOpenComplaint(t *testing.T) {
	c := example()
	open := map[string]bool{}
	for _, s := range c.cases {
		if s.resolved == "" {
			open[s.customer] = true
		}
	}
	roles := map[string]role{}
	for _, w := range c.customers {
		roles[w.id] = w.role
	}
	ends := map[string]day{}
	for _, k := range c.contracts {
		ends[k.customer] = max(ends[k.customer], k.ends)
	}
	var alarming []role
	for id, end := range ends {
		if open[id] && end > lastDay && end <= lastDay+91 {
			alarming = append(alarming, roles[id])
		}
	}
	if !slices.Equal(alarming, []role{due}) {
		t.Errorf("contracts due within three months beside an open complaint: %v", alarming)
	}
}

func TestSomeCustomersMustNotBeContacted(t *testing.T) {
	c := example()
	roles, mails := map[string]role{}, map[string]role{}
	for _, w := range c.customers {
		roles[w.id], mails[w.mail] = w.role, w.role
	}
	seen := map[role]int{}
	for _, o := range c.optOuts {
		r, byID := roles[o.customer]
		m, byMail := mails[o.contact]
		if byID == byMail || o.reason == "" || o.since > lastDay {
			t.Errorf("opt-out %+v names nobody, or does not say why or since when", o)
		}
		seen[max(r, m)]++
	}
	for _, r := range []role{costly, neglected, poached, promoted} {
		if seen[r] == 0 {
			t.Errorf("nobody of role %d opted out", r)
		}
	}
}
