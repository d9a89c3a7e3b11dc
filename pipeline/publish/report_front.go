package publish

import (
	"html/template"
	"math"
	"slices"
	"strings"
)

// headline states the finding of the night as one sentence with figures.
func headline(s *speech, d ReportData) string {
	switch {
	case d.Customers == 0 || d.Revenue.IsZero() && d.Profit.IsZero() && tier(d, "loss").Customers == 0:
		return s.say("title.empty")
	case d.Basis == "revenue":
		return revenueHeadline(s, d)
	case d.Customers == 1 && d.Profit.IsNeg():
		return s.say("title.one.loss", s.money(d.Profit.Neg()))
	case d.Customers == 1:
		return s.say("title.one.profit", s.money(d.Profit))
	}
	loss := tier(d, "loss")
	lossText := s.money(loss.Profit.Abs())
	if d.Profit.IsNeg() {
		if tier(d, "high").Customers+tier(d, "medium").Customers == 0 {
			return s.say("title.all_loss", s.money(d.Profit.Neg()), s.count("n.customers", loss.Customers))
		}
		return s.say("title.total_loss", s.money(d.Profit.Neg()), s.count("n.customers", loss.Customers), lossText)
	}
	head := movement(s, "profit", moved(d, "profit"), s.money(d.Profit))
	if loss.Customers == 0 {
		return s.say("title.no_loss", head)
	}
	return s.say("title.while_loss", head, s.count("n.customers", loss.Customers), lossText)
}

func revenueHeadline(s *speech, d ReportData) string {
	if d.Customers == 1 {
		return s.say("title.one.revenue", s.money(d.Revenue))
	}
	head := movement(s, "revenue", moved(d, "revenue"), s.money(d.Revenue))
	top := kpi(d, "top20_revenue_share")
	if !finite(top.Value) {
		return head
	}
	return s.say("title.top_fifth", head, s.percent(top.Value))
}

// moved is a sum of money with the one it is compared with. All of history only ever gets longer:
// that it holds more than a month ago is no finding.
func moved(d ReportData, name string) KPI {
	k := kpi(d, name)
	if d.Window.All {
		k.Previous = nil
	}
	return k
}

// movement says how a sum of money moved against a month earlier; from nothing or less there is no percentage.
func movement(s *speech, what string, k KPI, now string) string {
	if !finite(k.Value) || !finite(k.Previous) || *k.Previous <= 0 || *k.Value < 0 {
		return s.say("title."+what+".is", now)
	}
	change := *k.Value / *k.Previous - 1
	size := math.Abs(change)
	switch {
	case size < 0.0005:
		return s.say("title."+what+".same", now)
	case change > 0:
		return s.say("title."+what+".rise", s.percent(&size), now)
	}
	return s.say("title."+what+".fall", s.percent(&size), now)
}

// lede says whose figures these are, of which window, and what they are compared with.
func lede(s *speech, d ReportData) string {
	id := "lede.alone"
	if finite(moved(d, "profit").Previous) || finite(moved(d, "revenue").Previous) {
		id = "lede"
	}
	return s.say(id, window(s, d.Window), s.count("n.customers", d.Customers))
}

// window says the profit window with its last day, not the day after it.
func window(s *speech, w ReportWindow) string {
	last := s.day(w.To.AddDate(0, 0, -1))
	switch {
	case w.All || w.From.IsZero():
		return s.say("window.all", last)
	case w.Fiscal:
		return s.say("window.year", s.day(w.From), last)
	}
	return s.say("window.month", s.number(int64(w.Months)), s.day(w.From), last)
}

// kpi finds a key figure; one that was not computed has no value.
func kpi(d ReportData, name string) KPI {
	for _, k := range d.KPIs {
		if k.Name == name {
			return k
		}
	}
	return KPI{Name: name}
}

func tier(d ReportData, key string) TierRow {
	for _, t := range d.Tiers {
		if t.Tier == key {
			return t
		}
	}
	return TierRow{Tier: key}
}

// lightView is the one number on top.
type lightView struct {
	Name, Value string
	Lines       []string
	Definition  string
	Chart       template.HTML
}

func light(s *speech, d ReportData) lightView {
	if d.Light.KPI == "" {
		d.Light.KPI = "top_tier_profit_at_risk"
	}
	k := kpi(d, d.Light.KPI)
	names, meanings := "kpi", "kpi_is"
	if d.Basis == "revenue" && s.known("light_r", d.Light.KPI) { // no profit is known: none is spoken of
		names, meanings = "light_r", "light_is_r"
	}
	name := s.term(names, d.Light.KPI)
	v := lightView{Name: name}
	if s.known(meanings, d.Light.KPI) {
		v.Definition = s.say(meanings + "." + d.Light.KPI)
	}
	if !finite(k.Value) {
		v.Lines = []string{s.say("light.not_computed", name)}
		return v
	}
	v.Value = s.figure(k.Value, k.Unit)
	if d.Light.Amount != nil {
		v.Lines = append(v.Lines, s.say("light.amount", s.money(*d.Light.Amount)))
	}
	v.Lines = append(v.Lines, previousLine(s, k), intervalLine(s, k), targetLine(s, d, k))
	for _, m := range shownMilestones(d) {
		v.Lines = append(v.Lines, goalLine(s, "milestone", m, k))
	}
	if s.known("basis", d.Basis) {
		v.Lines = append(v.Lines, s.say("light.basis", s.say("basis."+d.Basis)))
	}
	marks := lightMarks{now: *k.Value, before: k.Previous, low: k.Low, high: k.High,
		beforeText: s.say("light.mark.before") + " " + s.figure(k.Previous, k.Unit)}
	if t := d.Light.Target; t != nil {
		marks.target, marks.goal = &t.Value, s.say("light.mark.target")+" "+s.figure(&t.Value, k.Unit)
	}
	v.Chart = lightChart(s, name, strings.Join(append([]string{v.Value}, v.Lines...), "; "), marks, "light")
	return v
}

func previousLine(s *speech, k KPI) string {
	if !finite(k.Previous) {
		return s.say("light.no_previous")
	}
	return s.say("light.previous", s.figure(k.Previous, k.Unit), change(s, *k.Value-*k.Previous, k.Unit))
}

// change says a difference in the figure's unit; of shares it is percentage points.
func change(s *speech, by float64, unit string) string {
	size := math.Abs(by)
	text := distance(s, size, unit)
	switch {
	case !strings.ContainsAny(text, "123456789"):
		return s.say("change.same")
	case by > 0:
		return s.say("change.up", text)
	}
	return s.say("change.down", text)
}

func distance(s *speech, size float64, unit string) string {
	if unit == "share" {
		return s.say("points", oneDecimal(size*100))
	}
	return s.figure(&size, unit)
}

func intervalLine(s *speech, k KPI) string {
	if !finite(k.Low) || !finite(k.High) {
		return s.say("light.exact")
	}
	return s.say("light.interval", s.figure(k.Low, k.Unit), s.figure(k.High, k.Unit))
}

func targetLine(s *speech, d ReportData, k KPI) string {
	if d.Light.Target == nil {
		return s.say("light.no_target")
	}
	return goalLine(s, "target", *d.Light.Target, k)
}

// goalLine says what has to be reached by when, and how far it is; kind is target or milestone.
func goalLine(s *speech, kind string, t LightTarget, k KPI) string {
	head := s.say("light."+kind, s.figure(&t.Value, k.Unit), s.day(t.By))
	switch {
	case t.State == "reached":
		return s.say("light.goal.reached", head)
	case t.State == "missed" && finite(t.Gap):
		return s.say("light.goal.missed", head, distance(s, *t.Gap, k.Unit))
	case finite(t.Gap):
		return s.say("light.goal.open", head, distance(s, *t.Gap, k.Unit))
	}
	return head
}

// shownMilestones are the last one before D and the next two: the page has little room.
func shownMilestones(d ReportData) []LightTarget {
	all := slices.Clone(d.Light.Milestones)
	slices.SortStableFunc(all, func(a, b LightTarget) int { return a.By.Compare(b.By) })
	next := slices.IndexFunc(all, func(m LightTarget) bool { return !m.By.Before(d.AsOf) })
	if next < 0 {
		next = len(all)
	}
	return all[max(next-1, 0):min(next+2, len(all))]
}
