package extract

import (
	"context"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"modernc.org/sqlite"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// sqliteSession reads a database file, or a private copy of it, and never creates a file beside it.
type sqliteSession struct {
	conn  driver.Conn
	state sqliteState // of the original files when they were opened
	copy  string      // folder of the copy; empty when the file itself is read
}

// openSQLite opens a database file so that neither it nor its folder changes. A file with a
// write-ahead log or journal beside it is copied with it and the copy is read: reading the file
// alone would lose the log's rows, and a plain read-only connection creates files beside it.
func openSQLite(ctx context.Context, spec Spec) (Source, error) {
	files, err := listFiles(spec.Dir, spec.SQLite.Path)
	if err != nil {
		return nil, specError(spec, unreachable(err))
	}
	if len(files) > 1 {
		return nil, specError(spec, unfit(fmt.Errorf("%s fits %d files; a database is one file", spec.SQLite.Path, len(files))))
	}
	s := &sqliteSession{}
	if err := s.open(ctx, files[0].path); err != nil {
		return nil, specError(spec, errors.Join(err, s.close(ctx)))
	}
	d := &databaseSource{spec: spec, dialect: sqliteSQL, session: s, opened: time.Now(), connections: 1}
	d.findings = s.audit()
	return d, nil
}

func (s *sqliteSession) open(ctx context.Context, path string) error {
	state, err := stateOf(path)
	if err != nil {
		return err
	}
	s.state = state
	query := "?mode=ro&immutable=1"
	if state.hasLog() {
		if path, err = s.copyFiles(ctx); err != nil {
			return err
		}
		query = "?mode=rw" // to apply the log, to the copy
	}
	connector, err := sqlite.NewConnector("file:" + sqlitePath(path) + query + "&_query_only=1&_dqs=0")
	if err != nil {
		return fmt.Errorf("open %s: %w", s.state.name(), err)
	}
	if s.conn, err = connector.Connect(ctx); err != nil {
		return s.explain(ctx, err)
	}
	if _, err := queryRows(ctx, s, "select count(*) from sqlite_schema"); err != nil {
		return err
	}
	return nil
}

// sqlitePath writes a path as SQLite's file: addresses want it.
func sqlitePath(path string) string {
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") && filepath.VolumeName(path) != "" {
		slashed = "/" + slashed
	}
	return (&url.URL{Path: slashed}).EscapedPath()
}

func (s *sqliteSession) audit() []lake.Finding {
	detail := "the file is opened read-only and immutable; nothing is created beside it"
	if s.copy != "" {
		detail = "a log or journal lies beside the file: a private copy of both is read"
	}
	return []lake.Finding{{Item: "opened_read_only", Severity: "ok", Detail: detail}}
}

// catalog lists tables and views. A view that does not work is left out.
func (s *sqliteSession) catalog(ctx context.Context) ([]table, error) {
	names, err := queryRows(ctx, s, `select name, type from sqlite_schema
		where type in ('table', 'view') and name not like 'sqlite\_%' escape '\' order by name collate binary`)
	if err != nil {
		return nil, err
	}
	tables := make([]table, 0, len(names))
	for _, row := range names {
		t, err := s.describe(ctx, row[0], row[1] == "table")
		switch {
		case err == nil:
			tables = append(tables, t)
		case ctx.Err() != nil || !errors.Is(err, ErrMapping):
			return nil, err
		}
	}
	return tables, nil
}

func (s *sqliteSession) describe(ctx context.Context, name string, stored bool) (table, error) {
	t := table{name: name, listed: name, rows: -1}
	literal := "'" + strings.ReplaceAll(name, "'", "''") + "'"
	columns, err := queryRows(ctx, s, "select name, type, pk from pragma_table_xinfo("+literal+") where hidden <> 1 order by cid")
	if err != nil {
		return t, err
	}
	t.key = make([]string, len(columns))
	for _, c := range columns {
		t.columns = append(t.columns, SourceColumn{Name: c[0], Type: c[1]})
		if place, err := strconv.Atoi(c[2]); err == nil && place > 0 {
			t.key[place-1] = c[0]
		}
	}
	t.key = slices.DeleteFunc(t.key, func(k string) bool { return k == "" })
	rowid := t.rowidName()
	if !stored || rowid == "" {
		return t, nil
	}
	// A primary key of SQLite may hold NULLs, even several: the row's number makes it total. A
	// table without row numbers answers with an error and has a sound key.
	newest, err := queryRows(ctx, s, "select max("+rowid+") from "+sqliteSQL.quote(name))
	if err == nil {
		t.order = []string{"t." + rowid}
		if n, err := strconv.ParseInt(newest[0][0], 10, 64); err == nil {
			t.rows = n
		} else {
			t.rows = 0
		}
	}
	return t, ctx.Err()
}

// rowidName is the first of the row number's three names that no column takes.
func (t table) rowidName() string {
	for _, name := range []string{"rowid", "_rowid_", "oid"} {
		if !slices.ContainsFunc(t.columns, func(c SourceColumn) bool { return strings.EqualFold(c.Name, name) }) {
			return name
		}
	}
	return ""
}

// stream runs one SELECT. The file must still be what it was when the source was opened.
func (s *sqliteSession) stream(ctx context.Context, query string, w *rowWriter) error {
	if err := s.rows(ctx, query, w); err != nil {
		return err
	}
	if s.copy != "" {
		return nil
	}
	now, err := stateOf(s.state.path)
	if err != nil {
		return err
	}
	if !now.sameFile(s.state) {
		return unreachable(fmt.Errorf("%s was changed while it was read; run again when its writer has finished", s.state.name()))
	}
	return nil
}

func (s *sqliteSession) rows(ctx context.Context, query string, w *rowWriter) (err error) {
	rows, err := s.conn.(driver.QueryerContext).QueryContext(ctx, query, nil)
	if err != nil {
		return s.explain(ctx, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	if err := w.header(rows.Columns(), nil); err != nil {
		return err
	}
	values := make([]driver.Value, len(rows.Columns()))
	texts, buffers := make([][]byte, len(values)), newBuffers(len(values))
	for {
		err := rows.Next(values)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return s.explain(ctx, err)
		}
		for i, v := range values {
			if texts[i], err = sqliteText(&buffers[i], v); err != nil {
				return fmt.Errorf("column %s: %w", rows.Columns()[i], err)
			}
		}
		if err := w.row(ctx, texts); err != nil {
			return err
		}
	}
}

// sqliteText is a value's exact text, nil for NULL; the buffer is used again for the next row.
func sqliteText(buffer *[]byte, v driver.Value) ([]byte, error) {
	b := (*buffer)[:0]
	switch v := v.(type) {
	case nil:
		return nil, nil
	case int64:
		b = strconv.AppendInt(b, v, 10)
	case float64:
		b = appendFloat(b, v, 64)
	case string:
		b = append(b, v...)
	case []byte:
		b = hex.AppendEncode(append(b, "0x"...), v)
	default:
		return nil, fmt.Errorf("a value of type %T is not known", v)
	}
	*buffer = b
	return b, nil
}

// explain says what an error of SQLite means.
func (s *sqliteSession) explain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	const corrupt, notADatabase, ioError, cannotOpen = 11, 26, 10, 14
	var coded *sqlite.Error
	if !errors.As(err, &coded) {
		return fmt.Errorf("read %s: %w", s.state.name(), err)
	}
	switch coded.Code() & 0xff {
	case notADatabase:
		return unreachable(fmt.Errorf("%s is no SQLite database, or it is encrypted", s.state.name()))
	case corrupt:
		return unreachable(fmt.Errorf("%s is damaged: %w; restore it from a copy", s.state.name(), err))
	case ioError, cannotOpen:
		return unreachable(fmt.Errorf("read %s: %w; may this user read the file?", s.state.name(), err))
	}
	return unfit(fmt.Errorf("SQLite says: %w", err))
}

// evidence compares the files with what they were at the start.
func (s *sqliteSession) evidence(context.Context) []lake.Finding {
	f := lake.Finding{Item: "evidence_unchanged", Severity: "ok", Detail: "size, time and change counter of the files are what they were at the start"}
	now, err := stateOf(s.state.path)
	switch {
	case err != nil:
		f.Severity, f.Detail = "warning", "the files could not be looked at again: "+err.Error()
	case !now.equal(s.state):
		f.Severity = "warning"
		f.Detail = "another program changed the files meanwhile; what was read is the state at the start"
	}
	return []lake.Finding{f}
}

func (s *sqliteSession) close(context.Context) error {
	var err error
	if s.conn != nil {
		err = s.conn.Close()
	}
	if s.copy != "" {
		err = errors.Join(err, os.RemoveAll(s.copy))
	}
	return err
}
