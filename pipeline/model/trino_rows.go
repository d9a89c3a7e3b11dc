package model

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Query runs one select and returns its rows, which must be few: on the embedded engine when all
// that it reads has come here, else on the cluster.
func (t *Trino) Query(ctx context.Context, query string) (*Rows, error) {
	one := []Model{{Path: "query", SQL: query}}
	if err := fillRefs(one, nil); err != nil {
		return nil, fmt.Errorf("run a query: %w", err)
	}
	if len(one[0].Refs) == 0 {
		return t.ask(ctx, query)
	}
	if t.allHere(one[0].Refs) {
		t.mu.Lock()
		defer t.mu.Unlock()
		return t.local.Query(ctx, query)
	}
	if r := t.known(one[0].Refs[0].Relation()); len(one[0].Refs) == 1 && r != nil && r.check != "" {
		return t.ask(ctx, r.check)
	}
	text, err := prefixed(withoutSemicolon(query), one[0].Refs, t.o.Schema)
	if err != nil {
		return nil, fmt.Errorf("run a query: %w", err)
	}
	return t.ask(ctx, text)
}

func (t *Trino) allHere(refs []Ref) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return !slices.ContainsFunc(refs, func(r Ref) bool { return !t.here[r.Relation()] })
}

// ask runs one statement in the cluster's own words.
func (t *Trino) ask(ctx context.Context, statement string) (result *Rows, err error) {
	rows, err := t.db.QueryContext(ctx, statement)
	if err != nil {
		return nil, trinoFault(ctx, t.o.URL, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, trinoFault(ctx, t.o.URL, err)
	}
	result = &Rows{}
	for _, c := range types {
		kind := strings.ToLower(c.DatabaseTypeName())
		if precision, scale, ok := c.DecimalSize(); ok && kind == "decimal" {
			kind = fmt.Sprintf("decimal(%d,%d)", precision, scale)
		}
		result.Columns = append(result.Columns, c.Name())
		result.Types = append(result.Types, localType(kind))
	}
	for rows.Next() {
		values := make([]any, len(types))
		targets := make([]any, len(types))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return nil, fmt.Errorf("read a row of trino: %w", err)
		}
		for i := range values {
			values[i] = trinoValue(values[i], result.Types[i])
		}
		result.Values = append(result.Values, values)
	}
	if err := rows.Err(); err != nil {
		return nil, trinoFault(ctx, t.o.URL, err)
	}
	return result, nil
}

// trinoValue turns a value of the driver into one of those that Rows.Values promises.
func trinoValue(value any, kind string) any {
	switch v := value.(type) {
	case int32:
		return int64(v)
	case string:
		if isDecimal(kind) {
			return Decimal(v)
		}
	case time.Time:
		return v.UTC()
	case fmt.Stringer:
		if isDecimal(kind) {
			return Decimal(v.String())
		}
	}
	return value
}
