package mingguang

import (
	"cmp"
	"slices"
)

// event is one line of events.jsonl.gz: an answer to a survey, or a contact made with a customer.
type event struct {
	day    day
	minute int
	isTalk bool
	who    string

	element                        string // surveys
	score, expectation, experience int

	channel, owner, outcome string // contacts
}

// eventsOf invents surveys and contacts. The answers follow the story: the dealers of the
// south-west are disappointed by service and delivery, the cohort of the trade fair is delighted.
func eventsOf(customers []customer) []event {
	var events []event
	for i, c := range customers {
		if c.role == prospect {
			continue
		}
		l := roll(rollContacts, i)
		last := lastDay
		if c.left > 0 {
			last = c.left
		}
		if c.role == promoted {
			last = c.joined + 40
		}
		for d := c.joined + day(l.between(10, 200)); d <= last; d += day(l.between(150, 420)) {
			events = append(events, c.answer(l, d))
		}
		pause := 25 + c.place/2
		for d := c.joined + day(l.between(1, 60)); d <= last; d += day(l.between(pause, 2*pause)) {
			events = append(events, event{day: d.workday(), minute: l.between(8*60+30, 17*60+30), isTalk: true, who: c.id,
				channel: pick(l, []string{"拜访", "电话", "电话", "微信", "邮件"}), owner: c.owner,
				outcome: pick(l, []string{"已联系", "已联系", "有意向", "无人接听", "下次再约"})})
		}
	}
	slices.SortStableFunc(events, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.minute, b.minute), cmp.Compare(a.who, b.who))
	})
	return events
}

// answer is one survey: what the customer expected and found, from 1 to 5, and a score from 0 to 10.
func (c customer) answer(l luck, d day) event {
	e := event{day: d, minute: l.between(9*60, 20*60), who: c.id,
		element: pick(l, []string{"接触", "产品质量", "服务", "形象"})}
	e.expectation = l.between(3, 5)
	shift := pick(l, []int{-1, 0, 0, 0, 1})
	switch c.role {
	case neglected, quiet:
		shift = pick(l, []int{-2, -1, -1, 0})
	case fairWon:
		shift = pick(l, []int{0, 0, 1, 1})
	}
	e.experience = min(max(e.expectation+shift, 1), 5)
	e.score = min(max(2*e.experience+l.between(-1, 1), 0), 10)
	return e
}

// optOut is a customer, or a contact, that must not be written to.
type optOut struct {
	customer, contact, channel, reason string
	since                              day
}

// optOutsOf picks who opted out: some of every kind, among them some who would stand on a list.
func optOutsOf(customers []customer) []optOut {
	var outs []optOut
	seen := make(map[role]int)
	for _, c := range customers {
		seen[c.role]++
		n := seen[c.role]
		o := optOut{customer: c.id, channel: "全部", reason: "客户要求", since: min(c.joined+200, lastDay)}
		if c.left > 0 {
			o.since = c.left + 10
		}
		switch {
		case c.role == costly && n%15 == 0, c.role == neglected && n == 7, c.role == thin && n == 4:
		case c.role == poached && n == 5:
			o.reason = "法律纠纷"
		case c.role == promoted && n%6 == 0:
			o.customer, o.contact, o.channel, o.reason = "", c.mail, "邮件", "退订"
		default:
			continue
		}
		outs = append(outs, o)
	}
	return outs
}
