package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// unknownPartitions reports what --reload names and the configuration does not have.
func unknownPartitions(cfg *Config, reload []Partition) error {
	for _, r := range reload {
		i := slices.IndexFunc(cfg.Data, func(m extract.Mapping) bool { return m.Table == r.Table && m.Incremental != nil })
		if i < 0 {
			return kindError{fmt.Errorf("reload %s of %s: %s is no table that is read by its changes; all others are read whole every night", r.Value, r.Table, r.Table), ErrAsked}
		}
		if _, _, ok := spanOf(r.Value); !ok && slices.Contains([]string{lake.ByDay, lake.ByMonth, lake.ByYear}, cfg.Data[i].Incremental.Partition) {
			return kindError{fmt.Errorf("reload %s of %s: its partitions are written like 2026-03-08, 2026-03 or 2026, by %s", r.Value, r.Table, cfg.Data[i].Incremental.Partition), ErrAsked}
		}
	}
	return nil
}

// spanOf are the first day of a partition and the first after it.
func spanOf(partition string) (from, to time.Time, ok bool) {
	for _, p := range []struct {
		layout              string
		years, months, days int
	}{{"2006", 1, 0, 0}, {"2006-01", 0, 1, 0}, {time.DateOnly, 0, 0, 1}} {
		if at, err := time.Parse(p.layout, partition); err == nil {
			return at, at.AddDate(p.years, p.months, p.days), true
		}
	}
	return from, to, false
}

// reload reads the rows of one partition again and drops those that are gone. Where the source
// cannot be asked for the partition's rows, the table is read whole.
func (c *changes) reload(ctx context.Context, partition string) error {
	column := c.dateColumn()
	from, to, dated := spanOf(partition)
	if column == "" || !dated {
		return errReadWhole
	}
	kind, err := c.src.Source.(extract.Tracker).CanSpan(ctx, c.Relation, column)
	if err != nil {
		return err
	}
	span := &extract.Span{Column: column, From: from.Format(time.DateOnly), To: to.Format(time.DateOnly)}
	switch kind {
	case extract.SpanNone:
		return errReadWhole
	case extract.SpanInstant:
		span.From, span.To = c.midnight(from), c.midnight(to)
	}
	seen := map[string]bool{}
	return c.round(ctx, "partition "+partition, extract.Part{Filter: &extract.Filter{Span: span}, Seen: seen}, func(w *lake.DeltaWriter) error {
		return extract.TouchUnseen(ctx, w, partition, seen, w)
	})
}

// dateColumn is the source column that the partitions follow, empty where it is not one as it is.
func (c *changes) dateColumn() string {
	for _, m := range c.Columns {
		if m.Name == c.Incremental.By && m.Format == "" && len(m.Values) == 0 {
			return m.Column
		}
	}
	return ""
}

// midnight is the instant at which a day begins in the company's time zone.
func (c *changes) midnight(day time.Time) string {
	at := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, c.cfg.Company.Location)
	return at.UTC().Format(time.DateTime) + "Z"
}

// ParsePartition reads TABLE/PARTITION.
func ParsePartition(text string) (Partition, bool) {
	table, value, ok := strings.Cut(text, "/")
	return Partition{Table: table, Value: value}, ok && table != "" && value != ""
}
