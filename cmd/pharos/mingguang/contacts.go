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
		asks := roll(rollInvitations, i)
		isSilent := asks.percent(c.silence())
		var asked []day
		for d := c.joined + day(l.between(10, 200)); d <= last; d += day(l.between(150, 420)) {
			if e := c.answer(l, d); !isSilent {
				events = append(events, e)
			}
			asked = append(asked, d)
		}
		events = append(events, c.invitations(asks, asked, last)...)
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

// invitation is the outcome of a contact that asks for an answer.
const invitation = "调查邀请"

// silence is how many in a hundred of such customers never answer: those treated badly more often.
func (c customer) silence() int {
	switch c.role {
	case neglected, quiet, costly:
		return 55
	}
	return 24
}

// invitations are the mails that ask for an answer: one some days before each, and others that stay
// without one.
func (c customer) invitations(l luck, asked []day, last day) []event {
	var days []day
	for _, d := range asked {
		days = append(days, max(d-day(l.between(1, 6)), c.joined))
	}
	for d := c.joined + day(l.between(30, 800)); d <= last; d += day(l.between(420, 840)) {
		days = append(days, d)
	}
	var events []event
	for _, d := range days {
		events = append(events, event{day: d, minute: l.between(8*60, 8*60+59), isTalk: true, who: c.id, channel: "邮件", owner: c.owner, outcome: invitation})
	}
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
