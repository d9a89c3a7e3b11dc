package segment

import (
	"errors"
	"fmt"
	"slices"
)

// The target lists, in the order of their claim on a customer.
const (
	Fix     = "fix"      // customers who cost more than they bring: fix or let go
	Keep    = "keep"     // big customers at risk
	WinBack = "win_back" // left by our fault or for a competitor
	Renew   = "renew"    // contracts that are due
	Grow    = "grow"     // medium customers with potential
	Rising  = "rising"   // customers of whom much is expected
	Welcome = "welcome"  // new customers
	Convert = "convert"  // customers who bring no profit
)

// AccountManager as a list's owner means who looks after the customer.
const AccountManager = "account_manager"

// ListPolicy is one target list: whom it has room for, who calls them how, and what is left out.
type ListPolicy struct {
	Name     string
	Rows     int         // capacity; 0 is unlimited
	PerOwner int         // capacity of each caller; 0 is unlimited
	Action   string      // in the company's words; empty: the list's default
	Owner    string      // account_manager: who looks after the customer; otherwise a fixed name
	Control  BasisPoints // share that is not contacted, to measure what contacting does
	DueDays  int         // days from D until the contact is due; of renew the bound of Within
	Within   int         // of renew: days ahead in which contracts end; of welcome: days back in which customers began
	Channels []string    // in the order of preference
	CoolDown []CoolDown  // who was contacted lately is left alone
	Selling  bool        // offers something: not for who has an open complaint or a dispute
	Own      bool        // the company's own, a model sql/publish/list_<name>.sql beside pharos.yaml
}

// CoolDown leaves customers alone for some days after a contact on a channel, or on any.
type CoolDown struct {
	Channel string // any, or one of Channels
	Days    int
}

const (
	dueDays    = 14 // two weeks are what a caller is given
	newDays    = 30 // who began within a month is new
	mostRenew  = 90 // renewals_due looks so many days ahead (analysis.DueDays)
	mostShared = BasisPoints(5000)
)

// ListNames are the target lists in the order of their claim on a customer.
func ListNames() []string {
	return []string{Fix, Keep, WinBack, Renew, Grow, Rising, Welcome, Convert}
}

// DefaultLists are the target lists in the order of their claim on a customer, with capacity,
// action in a language (zh; every other is English) and owner: the customer's own.
func DefaultLists(lang string) []ListPolicy {
	account, mass := []string{"phone", "email", "visit"}, []string{"email", "phone", "visit"}
	rows := []struct {
		name     string
		rows     int
		within   int
		channels []string
		selling  bool
		action   phrase
	}{
		{Fix, 50, 0, account, false, phrase{"Review prices, discounts, returns and service cost with the customer; if that does not help, let go", "与客户复核价格、折扣、退货与服务成本；若无改善则放弃"}},
		{Keep, 50, 0, account, false, phrase{"Visit in person this week, ask what is missing, and agree on the next order", "本周登门拜访，了解未满足的需求，约定下一笔订单"}},
		{WinBack, 100, 0, account, false, phrase{"Call, admit what went wrong, show what has changed, and make one good offer", "致电说明改进，坦诚过失，并提供一个有诚意的方案"}},
		{Renew, 100, mostRenew, account, false, phrase{"Settle what is open, then agree on the renewal before the term ends", "先解决未决问题，在合同到期前谈妥续约"}},
		{Grow, 100, 0, account, true, phrase{"Call with one offer that fits what they buy, and ask what else they buy elsewhere", "结合其购买情况致电推荐一项产品，了解其在别处的采购"}},
		{Rising, 100, 0, mass, true, phrase{"Give them a named contact and first access to what is new", "指定专人联系，优先提供新品"}},
		{Welcome, 100, newDays, mass, true, phrase{"Welcome them, ask whether all went well, and show what fits their first order", "致以欢迎，询问首单体验，推荐与首单相配的产品"}},
		{Convert, 200, 0, mass, true, phrase{"Send one limited offer on products that earn", "针对盈利产品发送一次限时优惠"}},
	}
	out := make([]ListPolicy, 0, len(rows))
	for _, r := range rows {
		out = append(out, ListPolicy{Name: r.name, Rows: r.rows, Action: r.action.in(lang), Owner: AccountManager,
			DueDays: dueDays, Within: r.within, Channels: r.channels, Selling: r.selling})
	}
	return out
}

// OwnList is a list of the company's own before anything is said of it. It offers something, and it
// has no action: only the company knows.
func OwnList(name string) ListPolicy {
	return ListPolicy{Name: name, Rows: 100, Owner: AccountManager, DueDays: dueDays, Channels: []string{"phone", "email", "visit"}, Selling: true, Own: true}
}

// OrderLists puts the lists that are named first, in this order; the others follow as they were.
func OrderLists(lists []ListPolicy, first []string) []ListPolicy {
	place := func(l ListPolicy) int {
		if i := slices.Index(first, l.Name); i >= 0 {
			return i
		}
		return len(first)
	}
	ordered := slices.Clone(lists)
	slices.SortStableFunc(ordered, func(a, b ListPolicy) int { return place(a) - place(b) })
	return ordered
}

// PoolOf is how many would be called if nobody were left out, so that a capacity is used up when
// the control group is taken out of them; 0 is unlimited.
func (p ListPolicy) PoolOf(capacity int) int {
	return int(int64(capacity) * int64(wholeShare) / int64(wholeShare-p.Control))
}

// Validate says what is wrong with a list policy, all of it, one sentence each.
func (p ListPolicy) Validate() error {
	key := "lists." + p.Name
	var errs []error
	if !p.Own {
		errs = append(errs, oneOf("lists", p.Name, ListNames()...))
	}
	if p.Rows < 0 {
		errs = append(errs, fmt.Errorf("%s.rows is %d: use 0 for no limit, or a number of customers", key, p.Rows))
	}
	if p.PerOwner < 0 {
		errs = append(errs, fmt.Errorf("%s.per_owner is %d: use 0 for no limit, or a number of customers", key, p.PerOwner))
	}
	if p.Control < 0 || p.Control > mostShared {
		errs = append(errs, fmt.Errorf("%s.control is %d hundredths of a percent: use 0 %% to 50 %%", key, p.Control))
	}
	if p.Name == Renew && p.Within > mostRenew {
		errs = append(errs, fmt.Errorf("%s.due_within is %d days: contracts are looked at %d days ahead", key, p.Within, mostRenew))
	}
	if len(p.Channels) == 0 {
		errs = append(errs, fmt.Errorf("%s.channels is empty: name one or more of phone, email, sms, visit", key))
	}
	for i, c := range p.Channels {
		errs = append(errs, oneOf(key+".channels", c, Channels()...))
		if slices.Contains(p.Channels[:i], c) {
			errs = append(errs, fmt.Errorf("%s.channels names %s twice: keep one", key, c))
		}
	}
	return errors.Join(errs...)
}

// SuppressionPolicy says which opt-out data a list needs, and under which law customers are contacted.
type SuppressionPolicy struct {
	Required    bool // without opt-out data no list is written
	FreshDays   int  // how old that data may be on D
	Consent     ConsentPolicy
	ConsentHash string   // of a policy file of the company's own: it decides what a run writes
	StaffKinds  []string // kinds of customer who are staff
}

// DefaultSuppression needs opt-out data of the day before, under the law where amounts are in a currency.
func DefaultSuppression(currency string) (SuppressionPolicy, error) {
	consent, err := Policy(PolicyFor(currency))
	return SuppressionPolicy{Required: true, FreshDays: 1, Consent: consent, StaffKinds: []string{"staff", "employee"}}, err
}
