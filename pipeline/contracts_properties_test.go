package pipeline

import (
	"fmt"
	"testing"
	"time"
)

func eachContractTown(t *testing.T, test func(t *testing.T, w *town, deals []deal)) {
	eachTown(t, []townKind{"contracts"}, func(t *testing.T, seed uint64, _ townKind) {
		w := newContractTown(seed)
		test(t, w, w.deals())
	})
}

// stay is what contracts came to between two days.
type stay struct {
	customers, kept, contracts, contractsKept, start, both, end, all int64
	isGrown                                                          bool
}

// stayed reads the definitions: who had a contract on the day before a and who on the day before b.
func stayed(deals []deal, renewed map[string]string, a, b time.Time) stay {
	before, after := a.AddDate(0, 0, -1), b.AddDate(0, 0, -1)
	was, is := map[string]int64{}, map[string]int64{}
	chainWas, chainIs := map[string]bool{}, map[string]bool{}
	for _, d := range deals {
		if d.value == 0 {
			continue
		}
		first := d.id
		for renewed[first] != "" {
			first = renewed[first]
		}
		if d.isOn(before) {
			was[d.customer] += d.value
			chainWas[first] = true
		}
		if d.isOn(after) {
			is[d.customer] += d.value
			chainIs[first] = true
		}
	}
	var s stay
	for customer, m0 := range was {
		m1 := is[customer]
		s.customers++
		if m1 > 0 {
			s.kept++
		}
		s.start, s.both, s.end = s.start+m0, s.both+min(m0, m1), s.end+m1
		s.isGrown = s.isGrown || m1 > m0
	}
	for _, m1 := range is {
		s.all += m1
	}
	s.contracts = int64(len(chainWas))
	for first := range chainWas {
		if chainIs[first] {
			s.contractsKept++
		}
	}
	return s
}

func TestWhatStaysOfContractsIsWhatAPlainReadingOfThemSays(t *testing.T) {
	eachContractTown(t, func(t *testing.T, w *town, deals []deal) {
		eng := w.compute(t, "analysis.contract_retention", "analysis.contract_bridge")
		renewed, kinds := links(deals), map[string]int{}
		for _, row := range ask(t, eng, `select r.period_kind, r.period, customers_start, customers_kept, contracts_start, contracts_kept, value_start,
			value_kept, value_end, b.amount, grr, nrr, r.state from analysis.contract_retention as r inner join analysis.contract_bridge as b
			on r.period_kind = b.period_kind and r.period = b.period and b.component = 'end' order by r.period_kind, r.period`) {
			kind, from := row[0].(string), row[1].(time.Time)
			kinds[kind]++
			to := map[string]time.Time{"window": w.until, "month": from.AddDate(0, 1, 0), "quarter": from.AddDate(0, 3, 0), "year": from.AddDate(1, 0, 0)}[kind]
			state := "observed"
			if to.After(w.until) {
				to, state = w.until, "in_progress"
			}
			want := stayed(deals, renewed, from, to)
			got := stay{row[2].(int64), row[3].(int64), row[4].(int64), row[5].(int64), parts(t, row[6]), parts(t, row[7]), parts(t, row[8]), parts(t, row[9]), want.isGrown}
			if got != want || row[12] != state {
				t.Errorf("%s from %s: %+v %v, not %+v %s", kind, from.Format(time.DateOnly), got, row[12], want, state)
			}
			expectLaws(t, fmt.Sprint(kind, " from ", from.Format(time.DateOnly)), got, row[10], row[11])
		}
		if kinds["window"] != 1 || kinds["month"] != 36 || kinds["quarter"] < 13 || kinds["year"] < 4 {
			t.Errorf("there are %v", kinds)
		}
		for _, row := range ask(t, eng, `select period_kind, period, sum(case when component = 'end' then -amount else amount end) as over,
			sum(case when component = 'end' then -customers when component in ('expansion', 'contraction') then 0
				when component = 'churn' then -customers else customers end) as over_customers
			from analysis.contract_bridge group by period_kind, period having over <> 0 or over_customers <> 0`) {
			t.Errorf("the bridge does not add up: %v", row)
		}
	})
}

// expectLaws says what holds of any company: growth can only add, a customer who left took a
// contract along, and what is left never exceeds what there was.
func expectLaws(t *testing.T, where string, s stay, grr, nrr any) {
	t.Helper()
	if s.customers-s.kept > s.contracts-s.contractsKept {
		t.Errorf("%s: %d customers left, %d contracts ended", where, s.customers-s.kept, s.contracts-s.contractsKept)
	}
	if s.start == 0 {
		if grr != nil || nrr != nil {
			t.Errorf("%s: of nothing %v and %v are left", where, grr, nrr)
		}
		return
	}
	g, n := grr.(float64), nrr.(float64)
	if g < 0 || g > 1 || g > n || !s.isGrown && g != n {
		t.Errorf("%s: GRR %v, NRR %v, growth: %v", where, g, n, s.isGrown)
	}
}

func TestEveryContractEndsInOneStateAndIsRenewedAsAPlainReadingSays(t *testing.T) {
	eachContractTown(t, func(t *testing.T, w *town, deals []deal) {
		eng := w.compute(t, "analysis.renewals")
		renewed := links(deals)
		type row struct {
			state, renews string
			renewals, due int64
			worth         int64 // -1: not renewed
		}
		want, byID := map[string]row{}, map[string]deal{}
		for _, d := range deals {
			byID[d.id] = d
			want[d.id] = row{renews: renewed[d.id], due: d.value, worth: -1}
		}
		for id, old := range renewed {
			if r := want[old]; days(byID[old].ended, byID[id].starts) <= graceDays && !byID[old].ended.IsZero() {
				r.renewals, r.worth = r.renewals+1, max(r.worth, 0)+byID[id].value
				want[old] = r
			}
		}
		count := map[string]int64{}
		for id, r := range want {
			r.state = stateOf(byID[id], w.until, r.renewals > 0)
			want[id] = r
			count[r.state]++
		}
		for _, v := range ask(t, eng, "select contract_id, state, coalesce(renews, ''), renewals, value_due, coalesce(value_renewed, -0.0001) from analysis.renewals") {
			id := v[0].(string)
			if got := (row{v[1].(string), v[2].(string), v[3].(int64), parts(t, v[4]), parts(t, v[5])}); got != want[id] {
				t.Errorf("%s: %+v, not %+v", id, got, want[id])
			}
			delete(want, id)
		}
		for id := range want {
			t.Errorf("%s is missing", id)
		}
		for _, state := range []string{"renewed", "pending", "lapsed", "running", "terminated_early", "cancelled"} {
			if count[state] == 0 {
				t.Errorf("no contract of the town is %s", state)
			}
		}
		eng = w.compute(t, "analysis.contract_renewals")
		sums := ask(t, eng, "select cast(sum(renewed) as bigint), cast(sum(pending) as bigint), cast(sum(lost) as bigint), cast(sum(early_terminations) as bigint), cast(sum(due) as bigint) from analysis.contract_renewals")[0]
		all := []int64{count["renewed"], count["pending"], count["lapsed"], count["terminated_early"], count["renewed"] + count["pending"] + count["lapsed"]}
		if fmt.Sprint(sums) != fmt.Sprint(all) {
			t.Errorf("the periods add up to %v, not %v", sums, all)
		}
		if broken := ask(t, eng, `select count(*) from analysis.contract_renewals where due <> renewed + pending + lost or grr > 1 or grr > nrr
			or rate < rate_low - 1e-15 or rate > rate_high + 1e-15 or (rate is null) <> (due = pending)`)[0][0]; broken != int64(0) {
			t.Errorf("%v periods break a law", broken)
		}
	})
}

// stateOf is what became of a contract on D.
func stateOf(d deal, until time.Time, isRenewed bool) string {
	switch {
	case d.isEarly && d.ends.IsZero():
		return "cancelled"
	case d.isEarly:
		return "terminated_early"
	case d.ended.IsZero() || !d.ended.Before(until):
		return "running"
	case isRenewed:
		return "renewed"
	case days(d.ended, until) < graceDays:
		return "pending"
	}
	return "lapsed"
}

func TestTheContractsOfEveryCompanyStayAsAPlainReadingSays(t *testing.T) {
	eachContractTown(t, func(t *testing.T, w *town, deals []deal) {
		eng := w.compute(t, "analysis.contract_retention_by")
		renewed, own := links(deals), map[string][]deal{}
		for _, d := range deals {
			own[d.company()] = append(own[d.company()], d)
		}
		start := w.until.AddDate(-1, 0, 0)
		for _, row := range ask(t, eng, `select segment, customers_start, customers_kept, value_start, value_kept, value_end, grr, nrr, logo_retention,
			logo_low, logo_high from analysis.contract_retention_by where segmentation = 'company'`) {
			company := row[0].(string)
			want := stayed(own[company], renewed, start, w.until)
			delete(own, company)
			if fmt.Sprint(row[1], row[2], parts(t, row[3]), parts(t, row[4]), parts(t, row[5])) != fmt.Sprint(want.customers, want.kept, want.start, want.both, want.end) {
				t.Errorf("%s: %v, not %+v", company, row, want)
			}
			expectLaws(t, company, want, row[6], row[7])
			if want.customers > 0 && (row[8].(float64) < row[9].(float64)-1e-15 || row[8].(float64) > row[10].(float64)+1e-15) {
				t.Errorf("%s: %v is not within its interval", company, row)
			}
		}
		for company := range own {
			if s := stayed(own[company], renewed, start, w.until); s.customers > 0 {
				t.Errorf("%s is missing: %+v", company, s)
			}
		}
	})
}

func TestTheOrderOfTheRowsChangesNothingOfContracts(t *testing.T) {
	w := newContractTown(5)
	say := func() string {
		rows := ask(t, w.compute(t, "analysis.renewals"), "select * from analysis.renewals order by customer_id, contract_id")
		stays := ask(t, w.compute(t, "analysis.contract_retention"), "select * from analysis.contract_retention order by period_kind, period")
		return fmt.Sprint(rows, stays)
	}
	before := say()
	w.rng.Shuffle(len(w.contracts), func(i, j int) { w.contracts[i], w.contracts[j] = w.contracts[j], w.contracts[i] })
	if after := say(); after != before {
		t.Error("the same contracts in another order say something else")
	}
}
