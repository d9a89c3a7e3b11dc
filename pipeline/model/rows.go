package model

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"
)

// Query runs one select (or describe, show, summarize, explain of a select) and returns its rows. Decimals are
// exact text, whole numbers int64 (Decimal when they do not fit), dates and timestamps time.Time in
// UTC; types that Rows does not know come as text.
func (e *DuckDB) Query(ctx context.Context, query string) (*Rows, error) {
	query, err := e.readOnly(ctx, query)
	if err != nil {
		return nil, err
	}
	return e.collect(ctx, query)
}

// Lookup gives the rows of a mart's file, an absolute path inside a readable folder, that meet a
// condition, in some order. Condition and order are ours: unlike a person's query this one is bound
// once, not looked at first; and a file has the public types only.
func (e *DuckDB) Lookup(ctx context.Context, file, condition, order string) (*Rows, error) {
	return e.collect(ctx, "select * from "+readParquet([]string{file})+" where "+condition+" order by "+order)
}

// collect gives the rows of a query that was checked.
func (e *DuckDB) collect(ctx context.Context, query string) (*Rows, error) {
	result := &Rows{}
	err := e.give(ctx, query, func(columns []Column) error {
		for _, c := range columns {
			result.Columns = append(result.Columns, c.Name)
			result.Types = append(result.Types, c.Type)
		}
		return nil
	}, func(row []any) error {
		result.Values = append(result.Values, slices.Clone(row))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return result, nil
}

// Each runs one select and hands over its rows one by one, values as Query gives them; the slice is
// used again for the next row.
func (e *DuckDB) Each(ctx context.Context, query string, each func(row []any) error) error {
	return e.stream(ctx, query, func([]Column) error { return nil }, each)
}

// stream checks a query and hands over the columns and then each row; the row's slice is used again
// for the next.
func (e *DuckDB) stream(ctx context.Context, query string, head func([]Column) error, each func([]any) error) error {
	query, err := e.readOnly(ctx, query)
	if err != nil {
		return err
	}
	return e.give(ctx, query, head, each)
}

// give is stream of a query that was checked.
func (e *DuckDB) give(ctx context.Context, query string, head func([]Column) error, each func([]any) error) (err error) {
	rows, err := e.conn.QueryContext(ctx, query)
	if err != nil {
		return queryError(ctx, query, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	columns, err := columnsOf(rows)
	if err != nil {
		return err
	}
	if err := head(columns); err != nil {
		return err
	}
	values := make([]any, len(columns))
	targets := make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return fmt.Errorf("read a row: %w", err)
		}
		for i := range values {
			values[i] = plainValue(values[i])
		}
		if err := each(values); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return queryError(ctx, query, err)
	}
	return nil
}

// readOnly refuses everything but one reading statement and casts columns of types that Rows does
// not know to text.
func (e *DuckDB) readOnly(ctx context.Context, query string) (string, error) {
	if !isText(query) {
		return "", errors.New("run a query: it is not UTF-8 text")
	}
	query = withoutSemicolon(query)
	if slices.ContainsFunc(tokenize(query), func(t token) bool { return t.text == ";" }) {
		return "", errors.New("run a query: one select at a time: there is a ; inside")
	}
	explained, isExplain := cutExplain(query)
	kind, columns, err := e.prepared(explained)
	switch {
	case err != nil:
		return "", queryError(ctx, explained, err)
	case kind != duckdb.STATEMENT_TYPE_SELECT:
		return "", errors.New("run a query: only one select is run here, nothing that writes")
	case isExplain:
		return query, nil
	}
	return castUnknown(query, columns), nil
}

// cutExplain takes off explain, analyze and their options: explain analyze runs what it explains,
// so that must be a select too.
func cutExplain(query string) (explained string, isExplain bool) {
	tokens := tokenize(query)
	is := func(i int, text string) bool { return i < len(tokens) && strings.EqualFold(tokens[i].text, text) }
	if !is(0, "explain") {
		return query, false
	}
	next := 1
	if is(next, "analyze") {
		next++
	}
	if is(next, "(") {
		for next < len(tokens) && !is(next, ")") {
			next++
		}
		next++
	}
	if next >= len(tokens) {
		return "", true
	}
	return query[tokens[next].offset:], true
}

// prepared binds a statement and says what it is, and, of a select, its columns.
func (e *DuckDB) prepared(query string) (kind duckdb.StmtType, columns []Column, err error) {
	err = e.conn.Raw(func(driverConn any) error {
		statement, err := driverConn.(*duckdb.Conn).Prepare(query)
		if err != nil {
			return err
		}
		prepared := statement.(*duckdb.Stmt)
		kind, err = prepared.StatementType()
		if err == nil && kind == duckdb.STATEMENT_TYPE_SELECT {
			columns, err = preparedColumns(prepared)
		}
		return errors.Join(err, prepared.Close())
	})
	return kind, columns, err
}

func preparedColumns(statement *duckdb.Stmt) ([]Column, error) {
	count, err := statement.ColumnCount()
	if err != nil {
		return nil, err
	}
	columns := make([]Column, count)
	for i := range columns {
		kind, err := statement.ColumnType(i)
		if err != nil {
			return nil, err
		}
		columns[i].Type = knownType(kind)
		if columns[i].Name, err = statement.ColumnName(i); err != nil {
			return nil, err
		}
	}
	return columns, nil
}

// knownType is empty for types whose values are cast to text.
func knownType(kind duckdb.Type) string {
	switch kind {
	case duckdb.TYPE_BOOLEAN, duckdb.TYPE_VARCHAR, duckdb.TYPE_DATE, duckdb.TYPE_TIMESTAMP, duckdb.TYPE_TIMESTAMP_TZ,
		duckdb.TYPE_TINYINT, duckdb.TYPE_SMALLINT, duckdb.TYPE_INTEGER, duckdb.TYPE_BIGINT, duckdb.TYPE_HUGEINT,
		duckdb.TYPE_UTINYINT, duckdb.TYPE_USMALLINT, duckdb.TYPE_UINTEGER, duckdb.TYPE_UBIGINT,
		duckdb.TYPE_FLOAT, duckdb.TYPE_DOUBLE, duckdb.TYPE_DECIMAL, duckdb.TYPE_SQLNULL:
		return "known"
	}
	return ""
}

// castUnknown leaves a query of known types alone.
func castUnknown(query string, columns []Column) string {
	if !slices.ContainsFunc(columns, func(c Column) bool { return c.Type == "" }) {
		return query
	}
	var names, items []string
	for i, c := range columns {
		name := fmt.Sprintf("column%d", i)
		names = append(names, name)
		item := name
		if c.Type == "" {
			item = "cast(" + name + " as varchar)"
		}
		items = append(items, item+" as "+quoteName(c.Name))
	}
	return "select " + strings.Join(items, ", ") + " from (" + query + "\n) as result(" + strings.Join(names, ", ") + ")"
}

func columnsOf(rows *sql.Rows) ([]Column, error) {
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, fmt.Errorf("read the columns: %w", err)
	}
	columns := make([]Column, len(types))
	for i, t := range types {
		columns[i] = Column{t.Name(), strings.ToLower(t.DatabaseTypeName())}
	}
	return columns, nil
}

// plainValue turns a driver's value into one of those that Rows.Values promises.
func plainValue(value any) any {
	switch v := value.(type) {
	case int8:
		return int64(v)
	case int16:
		return int64(v)
	case int32:
		return int64(v)
	case uint8:
		return int64(v)
	case uint16:
		return int64(v)
	case uint32:
		return int64(v)
	case uint64:
		return wholeNumber(new(big.Int).SetUint64(v))
	case *big.Int:
		return wholeNumber(v)
	case float32:
		return float64(v)
	case duckdb.Decimal:
		return decimalText(v.Value, int(v.Scale))
	case time.Time:
		return v.UTC()
	}
	return value
}

func wholeNumber(n *big.Int) any {
	if n.IsInt64() {
		return n.Int64()
	}
	return Decimal(n.String())
}

// decimalText writes an unscaled value with all digits of its scale.
func decimalText(unscaled *big.Int, scale int) Decimal {
	digits := new(big.Int).Abs(unscaled).String()
	if missing := scale + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	sign := ""
	if unscaled.Sign() < 0 {
		sign = "-"
	}
	if scale == 0 {
		return Decimal(sign + digits)
	}
	point := len(digits) - scale
	return Decimal(sign + digits[:point] + "." + digits[point:])
}

// queryError places an error in a person's own query.
func queryError(ctx context.Context, query string, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return fmt.Errorf("run a query: %w", cause)
	}
	e, ok := readEngineError(err)
	switch {
	case !ok:
		return fmt.Errorf("run a query: %w", err)
	case e.Position == "" || e.isAboutValues():
		return fmt.Errorf("run a query: %s", e.text())
	}
	line, column := position(query, offsetOf(e.Position))
	return fmt.Errorf("run a query: line %d, column %d: %s", line, column, e.text())
}
