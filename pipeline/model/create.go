package model

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"
)

// CreateFrom makes a table from Go values: the run.* relations, the calendar, an empty canonical
// table. Values are nil, string, bool, int, int64, float64 and time.Time as the column's type
// asks; a decimal is a Decimal or its text. With out the rows are also written to that Parquet
// file, in the order given.
func (e *DuckDB) CreateFrom(ctx context.Context, relation string, columns []Column, rows [][]any, out string) error {
	if err := e.create(ctx, relation, columns, rows, out); err != nil {
		return fmt.Errorf("create %s: %w", relation, err)
	}
	return nil
}

func (e *DuckDB) create(ctx context.Context, relation string, columns []Column, rows [][]any, out string) error {
	if err := e.makeSchema(ctx, relation); err != nil {
		return err
	}
	if err := e.Drop(ctx, relation); err != nil {
		return err
	}
	// Decimals pass the driver as text and become numbers in DuckDB, so that none is a float.
	var incoming, casts []string
	for _, c := range columns {
		incoming = append(incoming, quoteName(c.Name)+" "+incomingType(c.Type))
		casts = append(casts, "cast("+quoteName(c.Name)+" as "+c.Type+") as "+quoteName(c.Name))
	}
	// The appender may store rows in another order than it got them, so each brings its place.
	incoming = append(incoming, quoteName(placeColumn)+" bigint")
	if err := e.exec(ctx, "create or replace temp table incoming ("+strings.Join(incoming, ", ")+")"); err != nil {
		return err
	}
	if err := e.appendRows(columns, rows); err != nil {
		return err
	}
	ordered := "select " + strings.Join(casts, ", ") + " from temp.main.incoming order by " + quoteName(placeColumn)
	err := e.exec(ctx, "create table "+quoteRelation(relation)+" as "+ordered)
	if err == nil && out != "" {
		err = e.exec(ctx, "copy ("+ordered+") to "+quoteText(out)+" "+martFormat)
	}
	return errors.Join(err, e.exec(ctx, "drop table temp.main.incoming"))
}

// Replace makes a relation a table of the rows of a query, which may read the relation itself.
func (e *DuckDB) Replace(ctx context.Context, relation, query string) error {
	if err := e.replace(ctx, relation, query); err != nil {
		return fmt.Errorf("replace %s: %w", relation, err)
	}
	return nil
}

func (e *DuckDB) replace(ctx context.Context, relation, query string) error {
	if err := e.makeSchema(ctx, relation); err != nil {
		return err
	}
	query, err := e.readOnly(ctx, query)
	if err != nil {
		return err
	}
	if err := e.exec(ctx, "create or replace temp table incoming as "+query); err != nil {
		return err
	}
	if err := e.Drop(ctx, relation); err != nil {
		return err
	}
	err = e.exec(ctx, "create table "+quoteRelation(relation)+" as select * from temp.main.incoming")
	return errors.Join(err, e.exec(ctx, "drop table temp.main.incoming"))
}

// placeColumn numbers the rows while they come in; no column of a relation has this name.
const placeColumn = "_place"

func isDecimal(kind string) bool { return strings.HasPrefix(kind, "decimal") }

func incomingType(kind string) string {
	if isDecimal(kind) {
		return "varchar"
	}
	return kind
}

func (e *DuckDB) appendRows(columns []Column, rows [][]any) error {
	return e.conn.Raw(func(driverConn any) (err error) {
		appender, err := duckdb.NewAppender(driverConn.(driver.Conn), "temp", "main", "incoming")
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, appender.Close()) }()
		values := make([]driver.Value, len(columns)+1)
		for i, row := range rows {
			if len(row) != len(columns) {
				return fmt.Errorf("row %d has %d values for %d columns", i+1, len(row), len(columns))
			}
			for j, c := range columns {
				if values[j], err = incomingValue(c, row[j]); err != nil {
					return fmt.Errorf("row %d: %w", i+1, err)
				}
			}
			values[len(columns)] = int64(i)
			if err := appender.AppendRow(values...); err != nil {
				return fmt.Errorf("row %d: %w", i+1, err)
			}
		}
		return nil
	})
}

// incomingValue checks a value against its column and turns it into the driver's form.
func incomingValue(c Column, value any) (driver.Value, error) {
	switch v := value.(type) {
	case nil:
		return nil, nil
	case Decimal:
		if isDecimal(c.Type) {
			return string(v), nil
		}
	case string:
		if isDecimal(c.Type) || c.Type == "varchar" {
			if !isText(v) {
				return nil, fmt.Errorf("column %s: %q is not UTF-8 text", c.Name, v)
			}
			return v, nil
		}
	case int:
		return incomingValue(c, int64(v))
	case int64:
		switch {
		case isDecimal(c.Type):
			return strconv.FormatInt(v, 10), nil
		case c.Type == "bigint":
			return v, nil
		case c.Type == "double":
			return float64(v), nil
		}
	case float64:
		if c.Type == "double" {
			return v, nil
		}
	case bool:
		if c.Type == "boolean" {
			return v, nil
		}
	case time.Time:
		if c.Type == "date" || c.Type == "timestamp" {
			return v, nil
		}
	}
	return nil, fmt.Errorf("column %s is %s: it cannot hold %v (%T)", c.Name, c.Type, value, value)
}

// ExportDatabase writes relations as tables of a new DuckDB file, each under its name without the
// schema, for notebooks and BI tools. The file's folder must be writable for the engine, and the
// file must not exist: an existing one may be another program's work.
func (e *DuckDB) ExportDatabase(ctx context.Context, path string, relations []string) error {
	if !filepath.IsAbs(path) {
		return fmt.Errorf("export %s: the path is not absolute", path)
	}
	switch _, err := os.Lstat(path); {
	case err == nil:
		return fmt.Errorf("export %s: the file exists: remove it or choose another name", path)
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("export %s: %w", path, err)
	}
	if err := e.export(ctx, path, relations); err != nil {
		return fmt.Errorf("export %s: %w", path, errors.Join(err, removeIfThere(path)))
	}
	return nil
}

// export fills the file; detaching writes it to the end.
func (e *DuckDB) export(ctx context.Context, path string, relations []string) error {
	if err := e.exec(ctx, "attach "+quoteText(path)+" as exported"); err != nil {
		return err
	}
	var failed error
	for _, relation := range relations {
		name := relation[strings.LastIndexByte(relation, '.')+1:]
		failed = e.exec(ctx, "create table exported.main."+quoteName(name)+" as select * from "+quoteRelation(relation))
		if failed != nil {
			failed = fmt.Errorf("%s: %w", relation, failed)
			break
		}
	}
	return errors.Join(failed, e.exec(context.WithoutCancel(ctx), "detach exported"))
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
