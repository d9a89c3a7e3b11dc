package extract

import (
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// rawNumbers parses numbers of a raw table. They are kept exactly or not at all: a number with
// more decimal places than its type quarantines the row.
func (b *batch) rawNumbers(c *columnRule, in *array.String) arrow.Array {
	t := c.column.Type
	out, valid := make([]int64, b.n), newBitmap(b.n)
	limit, scale, point := t.Limit(), t.Scale(), b.m.point()
	b.eachCell(c, in, valid, func(row int, cell []byte) bool {
		v, ok := parseCell(cell, scale, point)
		out[row] = v
		return ok && (limit == 0 || v < limit && v > -limit)
	}, func(row int, text string) {
		v, rule := rawNumber(text, t, b.m.comma)
		if rule != "" {
			b.fail(row, rule, c, in.Value(row))
			valid.clear(row)
			return
		}
		out[row] = v
	})
	if t != lake.Integer32 {
		return longColumn(t.Arrow(), out, valid)
	}
	words := make([]int32, b.n)
	for i, v := range out {
		words[i] = int32(v)
	}
	return wordColumn(t.Arrow(), words, valid)
}

func rawNumber(text string, t lake.Type, comma bool) (v int64, rule string) {
	if t == lake.Integer {
		if v, err := strconv.ParseInt(text, 10, 64); err == nil {
			return v, "" // all 64 bits, which no amount has
		}
	}
	v, rounded, mark, rule := parseFixed(text, t.Scale(), comma)
	limit := t.Limit()
	switch {
	case rule != "":
		return 0, rule
	case rounded || mark != "":
		return 0, RuleType
	case limit > 0 && (v >= limit || v < -limit || v == -limit && t != lake.Integer32):
		return 0, RuleOutOfRange
	}
	return v, ""
}

// rawTimes parses times of a raw table: instants, which a text without a zone gives in the
// company's, or wall-clock times, which have none.
func (b *batch) rawTimes(c *columnRule, in *array.String) arrow.Array {
	t := c.column.Type
	out, valid := make([]int64, b.n), newBitmap(b.n)
	b.each(c, in, valid, func(row int, text string) {
		v, rule := c.format.parse(text)
		if rule == "" && t == lake.WallClock && v.hasZone {
			rule = RuleType
		}
		if rule = c.checkDay(v.days, rule); rule != "" {
			b.fail(row, rule, c, in.Value(row))
			valid.clear(row)
			return
		}
		if t == lake.Instant {
			out[row], _ = b.state.clock.instant(v)
		} else {
			out[row] = int64(v.days)*microsPerDay + v.micros
		}
	})
	return longColumn(t.Arrow(), out, valid)
}
