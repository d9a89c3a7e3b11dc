package publish

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/govalues/decimal"

	"github.com/pharos-analytics/pharos/segment"
)

// tables reads the page's tables back: their rows by caption or, without one, by section.
func tables(page string) map[string][][]string {
	found := map[string][][]string{}
	section := ""
	for _, m := range regexp.MustCompile(`(?s)<section class="finding[^"]*" id="([^"]+)"|<table[^>]*>(.*?)</table>`).FindAllStringSubmatch(page, -1) {
		if m[1] != "" {
			section = m[1]
			continue
		}
		name := section
		if c := regexp.MustCompile(`<caption><span>(.*?)</span></caption>`).FindStringSubmatch(m[2]); c != nil {
			name += "/" + html.UnescapeString(c[1])
		}
		for _, row := range regexp.MustCompile(`(?s)<tr[^>]*>(.*?)</tr>`).FindAllStringSubmatch(m[2], -1) {
			var cells []string
			for _, c := range regexp.MustCompile(`(?s)<t[hd][^>]*>(.*?)</t[hd]>`).FindAllStringSubmatch(row[1], -1) {
				text := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(strings.ReplaceAll(c[1], "<small>", "|"), "")
				cells = append(cells, strings.NewReplacer(nbsp, " ", minus, "-").Replace(html.UnescapeString(text)))
			}
			found[name] = append(found[name], cells)
		}
	}
	return found
}

// The formats below are written anew, so that a fault of the report's own cannot hide in them.

func cash(d decimal.Decimal) string { return commas(d.Pad(2).String()) }

func commas(text string) string {
	whole, fraction, ok := strings.Cut(text, ".")
	for re := regexp.MustCompile(`(\d)(\d{3})(,|$)`); re.MatchString(whole); {
		next := re.ReplaceAllString(whole, "$1,$2$3")
		if next == whole {
			break
		}
		whole = next
	}
	if ok {
		return whole + "." + fraction
	}
	return whole
}

func whole(n int64) string { return commas(strconv.FormatInt(n, 10)) }

func pct(v float64) string { return fmt.Sprintf("%.1f %%", v*100) }

func expectRow(t *testing.T, rows [][]string, want ...string) {
	t.Helper()
	for _, row := range rows {
		if len(row) == len(want) && slices.EqualFunc(row, want, func(got, want string) bool { return want == "*" || got == want }) {
			return
		}
	}
	t.Errorf("no row says %q", want)
}

func TestEveryFigureOfTheTablesIsTheDatas(t *testing.T) {
	d := twoYears()
	page := tables(render(t, d, "en"))
	total := d.Profit
	for _, r := range d.Tiers {
		of, _ := r.Profit.Quo(total)
		part, _ := of.Float64()
		expectRow(t, page["tiers"], segment.Word("en", r.Tier), whole(r.Customers), pct(float64(r.Customers)/float64(d.Known)), whole(*r.Previous), cash(r.Revenue), cash(r.Profit), pct(part), "*")
	}
	expectRow(t, page["tiers"], "Total", whole(d.Known), "", "", cash(d.Revenue), cash(d.Profit), "", "")
	for caption, rows := range map[string][]RankedCustomer{"ranking/First by profit": d.Top, "ranking/Last by profit": d.Bottom} {
		for _, c := range rows {
			net, _ := c.Revenue.Sub(c.Discounts)
			net, _ = net.Sub(c.Returns)
			expectRow(t, page[caption], whole(c.Rank), c.Name+"|"+segment.Word("en", c.Kind)+" · "+c.CustomerID, segment.Word("en", c.Tier), cash(net), cash(c.Profit), "", "*")
		}
	}
	for _, c := range d.Causes {
		expectRow(t, page["churn"], "*", whole(c.Customers), pct(*c.Share), cash(c.RevenueLost), cash(c.ProfitLost), "*")
	}
	for _, p := range d.Periods {
		expectRow(t, page["periods/Retention in figures"], p.Period.Format("2006-01"), whole(p.AtStart), whole(p.Kept), pct(*p.Rate), "*")
	}
	for _, r := range d.Segments {
		if r.Segmentation == "kind" {
			expectRow(t, page["segments/By kind of customer"], segment.Word("en", r.Segment), whole(r.Customers), cash(r.Revenue), cash(r.Profit), "")
		}
	}
	for _, l := range d.Actions {
		expectRow(t, page["lists"], "*", whole(l.Rows), cash(l.Value), "*", "*")
	}
	for _, s := range d.Sources {
		expectRow(t, page["quality/Freshness of each table"], "*", s.Source, whole(s.Rows), whole(s.Quarantined), "*", "*")
	}
	for _, q := range d.Quarantine {
		expectRow(t, page["quality/Rows set aside, by rule"], "*", q.Source, "*", whole(q.Rows), "*")
	}
}

func TestEveryFigureOfContractsIsTheDatas(t *testing.T) {
	d := company()
	text := render(t, d, "en")
	page := tables(text)
	for _, b := range d.Contracts.Bridge {
		expectRow(t, page["contracts/The bridge of monthly value in figures"], "*", cash(b.Amount), whole(b.Customers))
	}
	for _, p := range d.Contracts.Periods {
		if p.Kind == "month" {
			expectRow(t, page["contracts/From period to period"], p.Period.Format("2006-01"), whole(p.Customers), whole(p.CustomersKept), pct(*p.Logo), pct(*p.ContractLogo),
				pct(*p.GRR), pct(*p.NRR), map[string]string{"observed": "complete", "in_progress": "not over"}[p.State])
		}
	}
	for _, b := range d.Contracts.By {
		rate := noValue
		if b.Rate != nil {
			rate = pct(*b.Rate)
		}
		expectRow(t, page["contracts/By tier a year ago and by kind of customer"], "*", whole(b.Customers), pct(*b.Logo), pct(*b.GRR), pct(*b.NRR), whole(b.Due), whole(b.Renewed), rate)
	}
	for _, r := range d.Contracts.Renewed {
		rate := noValue
		if r.Rate != nil {
			rate = pct(*r.Rate)
		}
		expectRow(t, page["renewals/Renewals in figures"], r.Period.Format("2006-01"), whole(r.Due), whole(r.Renewed), whole(r.Pending), whole(r.Lost), rate,
			cash(r.ValueDue), cash(r.ValueRenewed), whole(r.Upgrades), whole(r.Downgrades), whole(r.Early), "*")
	}
	for _, r := range d.Contracts.Due {
		expectRow(t, page["renewals/Due next"], r.Name+"|"+r.CustomerID, r.ContractID, r.Due.Format("2006-01-02"), whole(r.DaysLeft), cash(r.Value), whole(r.OpenCases), "*")
	}
	plain := strings.ReplaceAll(text, nbsp, " ")
	for _, said := range []string{"Of the 80 customers with a contract twelve months ago, 72 still have one: 90.0 % (95 % interval 81.5 % to 94.8 %).",
		"Of their CNY 6.00 M a month, 85.0 % stayed without counting growth (GRR), 90.7 % with it (NRR).",
		"Of 100 contracts whose term ended in the last twelve months, 85 were renewed: 85.0 %.", "Pending, because their grace is not over: 3 contracts.",
		"Due within 90 days and not renewed: 27 contracts, CNY 13.2 M a year. Of them with an open complaint: 1 contract."} {
		if !strings.Contains(plain, said) {
			t.Errorf("the page does not say %q", said)
		}
	}
}

func TestEveryFigureOfTheFunnelIsTheDatas(t *testing.T) {
	d := company()
	text := render(t, d, "en")
	page := tables(text)
	or := func(v *float64, text func(float64) string) string {
		if v == nil {
			return noValue
		}
		return text(*v)
	}
	plainDays := func(v float64) string { return strings.TrimSuffix(oneDecimal(v), ".0") }
	for _, st := range d.Funnel.Stages {
		expectRow(t, page["funnel/The funnel in figures"], st.Stage, whole(st.Entered), whole(st.Converted), whole(st.Open), whole(st.Lost),
			or(st.Conversion, pct), or(st.Low, pct), or(st.High, pct), or(st.MedianDays, plainDays))
	}
	for _, st := range d.Funnel.Pipeline {
		weighted := noValue
		if st.Weighted != nil {
			weighted = cash(*st.Weighted)
		}
		expectRow(t, page["funnel/What is open"], st.Stage, whole(st.Deals), cash(st.Value), or(st.Chance, pct), weighted, whole(st.Stuck), whole(st.WithoutAmount))
	}
	for _, o := range d.Funnel.Owners[:ownerRows] {
		expectRow(t, page["signing/By owner, the largest first"], o.Owner, whole(o.Opportunities), whole(o.Won), whole(o.Lost), whole(o.Open), or(o.Signing, pct), or(o.Close, pct),
			or(o.CloseLow, pct), or(o.CloseHigh, pct), cash(o.WonValue), or(o.Timely, pct), or(o.Complete, pct))
	}
	plain := strings.ReplaceAll(text, nbsp, " ")
	for _, said := range []string{"Of 640 opportunities, 260 were signed: 40.6 %. Still open: 170;", "Open deals are worth CNY 4.00 M, and CNY 1.81 M weighted",
		"Open without an amount: 5 opportunities.", "Longer in their stage than nine in ten closed deals were: 9 opportunities;",
		"Won deals took 51.8 days on average, half of them at most 57 (258 opportunities).", "Lost deals took 41.5 days on average, half of them at most 14 (210 opportunities)."} {
		if !strings.Contains(plain, said) {
			t.Errorf("the page does not say %q", said)
		}
	}
}

func TestEveryFigureOfWhatIsOfferedNextIsTheDatas(t *testing.T) {
	d := company()
	text := render(t, d, "en")
	page := tables(text)
	sign := func(v float64) string {
		if v > 0 {
			return "+" + oneDecimal(100*v)
		}
		return oneDecimal(100 * v)
	}
	for _, r := range d.Baskets.Trials {
		expectRow(t, page["offers/How naming the next product did, by the number of products named"], whole(r.Places), whole(r.Hits), pct(*r.Rate), whole(r.PopularHits), pct(*r.Popular),
			sign(*r.Difference), sign(*r.Low), sign(*r.High))
	}
	for _, p := range d.Baskets.Together[:pairRows] {
		expectRow(t, page["offers/Bought together, most often beyond chance first"], "*", "*", whole(p.Both), whole(p.OfA), whole(p.OfB), pct(*p.AB), pct(*p.BA), "*")
	}
	plain := strings.NewReplacer(nbsp, " ", "&#43;", "+").Replace(text)
	for _, said := range []string{"Of 310 customers to whom 10 products were named, 40.0 % bought one of them; of the 10 most popular, 31.0 % bought one.",
		"That is a trial on the 90 days from 2026-06-03 on, with what was known before. The difference is +9.0 points (95 % interval +2.7 to +15.3).",
		"Mart next_products names up to ten for 390 customers. Of these, 45 of 3,900 are only popular",
		"In 12,345 baskets 640 pairs of products are common enough to be counted; 123 of them stand together more often than chance would have it, of which at most 5.0 %"} {
		if !strings.Contains(plain, said) {
			t.Errorf("the page does not say %q", said)
		}
	}
	for reason, said := range map[string]string{"no_better": "not surely better than the most popular products", "worse": "the most popular products did better",
		"too_few_customers": "too few customers bought both before and in the days", "no_pairs": "no two products go together often enough"} {
		refused := company()
		for i := range refused.Baskets.Trials {
			refused.Baskets.Trials[i].Usable, refused.Baskets.Trials[i].Reason = false, reason
		}
		if text := render(t, refused, "en"); !strings.Contains(text, "No next product is named: "+said) && !strings.Contains(text, "No next product is named: that is "+said) {
			t.Errorf("refused as %s, and the page does not say %q", reason, said)
		}
	}
}

func TestEveryFigureOfWhatChangedIsTheDatas(t *testing.T) {
	d := company()
	page := tables(render(t, d, "en"))
	steps := decimal.Zero
	for _, b := range d.Bridge {
		expectRow(t, page["bridge/The bridge in figures"], "*", cash(b.Amount), whole(b.Customers), "*")
		if !b.Total {
			steps, _ = steps.Add(b.Amount)
		}
	}
	if end, _ := d.Bridge[0].Amount.Add(steps); end.Cmp(d.Profit) != 0 {
		t.Errorf("the bridge of the fixture ends at %s, not at %s", end, d.Profit)
	}
	matrix := page["movement/From tier (rows) to tier (columns): customers, and the change of their profit in CNY"]
	for _, m := range d.Movement {
		column := slices.Index(matrix[0], m.To)
		row := slices.IndexFunc(matrix, func(cells []string) bool { return cells[0] == m.From })
		if want := whole(m.Customers) + "|" + cash(m.Change); matrix[row][column] != want {
			t.Errorf("from %s to %s the matrix says %s, not %s", m.From, m.To, matrix[row][column], want)
		}
	}
	for _, c := range d.MovementCauses {
		expectRow(t, page["movement/Main causes"], "*", whole(c.Customers), cash(c.Change))
	}
	for _, m := range d.Movers {
		caption := map[bool]string{true: "movement/Who gained most", false: "movement/Who lost most"}[m.Change.IsPos()]
		expectRow(t, page[caption], m.Name+"|"+m.CustomerID, m.From+" → "+m.To, cash(m.Before), cash(m.Now), cash(m.Change), "*")
	}
	for _, r := range d.Reconciliation {
		expectRow(t, page["ledger/Where the money of the ledger stands (CNY)"], "*", cash(r.Ledger), cash(r.Assigned), cash(r.Allocated), cash(r.Unassigned), cash(r.Missing))
	}
	for _, r := range d.Restatements {
		expectRow(t, page["restatements"], r.Period, whole(r.Customers), cash(r.First), cash(r.Now), cash(r.Change))
	}
	for _, m := range d.LightMonths {
		want := noValue
		if m.Value != nil {
			want = pct(*m.Value)
		}
		expectRow(t, page["months/The months in figures"], m.Month.Format("2006-01"), want)
	}
	for want, value := range map[string]float64{"profit of one point more retention": *d.Money.Plus1, "cost to win a customer": *d.Money.AcquisitionCost} {
		expectRow(t, page["money"], want, fmt.Sprintf("CNY %s", commas(fmt.Sprintf("%.2f", value))), "*")
	}
}

func TestALedgerThatDoesNotAgreeIsSaid(t *testing.T) {
	d := company()
	d.Reconciliation[1].Missing = cents(-1)
	if text := visible(t, render(t, d, "en")); !strings.Contains(text, "do not agree: overhead by -0.01.") {
		t.Error("a cent that is missing from the ledger is not said")
	}
}

func TestEveryCellOfTheHeatMapIsTheDatas(t *testing.T) {
	d := twoYears()
	rows := tables(render(t, d, "en"))["cohorts/Share of each cohort's customers active in a later period, in percent"]
	counts := tables(render(t, d, "en"))["cohorts/The cohorts in customers"]
	byCohort := map[string][]string{}
	for _, r := range rows {
		byCohort[r[0]] = r
	}
	countsOf := map[string][]string{}
	for _, r := range counts {
		countsOf[r[0]] = r
	}
	for _, c := range d.Cohorts {
		row, n := byCohort[c.Cohort.Format("2006-01")], countsOf[c.Cohort.Format("2006-01")]
		want, wantCount := "", ""
		if c.Rate != nil {
			want, wantCount = strings.TrimSuffix(fmt.Sprintf("%.1f", *c.Rate*100), "100.0"), whole(*c.Active)
			if want == "" {
				want = "100"
			}
		}
		if row[1] != whole(c.Size) || row[c.Age+2] != want || n[c.Age+2] != wantCount {
			t.Fatalf("cohort %s at %d: %q and %q, want %q and %q", c.Cohort.Format("2006-01"), c.Age, row[c.Age+2], n[c.Age+2], want, wantCount)
		}
	}
}

func TestPageOneSaysTheNumberItsChangeAndItsInterval(t *testing.T) {
	d := company()
	text := visible(t, render(t, d, "en"))
	for _, want := range []string{
		"Profit rose 4.2 % to CNY 19.6 M while 45 customers cost us CNY 962 K\n",
		"\n9.2 %\n", "that is CNY 1.27 M", "7.1 % a month earlier: up 2.1 points", "95 % interval 6.1 % to 12.8 %",
		"Target 5.0 % by 2026-12-31: 4.2 points to go", "Milestone 10.0 % by 2026-07-31: reached",
		"Milestone 8.0 % by 2026-10-31: 1.2 points to go", "Milestone 6.0 % by 2026-11-30: 3.2 points to go",
		"Basis: margin of the order lines, before cost to serve", "79.9 % of it stands on the 3 below.",
		"CNY 521 K, 41.0 % of the number", "\nkeep: 14 customers\n", "\nCNY 1.27 M at stake\n", "Owner: 王芳",
		"contracts, 12 days old", "4 of 6 passed", "12 of 133,620 rows", "2026-09-01-4f1c09ab77de",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("page one does not say %q", want)
		}
	}
}

func TestTheTitleFitsTheFinding(t *testing.T) {
	shrinking, steady, debut := company(), company(), company()
	for i, k := range shrinking.KPIs {
		if k.Name == "profit" {
			before := *k.Value * 1.25
			shrinking.KPIs[i].Previous = &before
			steady.KPIs[i].Previous = k.Value
			debut.KPIs[i].Previous = nil
		}
	}
	mostlyLoss := company()
	mostlyLoss.Profit = cents(-50_000_000)
	for name, c := range map[string]struct {
		data   ReportData
		en, zh string
	}{
		"it fell":          {shrinking, "Profit fell 20.0 % to CNY 19.6 M while 45 customers", "利润下降 20.0%"},
		"it held":          {steady, "Profit held at CNY 19.6 M while", "利润持平，为 CNY 1,958 万"},
		"no earlier month": {debut, "Profit is CNY 19.6 M while", "利润为 CNY 1,958 万"},
		"a total loss":     {mostlyLoss, "We lost CNY 500 K: 45 customers cost us CNY 962 K, more than all others earned", "我们亏损 CNY 50.0 万"},
		"only losses":      {onlyLosses(), "not one customer made a profit, and 12 customers cost us money", "没有一位客户带来利润"},
		"one customer":     {oneCustomer(), "Our only customer brought a profit of CNY 3.00 K", "我们唯一的客户带来利润 CNY 3,000"},
		"no costs":         {noCosts(), "of it from the largest fifth of the customers", "来自最大的五分之一客户"},
		"nothing":          {nothing(), "No customer has revenue or cost in this window", "没有任何客户有收入或成本"},
	} {
		for lang, want := range map[string]string{"en": c.en, "zh": c.zh} {
			if got := visible(t, render(t, c.data, lang)); !strings.Contains(got, want) {
				t.Errorf("%s: the title does not say %q", name, want)
			}
		}
	}
}

func TestWithoutCostsNobodyIsCalledALossMaker(t *testing.T) {
	text := visible(t, render(t, noCosts(), "en"))
	if !strings.Contains(text, "No cost is known, so customers are ranked by net revenue.") {
		t.Error("page one does not say that no cost is known")
	}
	for _, claim := range []string{"cost us", "loses", "loss-making", "Past the peak", "keeps ", "profit (", "Profit ("} {
		if strings.Contains(text, claim) {
			t.Errorf("the page says %q without knowing a cost", claim)
		}
	}
}

func TestTheThirdLargestCustomerThatLosesMoneyIsFound(t *testing.T) {
	text := visible(t, render(t, company(), "en"))
	if !strings.Contains(text, "临江通信设备 3 is number 5 by revenue and still loses CNY 318 K.") {
		t.Error("the big loss-maker is not named")
	}
	if !strings.Contains(text, "goods cost more than they bring: 115.8 % of net revenue; discounts take 29.0 % of revenue; returns take 14.0 % of revenue") {
		t.Error("the reason of its loss is not said")
	}
}
