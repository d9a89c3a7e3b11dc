package publish

import (
	"cmp"
	"slices"

	"github.com/govalues/decimal"
)

// Potential is what the lifetime models say of the customers who are not big yet.
type Potential struct {
	Months   int    // how far ahead
	Model    string // the configured model of purchases: mbg_nbd, bg_nbd, pareto_nbd
	Named    int64  // customers in the mart potential
	Expected decimal.Decimal
	Rising   []RisingCustomer // the first of them
	Backtest []Backtest
	Models   []LifetimeModel
	Trials   []Trial
}

// RisingCustomer is a row of mart potential.
type RisingCustomer struct {
	Rank                int64
	CustomerID, Name    string
	Tier, Why           string
	CLV, Low, Spend     decimal.Decimal
	High                *decimal.Decimal
	Alive, Purchases    float64
	Frequency, DaysPast int64
}

// Backtest is a row of mart potential_backtest.
type Backtest struct {
	Method          string // clv, revenue, random
	Named           int64
	BecameBig       float64 // by chance a number to be expected
	Rate, Low, High *float64
}

// LifetimeModel is a row of mart model_fit.
type LifetimeModel struct {
	Model, Reason     string
	Customers         *int64
	HoldoutError, MAE *float64
	Usable            bool
}

// Trial is a row of mart model_calibration: predicted and actual purchase days.
type Trial struct {
	Model, Bought     string
	Customers         int64
	Predicted, Actual float64
}

// What model_fit says beside models that could not be fitted.
const (
	nobodyLeaves  = "nobody_leaves" // of the configured model: where nbd is usable, that is used in its place
	noMargin      = "no_margin"     // of the model in use: purchases are expected, their profit is not known
	withoutLeaves = "nbd"
)

// inUse is the model whose purchases the figures stand on.
func (p Potential) inUse() string {
	gaveUp, hasOther := false, false
	for _, m := range p.Models {
		gaveUp = gaveUp || m.Model == p.Model && !m.Usable && m.Reason == nobodyLeaves
		hasOther = hasOther || m.Model == withoutLeaves && m.Usable
	}
	if gaveUp && hasOther {
		return withoutLeaves
	}
	return p.Model
}

// risingRows are the customers that the chart shows; the table shows rankedRows.
const risingRows = 12

// potentialSection shows who is not big yet and is expected to bring much, how such naming did a
// year ago, and how far the models can be trusted.
func potentialSection(s *speech, d ReportData) (section, bool) {
	p := d.Potential
	if len(p.Models) == 0 {
		return section{}, false
	}
	sec := section{ID: "potential", Heading: s.say("potential.heading"), Findings: potentialFindings(s, d),
		Definition: byBasis(s, d, "potential.definition", s.count("potential.months", int64(p.Months)))}
	rising := slices.Clone(p.Rising)
	slices.SortFunc(rising, func(a, b RisingCustomer) int { return cmp.Compare(a.Rank, b.Rank) })
	if len(rising) > 0 {
		bars := risingBars(s, rising)
		sec.Wide = barChart(sec.Heading, sec.Findings[0], bars, "potential-wide", wide)
		sec.Narrow = barChart(sec.Heading, sec.Findings[0], bars, "potential-narrow", narrow)
		sec.Details = append(sec.Details, risingTable(s, d, rising))
	}
	sec.Details = append(sec.Details, modelTable(s, p))
	if t := trialTable(s, p); len(t.Rows) > 0 {
		sec.Details = append(sec.Details, t)
	}
	return sec, true
}

func potentialFindings(s *speech, d ReportData) []string {
	p := d.Potential
	used := p.inUse()
	var because []string // why another model than the configured one is used
	if used != p.Model {
		because = []string{s.say("potential.in_place", s.term("model", p.Model), s.term("model", used))}
	}
	for _, m := range p.Models {
		switch {
		case m.Model != used:
		case !m.Usable:
			return []string{s.say("potential.refused", s.term("model", m.Model), s.term("fit_reason", m.Reason))}
		case m.Reason == noMargin:
			return slices.Concat([]string{s.say("potential.no_margin")}, because)
		}
	}
	if p.Named == 0 {
		return slices.Concat([]string{s.say("potential.nobody")}, because, backtestLines(s, p))
	}
	findings := []string{byBasis(s, d, "potential.finding", s.count("n.customers", p.Named), s.money(p.Expected), s.count("potential.months", int64(p.Months)))}
	i := slices.IndexFunc(p.Rising, func(r RisingCustomer) bool { return r.Rank == minRank(p.Rising) })
	if i >= 0 {
		first := p.Rising[i]
		findings = append(findings, s.say("potential.first", s.name(first.Name, first.CustomerID), s.money(first.CLV), bounds(s, first)))
	}
	return slices.Concat(findings, because, backtestLines(s, p))
}

func minRank(rows []RisingCustomer) int64 {
	least := int64(0)
	for i, r := range rows {
		if i == 0 || r.Rank < least {
			least = r.Rank
		}
	}
	return least
}

// bounds are the uncertainty of an estimate.
func bounds(s *speech, r RisingCustomer) string {
	if r.High == nil {
		return s.say("potential.above", s.money(r.Low))
	}
	return s.say("potential.between", s.money(r.Low), s.money(*r.High))
}

// backtestLines say how the naming of a year ago did, also when it did no better than a simpler one.
func backtestLines(s *speech, p Potential) []string {
	by := map[string]Backtest{}
	for _, b := range p.Backtest {
		by[b.Method] = b
	}
	model, hasModel := by["clv"]
	spend, chance := by["revenue"], by["random"]
	switch {
	case !hasModel:
		return nil
	case model.Named == 0:
		return []string{s.say("potential.untested")}
	}
	line := s.say("potential.backtest", s.count("n.customers", model.Named), s.number(int64(model.BecameBig)), s.percent(model.Rate),
		s.percent(model.Low), s.percent(model.High), s.number(int64(spend.BecameBig)), oneDecimal(chance.BecameBig))
	verdict := "potential.no_better"
	switch {
	case model.Low != nil && spend.High != nil && *model.Low > *spend.High:
		verdict = "potential.better"
	case model.BecameBig > spend.BecameBig:
		verdict = "potential.unclear"
	}
	return []string{s.sentences(line, s.say(verdict))}
}

func risingBars(s *speech, rising []RisingCustomer) []bar {
	var bars []bar
	for _, r := range rising[:min(len(rising), risingRows)] {
		bars = append(bars, bar{name: fullName(r.Name, r.CustomerID), class: "bar-blue", value: plot(r.CLV), text: s.money(r.CLV)})
	}
	return bars
}

func risingTable(s *speech, d ReportData, rising []RisingCustomer) table {
	t := table{Caption: s.say("potential.table"), Columns: []heading{
		{s.say("col.customer"), "text"}, {s.say("potential.col.tier"), "tier"}, {byBasis(s, d, "potential.col.clv", s.currency), "n"},
		{s.say("potential.col.bounds", s.currency), "n"}, {s.say("potential.col.purchases"), "n"}, {s.say("potential.col.spend", s.currency), "n"},
		{s.say("potential.col.alive"), "n"}, {s.say("potential.col.why"), "text"},
	}}
	for _, r := range rising[:min(len(rising), rankedRows)] {
		limits := "≥ " + s.exact(r.Low)
		if r.High != nil {
			limits = s.exact(r.Low) + " – " + s.exact(*r.High)
		}
		row := append([]cell{customer(r.Name, r.CustomerID), {Text: s.term("tier", r.Tier), Mark: r.Tier}}, words(s.exact(r.CLV), limits,
			signed(oneDecimal(r.Purchases)), s.exact(r.Spend), s.percent(&r.Alive), s.term("why", r.Why))...)
		t.Rows = append(t.Rows, row)
	}
	return t
}

func modelTable(s *speech, p Potential) table {
	t := table{Caption: s.say("potential.models"), Columns: []heading{
		{s.say("potential.col.model"), "text"}, {s.say("potential.col.customers"), "n"}, {s.say("potential.col.missed"), "n"},
		{s.say("potential.col.mae"), "n"}, {s.say("potential.col.usable"), "text"},
	}}
	models := slices.Clone(p.Models)
	slices.SortFunc(models, func(a, b LifetimeModel) int { return cmp.Compare(a.Model, b.Model) })
	for _, m := range models {
		name, fitted, mae, usable := s.term("model", m.Model), noValue, noValue, s.say("potential.usable")
		if m.Model == p.inUse() {
			name = s.say("potential.chosen", name)
		}
		if m.Customers != nil {
			fitted = s.number(*m.Customers)
		}
		if m.MAE != nil {
			mae = s.figure(m.MAE, "ratio")
		}
		switch {
		case !m.Usable:
			usable = s.term("fit_reason", m.Reason)
		case m.Reason != "":
			usable = s.say("potential.usable_but", s.term("fit_reason", m.Reason))
		}
		t.Rows = append(t.Rows, words(name, fitted, missed(s, m.HoldoutError), mae, usable))
	}
	return t
}

// missed is an error with its sign: +11.6 % too many, -16.2 % too few.
func missed(s *speech, v *float64) string {
	if finite(v) && *v > 0 {
		return "+" + s.percent(v)
	}
	return s.percent(v)
}

// trialTable is the calibration of the model in use.
func trialTable(s *speech, p Potential) table {
	used := p.inUse()
	t := table{Caption: s.say("potential.trials", s.term("model", used)), Columns: []heading{
		{s.say("potential.col.bought"), ""}, {s.say("potential.col.customers"), "n"}, {s.say("potential.col.predicted"), "n"}, {s.say("potential.col.actual"), "n"},
	}}
	trials := slices.DeleteFunc(slices.Clone(p.Trials), func(r Trial) bool { return r.Model != used })
	slices.SortFunc(trials, func(a, b Trial) int { return cmp.Compare(a.Bought, b.Bought) }) // 0 to 6, 7+, all
	for _, r := range trials {
		row := words(r.Bought, s.number(r.Customers), signed(grouped(oneDecimal(r.Predicted))), signed(grouped(oneDecimal(r.Actual))))
		if r.Bought == "all" {
			row[0].Text = s.say("col.total")
			t.Total = row
			continue
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
