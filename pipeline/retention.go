package pipeline

import "time"

// retentionRelations say how mart retention_by counts: its grids, the periods of their units, the
// ages that a grid has at the most, and by what it divides.
func retentionRelations(cfg *Config, asOf time.Time) []relation {
	grids := table("run.retention_grids", "period_kind varchar", "unit varchar", "is_elapsed boolean", "position bigint")
	for i, g := range cfg.Retention.Grids() {
		grids.rows = append(grids.rows, []any{g.Kind, g.Unit, g.Elapsed, int64(i + 1)})
	}
	days := table("run.retention_calendar", "unit varchar", "day date", "period_on date", "period_index bigint")
	for _, unit := range cfg.Retention.Units() {
		days.rows = append(days.rows, unitDays(unit, asOf, cfg.Company.FiscalMonth)...)
	}
	ages := table("run.retention_ages", "age bigint")
	for age := range cfg.Retention.AtMost {
		ages.rows = append(ages.rows, []any{int64(age)})
	}
	by := table("run.retention_segments", "segmentation varchar").of(
		each(cfg.Retention.By, func(name string) []any { return []any{name} }))
	return []relation{grids, days, ages, by}
}

// churnRelations say which attributes tell who left and what life brought.
func churnRelations(cfg *Config) []relation {
	flags := table("run.churn_flags", "attribute varchar", "value varchar", "flag varchar")
	for _, value := range cfg.Churn.Flag.Left {
		flags.rows = append(flags.rows, []any{cfg.Churn.Flag.Attribute, value, "left"})
	}
	for _, value := range cfg.Churn.Flag.Joined {
		flags.rows = append(flags.rows, []any{cfg.Churn.Flag.Attribute, value, "joined"})
	}
	life := table("run.life_attributes", "attribute varchar").of(
		each(cfg.Churn.LifeEvents, func(name string) []any { return []any{name} }))
	return []relation{flags, life}
}

// unitDays are the days from 1900 to the as-of day with the period of a unit that each lies in.
func unitDays(unit string, asOf time.Time, fiscalMonth int) [][]any {
	var rows [][]any
	var index int64
	start, _ := periodOf(epoch, unit, fiscalMonth)
	for d := epoch; !d.After(asOf); d = d.AddDate(0, 0, 1) {
		from, _ := periodOf(d, unit, fiscalMonth)
		if !from.Equal(start) {
			start = from
			index++
		}
		rows = append(rows, []any{unit, d, from, index})
	}
	return rows
}

// customerColumns are the columns of core.customers that are no segmentation of Pharos' own and
// that retention can be divided by all the same.
func customerColumns() []string { return []string{"channel", "city", "industry", "gender", "owner_id"} }
