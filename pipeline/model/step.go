package model

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"math"

	"github.com/duckdb/duckdb-go/v2"
)

// stepRows is how many rows of a step wait in memory before they go into its table.
const stepRows = 50_000

// take runs a Go step and keeps its rows, like a built model's: in a table, or, with out, in a
// Parquet file in the order of the grain. The rows may come in any order.
func (e *DuckDB) take(ctx context.Context, m Model, out string) (rows int64, err error) {
	if err := e.Drop(ctx, m.Relation()); err != nil {
		return 0, err
	}
	if err := e.createEmpty(ctx, m); err != nil {
		return 0, err
	}
	t := taker{e: e, m: m}
	if err = m.Step(ctx, e, t.add); err == nil {
		err = t.flush()
	}
	if err != nil {
		return 0, fmt.Errorf("compute %s: %w", m.Relation(), err)
	}
	if out == "" {
		return t.rows, nil
	}
	written := m
	written.SQL = "select * from " + quoteRelation(m.Relation())
	return e.write(ctx, written, out)
}

func (e *DuckDB) createEmpty(ctx context.Context, m Model) error {
	definitions := ""
	for i, c := range m.Output {
		if isDecimal(c.Type) {
			return fmt.Errorf("create %s: column %s: a step gives money as a double, and the model that publishes it rounds it", m.Relation(), c.Name)
		}
		if i > 0 {
			definitions += ", "
		}
		definitions += quoteName(c.Name) + " " + c.Type
	}
	if err := e.exec(ctx, "create table "+quoteRelation(m.Relation())+" ("+definitions+")"); err != nil {
		return fmt.Errorf("create %s: %w", m.Relation(), err)
	}
	return nil
}

// taker gathers a step's rows and appends them many at a time: between two times the connection is
// free for what the step reads.
type taker struct {
	e       *DuckDB
	m       Model
	waiting []driver.Value // row after row
	rows    int64
}

func (t *taker) add(values ...any) error {
	if len(values) != len(t.m.Output) {
		return fmt.Errorf("row %d has %d values for %d columns", t.rows+1, len(values), len(t.m.Output))
	}
	for i, c := range t.m.Output {
		if v, isDouble := values[i].(float64); isDouble && (math.IsNaN(v) || math.IsInf(v, 0)) {
			return fmt.Errorf("row %d: column %s is %v: no such number may reach a mart", t.rows+1, c.Name, v)
		}
		v, err := incomingValue(c, values[i])
		if err != nil {
			return fmt.Errorf("row %d: %w", t.rows+1, err)
		}
		t.waiting = append(t.waiting, v)
	}
	t.rows++
	if len(t.waiting) >= stepRows*len(t.m.Output) {
		return t.flush()
	}
	return nil
}

func (t *taker) flush() error {
	width := len(t.m.Output)
	err := t.e.conn.Raw(func(driverConn any) (err error) {
		appender, err := duckdb.NewAppender(driverConn.(driver.Conn), t.e.database(), t.m.Schema, t.m.Name)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, appender.Close()) }()
		for at := 0; at < len(t.waiting); at += width {
			if err := appender.AppendRow(t.waiting[at : at+width]...); err != nil {
				return err
			}
		}
		return nil
	})
	t.waiting = t.waiting[:0]
	return err
}

// database is the name of this value's own database in the engine.
func (e *DuckDB) database() string {
	if e.beside != "" {
		return e.beside
	}
	return ownDatabase
}
