package extract

import (
	"strings"
	"unicode"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/bitutil"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// convert parses one input column into its target type.
func (b *batch) convert(c *columnRule, in *array.String, set func(int, arrow.Array)) {
	switch t := c.column.Type; {
	case c.verbatim && t.IsNumber():
		set(c.out, b.rawNumbers(c, in))
	case t.IsNumber():
		set(c.out, b.amounts(c, in))
	case t == lake.Instant || t == lake.WallClock:
		set(c.out, b.rawTimes(c, in))
	case t == lake.Date:
		set(c.out, b.dates(c, in))
	case t == lake.Timestamp:
		instants, days := b.instants(c, in)
		set(c.out, instants)
		set(c.out+1, days)
	case t == lake.Boolean:
		set(c.out, b.flags(c, in))
	default:
		set(c.out, b.text(c, in))
	}
}

// word is the text that is parsed: trimmed, and replaced by values:. Empty means NULL.
func (c *columnRule) word(raw string) string {
	text := trimText(raw)
	if len(c.Values) > 0 {
		if ours, ok := c.Values[text]; ok {
			return ours
		}
	}
	return text
}

// trimText cuts blanks of every script, and byte order marks, from both ends.
func trimText(s string) string {
	if s == "" || isInk(s[0]) && isInk(s[len(s)-1]) {
		return s
	}
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b' })
}

// isInk says that a byte is ASCII and no blank.
func isInk(c byte) bool { return c > ' ' && c < 0x80 }

// bitmap is the validity of a column in the making: all valid until a row is cleared.
type bitmap struct {
	bits  []byte
	nulls int
}

func newBitmap(n int) *bitmap {
	b := &bitmap{bits: make([]byte, bitutil.BytesForBits(int64(n)))}
	for i := range b.bits {
		b.bits[i] = 0xff
	}
	return b
}

func (b *bitmap) clear(row int) {
	bitutil.ClearBit(b.bits, row)
	b.nulls++
}

// each calls parse with every value that is not NULL and not blank, and clears the others.
func (b *batch) each(c *columnRule, in *array.String, valid *bitmap, parse func(row int, text string)) {
	b.eachCell(c, in, valid, func(int, []byte) bool { return false }, parse)
}

// eachCell is each, but fast may take a value as it stands before, unless values: replaces it.
func (b *batch) eachCell(c *columnRule, in *array.String, valid *bitmap, fast func(row int, cell []byte) bool, parse func(row int, text string)) {
	nulls := in.NullN() > 0
	asItStands := len(c.Values) == 0
	offsets, data := in.ValueOffsets(), in.ValueBytes()
	for row := range b.n {
		if nulls && in.IsNull(row) {
			valid.clear(row)
			continue
		}
		if asItStands && fast(row, data[offsets[row]-offsets[0]:offsets[row+1]-offsets[0]]) {
			continue
		}
		text := c.word(in.Value(row))
		if text == "" {
			valid.clear(row)
			continue
		}
		parse(row, text)
	}
}

// point is the source's decimal sign.
func (m *Mapper) point() byte {
	if m.comma {
		return ','
	}
	return '.'
}

// amounts parses decimals and integers.
func (b *batch) amounts(c *columnRule, in *array.String) arrow.Array {
	t := c.column.Type
	scale := t.Scale()
	out, valid := make([]int64, b.n), newBitmap(b.n)
	point := b.m.point()
	b.eachCell(c, in, valid, func(row int, cell []byte) bool {
		v, ok := parseCell(cell, scale, point)
		if c.Negate {
			v = -v
		}
		out[row] = v
		return ok
	}, func(row int, text string) {
		v, rounded, mark, rule := parseFixed(text, scale, b.m.comma)
		switch {
		case rule == "" && rounded && t == lake.Integer:
			rule = RuleType // a share of a year is no age
		case rule == "" && mark != "" && !mayMean(mark, b.m.company.Currency):
			rule = RuleCurrency
		}
		if rule != "" {
			b.fail(row, rule, c, in.Value(row))
			valid.clear(row)
			return
		}
		if rounded && b.fate[row] == rowKept {
			b.rounded++
		}
		if c.Negate {
			v = -v
		}
		out[row] = v
	})
	return longColumn(t.Arrow(), out, valid)
}

// computed evaluates an expression per row: exactly, rounded once.
func (b *batch) computed(c *columnRule) (arrow.Array, error) {
	inputs := make([]*array.String, len(c.compute.columns))
	for i, name := range c.compute.columns {
		in, err := b.source(name)
		if err != nil {
			return nil, err
		}
		inputs[i] = in
	}
	if cap(b.state.operands) < len(inputs) {
		b.state.operands = make([]exact, len(inputs))
	}
	operands := b.state.operands[:len(inputs)]
	out, valid := make([]int64, b.n), newBitmap(b.n)
	for row := range b.n {
		complete, rule, value := b.readOperands(inputs, operands, row)
		if rule != "" {
			b.fail(row, rule, c, value)
		}
		if !complete {
			valid.clear(row)
			continue
		}
		result, ok := c.compute.root.eval(operands)
		if !ok {
			b.fail(row, RuleCompute, c, operandTexts(c.compute.columns, inputs, row))
			valid.clear(row)
			continue
		}
		v, rounded, ok := result.round(c.column.Type.Scale())
		if !ok {
			b.fail(row, RuleOutOfRange, c, operandTexts(c.compute.columns, inputs, row))
			valid.clear(row)
			continue
		}
		if rounded && b.fate[row] == rowKept {
			b.rounded++
		}
		if c.Negate {
			v = -v
		}
		out[row] = v
	}
	return longColumn(c.column.Type.Arrow(), out, valid), nil
}

// readOperands is not complete where an operand is NULL or no number.
func (b *batch) readOperands(inputs []*array.String, operands []exact, row int) (complete bool, rule, value string) {
	complete = true
	for i, in := range inputs {
		text := ""
		if in.IsValid(row) {
			text = trimText(in.Value(row))
		}
		if text == "" {
			complete = false
			continue
		}
		x, mark, wrong := parseExact(text, b.m.comma)
		if wrong == "" && mark != "" && !mayMean(mark, b.m.company.Currency) {
			wrong = RuleCurrency
		}
		if wrong != "" {
			return false, wrong, in.Value(row)
		}
		operands[i] = x
	}
	return complete, "", ""
}

func operandTexts(names []string, inputs []*array.String, row int) string {
	parts := make([]string, len(names))
	for i, name := range names {
		parts[i] = name + "=" + inputs[i].Value(row)
	}
	return strings.Join(parts, ", ")
}

// dates parses calendar days; an instant gives the company's day.
func (b *batch) dates(c *columnRule, in *array.String) arrow.Array {
	out, valid := make([]int32, b.n), newBitmap(b.n)
	b.each(c, in, valid, func(row int, text string) {
		v, rule := c.format.parse(text)
		day := v.days
		if rule == "" && v.hasZone {
			_, day = b.state.clock.instant(v)
		}
		if rule = c.checkDay(day, rule); rule != "" {
			b.fail(row, rule, c, in.Value(row))
			valid.clear(row)
			return
		}
		out[row] = day
	})
	return dayColumn(out, valid)
}

// instants parses timestamps to UTC, and their local days.
func (b *batch) instants(c *columnRule, in *array.String) (instants, localDays arrow.Array) {
	out, days, valid := make([]int64, b.n), make([]int32, b.n), newBitmap(b.n)
	b.each(c, in, valid, func(row int, text string) {
		v, rule := c.format.parse(text)
		if rule == "" {
			out[row], days[row] = b.state.clock.instant(v)
		}
		if rule = c.checkDay(days[row], rule); rule != "" {
			b.fail(row, rule, c, in.Value(row))
			valid.clear(row)
		}
	})
	return longColumn(lake.Timestamp.Arrow(), out, valid), dayColumn(days, valid)
}

// The edges of the calendar.
var calendarBegin, calendarEnd = daysFrom(firstYear, 1, 1), daysFrom(lastYear, 12, 31)

// checkDay holds the table's own day, and the edges of the calendar, to their range.
func (c *columnRule) checkDay(day int32, rule string) string {
	if rule != "" {
		return rule
	}
	if c.ownDay && (day < firstDay || day > lastDay) || day < calendarBegin || day > calendarEnd {
		return RuleDateRange
	}
	return ""
}

// flags parses yes and no.
func (b *batch) flags(c *columnRule, in *array.String) arrow.Array {
	out, valid := make([]byte, bitutil.BytesForBits(int64(b.n))), newBitmap(b.n)
	b.each(c, in, valid, func(row int, text string) {
		switch strings.ToLower(text) {
		case "true", "t", "yes", "y", "1", "是":
			bitutil.SetBit(out, row)
		case "false", "f", "no", "n", "0", "否":
		default:
			b.fail(row, RuleType, c, in.Value(row))
			valid.clear(row)
		}
	})
	return array.NewBooleanData(columnData(arrow.FixedWidthTypes.Boolean, b.n, memory.NewBufferBytes(out), valid))
}

// text maps ids and words. Where nothing changes it shares the source's memory.
func (b *batch) text(c *columnRule, in *array.String) arrow.Array {
	if c.verbatim && len(c.Values) == 0 || b.unchanged(c, in) {
		in.Retain()
		return in
	}
	var out textColumn
	out.reset(b.n)
	for row := range b.n {
		if in.IsNull(row) {
			out.null()
			continue
		}
		text := trimText(in.Value(row))
		if c.Suffix != "" {
			text = strings.TrimSuffix(text, c.Suffix)
		}
		if ours, ok := c.Values[text]; ok {
			text = ours
		}
		if c.currency {
			text = strings.ToUpper(text)
			if text != "" && text != b.m.company.Currency && !b.m.company.HasRates {
				b.fail(row, RuleCurrency, c, in.Value(row))
			}
		}
		if text == "" {
			out.null()
			continue
		}
		out.data = append(append(out.data, c.Prefix...), text...)
		out.endValue()
	}
	return out.array(b.n)
}

func (b *batch) unchanged(c *columnRule, in *array.String) bool {
	if c.Suffix != "" || c.Prefix != "" || len(c.Values) > 0 || c.currency {
		return false
	}
	if in.NullN() == b.n {
		return true
	}
	offsets, data := in.ValueOffsets(), in.ValueBytes()
	for row := range b.n {
		v := data[offsets[row]-offsets[0] : offsets[row+1]-offsets[0]]
		if len(v) > 0 && isInk(v[0]) && isInk(v[len(v)-1]) {
			continue
		}
		if in.IsValid(row) && (len(v) == 0 || len(trimText(string(v))) != len(v)) {
			return false
		}
	}
	return true
}

func columnData(t arrow.DataType, n int, values *memory.Buffer, valid *bitmap) arrow.ArrayData {
	buffers := []*memory.Buffer{nil, values}
	nulls := 0
	if valid != nil && valid.nulls > 0 {
		buffers[0], nulls = memory.NewBufferBytes(valid.bits), valid.nulls
	}
	return array.NewData(t, n, buffers, nil, nulls, 0)
}

// longColumn makes a column of any 64-bit type.
func longColumn(t arrow.DataType, values []int64, valid *bitmap) arrow.Array {
	return array.MakeFromData(columnData(t, len(values), memory.NewBufferBytes(arrow.Int64Traits.CastToBytes(values)), valid))
}

func dayColumn(values []int32, valid *bitmap) arrow.Array {
	return wordColumn(arrow.FixedWidthTypes.Date32, values, valid)
}

// wordColumn makes a column of any 32-bit type.
func wordColumn(t arrow.DataType, values []int32, valid *bitmap) arrow.Array {
	return array.MakeFromData(columnData(t, len(values), memory.NewBufferBytes(arrow.Int32Traits.CastToBytes(values)), valid))
}

// constantColumn repeats one text.
func constantColumn(text string, n int) *array.String {
	var out textColumn
	out.reset(n)
	for range n {
		out.data = append(out.data, text...)
		out.endValue()
	}
	return out.array(n).(*array.String)
}
