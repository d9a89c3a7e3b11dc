package lake

import (
	"fmt"

	"github.com/apache/arrow-go/v18/parquet/schema"
)

// The types below Integer are those of raw tables, which keep what their source declares.
const (
	Integer32 Type = iota + 100 // 32-bit integer
	Instant                     // UTC instant in microseconds
	WallClock                   // date and time of a clock whose zone nobody says, in microseconds
)

// MaxPrecision is the number of digits that a decimal of the lake may have.
const MaxPrecision = 18

const firstDecimal Type = 1 << 10

// DecimalOf is decimal(precision,scale) of a raw table: precision 1 to 18, scale 0 to precision.
func DecimalOf(precision, scale int) Type {
	for _, t := range []Type{Money, Precise, Rate} {
		if precision == MaxPrecision && t.Scale() == scale {
			return t // one name for one type
		}
	}
	return firstDecimal + Type(precision<<5+scale)
}

// IsDecimal says whether values are unscaled 64-bit numbers of Precision digits, Scale of them decimal places.
func (t Type) IsDecimal() bool {
	return t == Money || t == Precise || t == Rate || t >= firstDecimal
}

// IsNumber is for decimals and integers.
func (t Type) IsNumber() bool { return t.IsDecimal() || t == Integer || t == Integer32 }

// IsTime is for types that count microseconds since 1970-01-01.
func (t Type) IsTime() bool { return t == Timestamp || t == Instant || t == WallClock }

// Precision is the number of digits of a decimal type, 0 for the others.
func (t Type) Precision() int {
	switch {
	case t >= firstDecimal:
		return int(t-firstDecimal) >> 5
	case t.IsDecimal():
		return MaxPrecision
	}
	return 0
}

// Limit is the first unscaled number beyond a decimal or a 32-bit integer, in both directions; 0 where int64 is the limit.
func (t Type) Limit() int64 {
	if t == Integer32 {
		return 1 << 31
	}
	if !t.IsDecimal() {
		return 0
	}
	limit := int64(1)
	for range t.Precision() {
		limit *= 10
	}
	return limit
}

// String is the type in SQL's words, as DuckDB and PostgreSQL read them.
func (t Type) String() string {
	switch t {
	case Text:
		return "varchar"
	case Date:
		return "date"
	case Timestamp, WallClock:
		return "timestamp"
	case Instant:
		return "timestamptz"
	case Boolean:
		return "boolean"
	case Integer:
		return "bigint"
	case Integer32:
		return "integer"
	}
	return fmt.Sprintf("decimal(%d,%d)", t.Precision(), t.Scale())
}

// typeOf is the inverse of parquetSchema, but for Timestamp and WallClock, which are stored alike.
func typeOf(c *schema.Column) Type {
	switch logical := c.LogicalType().(type) {
	case schema.DecimalLogicalType:
		return DecimalOf(int(logical.Precision()), int(logical.Scale()))
	case schema.DateLogicalType:
		return Date
	case schema.TimestampLogicalType:
		if logical.IsAdjustedToUTC() {
			return Instant
		}
		return Timestamp
	case schema.StringLogicalType:
		return Text
	case schema.IntLogicalType:
		if logical.BitWidth() == 32 {
			return Integer32
		}
		return Integer
	}
	return Boolean
}
