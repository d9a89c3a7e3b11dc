package pipeline

import (
	"context"
	"fmt"
	"time"

	"github.com/govalues/decimal"

	"github.com/pharos-analytics/pharos/pipeline/model"
)

// asker answers one select: an engine during a run, a Console after it.
type asker interface {
	Query(ctx context.Context, query string) (*model.Rows, error)
}

// record is one row of a mart while it becomes a Go value. The first wrong type is kept; the
// getters of NULL give the zero value, those that end in OrNil give nil.
type record struct {
	columns map[string]int
	values  []any
	err     *error
}

// bind reads a query's rows into Go values of the mart's row type.
func bind[T any](ctx context.Context, from asker, query string, row func(record) T) ([]T, error) {
	rows, err := from.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	columns := make(map[string]int, len(rows.Columns))
	for i, c := range rows.Columns {
		columns[c] = i
	}
	var failed error
	out := make([]T, 0, len(rows.Values))
	for _, v := range rows.Values {
		out = append(out, row(record{columns: columns, values: v, err: &failed}))
	}
	if failed != nil {
		return nil, fmt.Errorf("bind %q: %w", query, failed)
	}
	return out, nil
}

// column gives a value of the wanted type; NULL and a wrong type give false.
func column[T any](r record, name string) (T, bool) {
	var zero T
	i, ok := r.columns[name]
	if !ok {
		r.fail(fmt.Errorf("column %s is missing", name))
		return zero, false
	}
	if r.values[i] == nil {
		return zero, false
	}
	v, ok := r.values[i].(T)
	if !ok {
		r.fail(fmt.Errorf("column %s holds %T, not %T", name, r.values[i], zero))
	}
	return v, ok
}

func (r record) fail(err error) {
	if *r.err == nil {
		*r.err = err
	}
}

func (r record) text(name string) string   { v, _ := column[string](r, name); return v }
func (r record) count(name string) int64   { v, _ := column[int64](r, name); return v }
func (r record) flag(name string) bool     { v, _ := column[bool](r, name); return v }
func (r record) day(name string) time.Time { v, _ := column[time.Time](r, name); return v }

func (r record) share(name string) float64 { v, _ := column[float64](r, name); return v }

func (r record) shareOrNil(name string) *float64 {
	if v, ok := column[float64](r, name); ok {
		return &v
	}
	return nil
}

func (r record) countOrNil(name string) *int64 {
	if v, ok := column[int64](r, name); ok {
		return &v
	}
	return nil
}

func (r record) dayOrNil(name string) *time.Time {
	if v, ok := column[time.Time](r, name); ok {
		return &v
	}
	return nil
}

// money is exact: sums beyond the 19 digits of the decimal type are an error, never rounded silently.
func (r record) money(name string) decimal.Decimal {
	v, ok := column[model.Decimal](r, name)
	if !ok {
		return decimal.Decimal{}
	}
	d, err := decimal.Parse(string(v))
	if err != nil {
		r.fail(fmt.Errorf("column %s holds %s: %w", name, v, err))
	}
	return d
}

func (r record) moneyOrNil(name string) *decimal.Decimal {
	if _, ok := column[model.Decimal](r, name); !ok {
		return nil
	}
	d := r.money(name)
	return &d
}
