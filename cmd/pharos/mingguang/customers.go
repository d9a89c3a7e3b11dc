package mingguang

import (
	"cmp"
	"fmt"
	"slices"
)

// customer is one row of the CRM, with what the story knows about it beyond.
type customer struct {
	id, name, kind, group        string
	region, city, industry       string
	channel, owner, size, gender string
	born                         string // consumers only, and not all of them
	income                       cents  // consumers only
	mail, phone                  string
	since                        day // acquired, a few days before the first order
	acquisition                  cents

	role   role
	place  int // in the order of size
	joined day // first order
	left   day // last order, 0: still here
	yearly cents
	growth int // basis points per year
	rhythm int
	terms  terms
}

// terms say what a customer pays: a discount on the list price, or a price close to cost.
type terms struct {
	discountBP int
	nearCost   bool
	markupBP   int // on cost, with nearCost; below zero is a sale under cost
}

// isActive says whether the customer still buys.
func (c customer) isActive() bool { return c.left == 0 && c.role != promoted && c.role != prospect }

// cast invents the customers and numbers them in the order in which they came.
func cast() []customer {
	var customers []customer
	for _, g := range groups() {
		for i := range g.count {
			l := roll(rollCast, len(customers))
			customers = append(customers, g.member(l, i, len(customers)))
		}
	}
	slices.SortStableFunc(customers, func(a, b customer) int { return cmp.Compare(a.since, b.since) })
	for i := range customers {
		c := &customers[i]
		c.id = fmt.Sprintf("C%04d", i+1)
		c.mail = fmt.Sprintf("purchase.%04d@example.com", i+1)
		c.phone = fmt.Sprintf("000-5550-%04d", i+1)
	}
	nameGroups(customers)
	return customers
}

// member invents the i-th member of a group; n counts the whole cast.
func (g group) member(l luck, i, n int) customer {
	c := customer{role: g.role, kind: g.kinds[i%len(g.kinds)], place: spread(g.largest, g.smallest, i, g.count)}
	c.joined = day(l.between(int(g.joined[0]), int(g.joined[1])))
	if l.percent(g.founders) {
		c.joined = g.joined[0] + day(l.between(0, 85))
	}
	if c.kind != consumer {
		c.joined = c.joined.workday()
	}
	c.joined = max(c.joined, 0)
	if g.left[1] > 0 {
		c.left = day(spread(int(g.left[0]), int(g.left[1]), i, g.count)).workday()
	}
	c.since = c.joined - day(l.between(3, 45))
	c.yearly = yearlyNet(c.place)
	c.rhythm = rhythmOf(l, c.kind, c.place)
	if c.role == project {
		c.rhythm = 55
	}
	c.growth = l.between(-900, 1600)
	if c.place <= 11 {
		c.growth = 300
	}
	c.terms = termsOf(l, g.role, c.kind)
	c.acquisition = c.yearly.times(l.between(150, 700))
	c.settle(l, g.region, n)
	return c
}

// settle gives the customer a name, a place and a contact.
func (c *customer) settle(l luck, where string, n int) {
	r := pick(l, regionsFor(c.kind, where))
	c.region, c.city, c.owner = r.name, pick(l, r.cities), pick(l, r.owners)
	c.channel = pick(l, []string{"展会", "转介绍", "网站", "电话", "招投标"})
	switch c.role {
	case fairWon:
		c.channel = "光博会2024"
	case promoted:
		c.channel = "双十一促销2025"
	}
	if c.kind == consumer {
		c.person(l, n)
		return
	}
	t := pick(l, trades(c.kind))
	c.industry, c.name = t.industry, c.city+companyRoot(n)+t.suffix
	c.size = "小型"
	if c.place <= 40 {
		c.size = "大型"
	} else if c.place <= 140 {
		c.size = "中型"
	}
}

// regionsFor are the regions that a customer may be in: the one of its group, or any; but the
// dealers of the south-west are a story of their own.
func regionsFor(kind, where string) []region {
	return slices.DeleteFunc(regions(), func(r region) bool {
		return where != "" && r.name != where || where == "" && kind == dealer && r.name == southwest
	})
}

// person fills what is known of a consumer; some never gave their birthday or their income.
func (c *customer) person(l luck, n int) {
	c.name, c.industry, c.size = personName(n), "个人", "个人"
	c.gender = pick(l, []string{"男", "女"})
	c.yearly = yuan(l.between(1200, 6000))
	c.acquisition = yuan(l.between(20, 160))
	if l.percent(90) {
		c.born = (on(2007, 6, 1) - day(l.between(0, 48*365))).iso()
	}
	if l.percent(85) {
		c.income = yuan(1000 * l.between(32, 420))
	}
}

func termsOf(l luck, r role, kind string) terms {
	switch r {
	case showpiece:
		return terms{discountBP: 4100}
	case promoted:
		return terms{nearCost: true}
	case thin:
		return terms{nearCost: true, markupBP: l.between(10, 60)}
	case costly:
		return terms{nearCost: true, markupBP: -l.between(500, 2600)}
	}
	switch kind {
	case distributor:
		return terms{discountBP: l.between(900, 1500)}
	case dealer, agent:
		return terms{discountBP: l.between(700, 1300)}
	case consumer:
		return terms{discountBP: l.between(0, 200)}
	}
	return terms{discountBP: l.between(300, 1000)}
}

// nameGroups makes a group company in four regions: the largest steady company there is the
// parent of the next three.
func nameGroups(customers []customer) {
	for _, name := range []string{"华中", "华东", "华南", "华北"} {
		var members []*customer
		for i := range customers {
			if c := &customers[i]; c.region == name && c.role == steady && c.kind == business {
				members = append(members, c)
			}
		}
		slices.SortStableFunc(members, func(a, b *customer) int { return cmp.Compare(a.place, b.place) })
		for _, m := range members[1:4] {
			m.group = members[0].id
		}
	}
}
