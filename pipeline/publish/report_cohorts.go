package publish

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
)

// heatMap is the cohort table: a row per cohort, a cell per age, darker where more are active.
type heatMap struct {
	Caption, Corner, Size, AgeName, Legend string
	Ages                                   []string
	Rows                                   []heatRow
	Landscape                              bool // printed across the sheet
}

type heatRow struct {
	Name, Size string
	Pooled     bool
	Cells      []heatCell
}

// heatCell is a share in percent; Class is its step on the ramp, or unfinished, future, none.
type heatCell struct{ Text, Class string }

// cohort is a row of the grid in the order of age.
type cohort struct {
	start time.Time
	size  int64
	cells []CohortCell
}

// cohortSection shows who comes back.
func cohortSection(s *speech, d ReportData) (section, bool) {
	all := cohortGrid(d.Cohorts)
	if len(all) == 0 {
		return section{}, false
	}
	grid, ages := limitCohorts(all)
	sec := section{
		ID: "cohorts", Heading: s.say("cohorts.heading"), Findings: cohortFindings(s, d, grid),
		Heat: heat(s, d, grid, ages), Details: []table{cohortTable(s, d, grid, ages)},
		Definition: s.say("cohorts.definition", s.term("activity", d.Activity)),
	}
	if len(all) > len(grid) || allAges(all) > ages {
		sec.Findings = append(sec.Findings, s.say("cohorts.left_out", s.count("n.cohorts", int64(len(grid))), s.count("n."+d.Period, int64(ages))))
	}
	return sec, true
}

// cohortGrid orders the cells into cohorts, the oldest first.
func cohortGrid(cells []CohortCell) []cohort {
	cells = slices.Clone(cells)
	slices.SortFunc(cells, func(a, b CohortCell) int {
		return cmp.Or(a.Cohort.Compare(b.Cohort), cmp.Compare(a.Age, b.Age))
	})
	var grid []cohort
	for i, c := range cells {
		if i == 0 || !c.Cohort.Equal(cells[i-1].Cohort) {
			grid = append(grid, cohort{start: c.Cohort, size: c.Size})
		}
		last := &grid[len(grid)-1]
		last.cells = append(last.cells, c)
	}
	return grid
}

func allAges(grid []cohort) int {
	n := 0
	for _, c := range grid {
		for _, cell := range c.cells {
			if cell.State != "future" {
				n = max(n, cell.Age+1)
			}
		}
	}
	return n
}

// limitCohorts keeps the youngest cohorts and their first ages.
func limitCohorts(all []cohort) (grid []cohort, ages int) {
	grid = all[max(len(all)-cohortRows, 0):]
	return grid, min(allAges(grid), cohortAges)
}

func (c cohort) at(age int) (CohortCell, bool) {
	for _, cell := range c.cells {
		if cell.Age == age {
			return cell, true
		}
	}
	return CohortCell{}, false
}

func heat(s *speech, d ReportData, grid []cohort, ages int) *heatMap {
	h := &heatMap{
		Caption: s.say("cohorts.caption"), Corner: s.say("cohorts.cohort"), Size: s.say("cohorts.size"),
		AgeName: s.say("cohorts.age." + d.Period), Legend: s.say("cohorts.legend"), Landscape: ages > 13,
	}
	for age := range ages {
		h.Ages = append(h.Ages, strconv.Itoa(age))
	}
	top := highestRate(grid, ages)
	for _, c := range grid {
		row := heatRow{Name: s.period(c.start, d.Period), Size: s.number(c.size)}
		for age := range ages {
			row.Cells = append(row.Cells, heatOf(c, age, top))
		}
		h.Rows = append(h.Rows, row)
	}
	if pooled := pooledByAge(d.Pooled); len(pooled) > 0 {
		row := heatRow{Name: s.say("cohorts.pooled"), Pooled: true}
		for age := range ages {
			p, ok := pooled[age]
			row.Cells = append(row.Cells, heatCell{Text: inPercent(p.Rate), Class: ramp(p.Rate, top, age)})
			if ok && age == 0 {
				row.Size = s.number(p.Customers)
			}
		}
		h.Rows = append(h.Rows, row)
	}
	return h
}

func heatOf(c cohort, age int, top float64) heatCell {
	cell, ok := c.at(age)
	if !ok || cell.State == "future" || !finite(cell.Rate) {
		return heatCell{Class: "future"}
	}
	if cell.State == "in_progress" {
		return heatCell{Text: inPercent(cell.Rate), Class: "unfinished"}
	}
	return heatCell{Text: inPercent(cell.Rate), Class: ramp(cell.Rate, top, age)}
}

// ramp is the step of one hue a share stands on; age 0 is always everyone and stays plain.
func ramp(rate *float64, top float64, age int) string {
	switch {
	case !finite(rate):
		return "future"
	case age == 0:
		return "start"
	case top <= 0:
		return "q0"
	}
	return fmt.Sprintf("q%d", min(int(math.Floor(*rate/top*8)), 7))
}

// highestRate is the largest share after the start, which the ramp ends at.
func highestRate(grid []cohort, ages int) float64 {
	top := 0.0
	for _, c := range grid {
		for _, cell := range c.cells {
			if cell.Age > 0 && cell.Age < ages && cell.State != "future" {
				top = math.Max(top, number(cell.Rate))
			}
		}
	}
	return top
}

func pooledByAge(rows []PooledAge) map[int]PooledAge {
	byAge := map[int]PooledAge{}
	for _, p := range rows {
		byAge[p.Age] = p
	}
	return byAge
}

// inPercent is a share for the heat map, whose caption says that it is in percent.
func inPercent(v *float64) string {
	if !finite(v) {
		return ""
	}
	if *v >= 0.9995 {
		return "100"
	}
	return oneDecimal(*v * 100)
}

func cohortFindings(s *speech, d ReportData, grid []cohort) []string {
	pooled := pooledByAge(d.Pooled)
	ages := map[string][]int{"month": {1, 6, 12}, "week": {1, 4, 12}, "quarter": {1, 2, 4}, "year": {1, 2, 3}}[d.Period]
	var said []string
	for _, age := range ages {
		if p, ok := pooled[age]; ok && finite(p.Rate) {
			said = append(said, s.percent(p.Rate), s.count("n."+d.Period, int64(age)))
		}
	}
	switch {
	case len(said) == 0:
		return []string{s.say("cohorts.young")}
	case len(said) == 2:
		return []string{s.say("cohorts.finding_1", said...)}
	}
	said = append(said[:2:2], said[len(said)-2:]...)
	findings := []string{s.say("cohorts.finding", said...)}
	if text := cohortSpread(s, d, grid, ages[0]); text != "" {
		findings = append(findings, text)
	}
	return findings
}

// cohortSpread compares the best and the weakest complete cohort of some size at one age.
func cohortSpread(s *speech, d ReportData, grid []cohort, age int) string {
	var best, worst *CohortCell
	for _, c := range grid {
		cell, ok := c.at(age)
		if !ok || cell.State != "observed" || !finite(cell.Rate) || cell.Size < 5 {
			continue
		}
		if best == nil || *cell.Rate > *best.Rate {
			best = &cell
		}
		if worst == nil || *cell.Rate < *worst.Rate {
			worst = &cell
		}
	}
	if best == nil || *best.Rate == *worst.Rate {
		return ""
	}
	return s.say("cohorts.spread", s.period(best.Cohort, d.Period), s.percent(best.Rate), s.count("n."+d.Period, int64(age)),
		s.period(worst.Cohort, d.Period), s.percent(worst.Rate))
}

// cohortTable is the heat map in customers.
func cohortTable(s *speech, d ReportData, grid []cohort, ages int) table {
	t := table{Caption: s.say("cohorts.table"), Note: s.say("cohorts.age." + d.Period), Columns: []heading{{s.say("cohorts.cohort"), ""}, {s.say("cohorts.size"), "n"}}}
	for age := range ages {
		t.Columns = append(t.Columns, heading{strconv.Itoa(age), "n"})
	}
	for _, c := range grid {
		cells := words(s.period(c.start, d.Period), s.number(c.size))
		for age := range ages {
			text := ""
			if cell, ok := c.at(age); ok && cell.State != "future" && cell.Active != nil {
				text = s.number(*cell.Active)
			}
			cells = append(cells, cell{Text: text})
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}
