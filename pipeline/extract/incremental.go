package extract

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Incremental says how a table is read by its changes. Columns are those of the source's relation
// or SELECT.
type Incremental struct {
	Cursor    string   // grows with every change of a row; rows without one are read every night
	Key       []string // identifies a row, NULL included as a value
	Overlap   Overlap  // how far before the watermark the next night begins
	Partition string   // day, month, year, hash or all
	By        string   // canonical date that partitions; empty: the table's own day
	Deletes   string   // nightly, weekly or never: when keys are compared with the source's
}

// Overlap covers rows that were committed late: a time for cursors that are times, a number for
// those that are numbers.
type Overlap struct {
	Time   time.Duration
	Number int64
	Usual  bool `json:",omitempty"` // nobody asked for it: it holds for times, and only for them
}

// UsualOverlap is that of a configuration that says none.
func UsualOverlap() Overlap { return Overlap{Time: 3 * 24 * time.Hour, Usual: true} }

// How often the keys of an incremental table are compared with the source's.
const (
	DeletesNightly = "nightly"
	DeletesWeekly  = "weekly"
	DeletesNever   = "never"
)

// Filter leaves rows of a relation out where the data is. All parts that are set must hold.
type Filter struct {
	Since   *Since
	Span    *Span
	Buckets *Buckets
}

// Since keeps the rows whose cursor is at least From, and those without a cursor.
type Since struct {
	Cursor string
	From   string // as Source.Read writes the value; empty: all rows
}

// Span keeps the rows whose column is at least From and less than To, as the source compares them.
type Span struct{ Column, From, To string }

// Tracker is a Source that can be read by changes: everything it says holds for the snapshot that
// its rows are read from.
type Tracker interface {
	Source
	// Watermark is the largest value of a cursor as exact text, but none after the given instant
	// (of naive times: in that instant's zone): a date in the future must not hide the rows of
	// tomorrow. It is empty where no row has a cursor.
	Watermark(ctx context.Context, q Query, cursor string, now time.Time) (string, error)
	// KeySums counts the rows and sums up the hashes of their keys, by bucket of the hash.
	KeySums(ctx context.Context, q Query, key []string) (KeySums, error)
	// NoKeys are sums of no keys under the hash that KeySums uses: it need not be asked first.
	NoKeys(ctx context.Context, q Query, key []string) (KeySums, error)
	// Sums counts the rows, and per asked column the values and, of exact numbers, their sum.
	Sums(ctx context.Context, q Query) (Tallies, error)
	// KeyColumns are the columns of the relation's primary key, nil where it is not known.
	KeyColumns(ctx context.Context, relation string) ([]string, error)
	// CanSpan says whether Span may compare a column with days or instants.
	CanSpan(ctx context.Context, relation, column string) (SpanKind, error)
}

// SpanKind is what the bounds of a Span are written as.
type SpanKind int

const (
	SpanNone    SpanKind = iota // the column is no date to the source
	SpanDays                    // 2026-03-08, and naive times
	SpanInstant                 // instants in UTC
)

// Tracks says whether a source can be read by changes.
func Tracks(s Spec) bool { return s.Postgres != nil || s.MySQL != nil || s.SQLite != nil }

// where is the filter in the dialect's words, empty for none.
func (f *Filter) where(d dialect) string {
	if f == nil {
		return ""
	}
	var parts []string
	if s := f.Since; s != nil && s.From != "" {
		c := d.quote(s.Cursor)
		parts = append(parts, fmt.Sprintf("(%s >= %s or %s is null)", c, d.value(s.From), c))
	}
	if s := f.Span; s != nil {
		c := d.quote(s.Column)
		parts = append(parts, fmt.Sprintf("%s >= %s and %s < %s", c, d.value(s.From), c, d.value(s.To)))
	}
	if b := f.Buckets; b != nil {
		parts = append(parts, b.where(d))
	}
	if len(parts) == 0 {
		return ""
	}
	return " where " + strings.Join(parts, " and ")
}

// value writes a value for a comparison: numbers as they are, everything else as a text that the
// server reads as the column's own type.
func (d dialect) value(text string) string {
	if isNumber(text) {
		return text
	}
	if d == mysqlSQL {
		// The session's zone is UTC, and the server knows no mark for it.
		return "'" + strings.NewReplacer(`\`, `\\`, `'`, `''`).Replace(strings.TrimSuffix(text, "Z")) + "'"
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}

// isNumber accepts plain decimal text only, so that a value can never be more than a number.
func isNumber(text string) bool {
	digits, point := 0, 0
	for i, c := range text {
		switch {
		case '0' <= c && c <= '9':
			digits++
		case c == '-' && i == 0:
		case c == '.' && point == 0:
			point++
		default:
			return false
		}
	}
	return digits > 0
}

// Before gives the value from which the next night reads: the watermark less the overlap, in the
// watermark's own form and precision. A watermark that is neither a time nor a whole number has
// no overlap: it is an error to ask for one.
func (o Overlap) Before(watermark string) (string, error) {
	switch {
	case watermark == "":
		return "", nil
	case isNumber(watermark):
		if o.Time != 0 && !o.Usual {
			return "", unfit(fmt.Errorf("the cursor holds numbers such as %s: write overlap: as a number", watermark))
		}
		if o.Number == 0 {
			return watermark, nil
		}
		n, err := strconv.ParseInt(watermark, 10, 64)
		if err != nil {
			return "", unfit(fmt.Errorf("the cursor's %s is no whole number: overlap: must be 0", watermark))
		}
		return strconv.FormatInt(n-o.Number, 10), nil
	}
	layout, at, ok := parseCursorTime(watermark)
	switch {
	case ok && o.Number != 0:
		return "", unfit(fmt.Errorf("the cursor holds times such as %s: write overlap: as a time, such as 3 days", watermark))
	case ok:
		return at.Add(-o.Time).Format(layout), nil
	case (o.Time != 0 || o.Number != 0) && !o.Usual:
		return "", unfit(fmt.Errorf("the cursor's %q is neither a time nor a number: overlap: must be 0", watermark))
	}
	return watermark, nil
}

// parseCursorTime reads a time as sources write them; the layout writes one in the same form.
func parseCursorTime(text string) (layout string, at time.Time, ok bool) {
	if len(text) < len(time.DateOnly) {
		return "", time.Time{}, false
	}
	layout = time.DateOnly
	if rest := text[len(time.DateOnly):]; rest != "" {
		layout += rest[:1] + time.TimeOnly
		if rest[0] != ' ' && rest[0] != 'T' {
			return "", time.Time{}, false
		}
		if point := strings.IndexByte(rest, '.'); point >= 0 {
			digits := len(rest) - point - 1 - len(strings.TrimLeft(rest[point+1:], "0123456789"))
			layout += "." + strings.Repeat("0", digits)
		}
		if strings.HasSuffix(rest, "Z") {
			layout += "Z"
		}
	}
	at, err := time.Parse(layout, text)
	return layout, at, err == nil
}

// Watermark asks for the largest cursor, and again below now if that lies in the future.
func (d *databaseSource) Watermark(ctx context.Context, q Query, cursor string, now time.Time) (string, error) {
	from, err := d.from(ctx, q)
	if err != nil {
		return "", d.readError(err)
	}
	largest := "select max(" + d.dialect.quote(cursor) + ") from " + from
	mark, err := d.one(ctx, q, largest)
	if err != nil || mark == "" || isNumber(mark) {
		return mark, err
	}
	_, at, isTime := parseCursorTime(mark)
	limit := now.UTC()
	if isTime && !strings.HasSuffix(mark, "Z") {
		limit = time.Date(now.Year(), now.Month(), now.Day(), now.Hour(), now.Minute(), now.Second(), 0, time.UTC)
	}
	if isTime && !at.After(limit) || !isTime && !strings.HasPrefix(mark, "infinity") && len(mark) < len("294276-12-31") {
		return mark, nil
	}
	if !isTime && !looksLikeTime(mark) {
		return mark, nil
	}
	return d.one(ctx, q, largest+" where "+d.dialect.quote(cursor)+" <= "+d.dialect.value(limit.Format(time.DateTime)))
}

// looksLikeTime knows the times beyond what Go parses: infinity, and years of five digits.
func looksLikeTime(text string) bool {
	year, rest, _ := strings.Cut(text, "-")
	return text == "infinity" || isNumber(year) && len(year) > 4 && strings.Contains(rest, "-")
}

// one answers a query of one value, NULL as "".
func (d *databaseSource) one(ctx context.Context, q Query, query string) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	rows, err := queryRows(ctx, d.session, query)
	if err != nil {
		return "", d.readError(fmt.Errorf("%s: %w", q.what(), err))
	}
	if len(rows) != 1 || len(rows[0]) != 1 {
		return "", d.readError(unreachable(errors.New("the server gave no answer to a question of one value")))
	}
	return rows[0][0], nil
}

func (d *databaseSource) readError(err error) error {
	return fmt.Errorf("read source %s: %w", d.spec.Name, err)
}

// from is what a query reads, without its filter.
func (d *databaseSource) from(ctx context.Context, q Query) (string, error) {
	if q.Select != "" {
		text, err := oneSelect(d.dialect, q.Select)
		if err != nil {
			return "", unfit(fmt.Errorf("its select is refused: %w", err))
		}
		return "(" + text + "\n) as q", nil
	}
	t, err := d.table(ctx, q.Relation)
	if err != nil {
		return "", err
	}
	return t.from(d.dialect), nil
}

func (d *databaseSource) table(ctx context.Context, relation string) (table, error) {
	tables, err := d.catalog(ctx)
	if err != nil {
		return table{}, err
	}
	return findTable(tables, relation)
}

// from names the table.
func (t table) from(d dialect) string {
	if t.schema == "" {
		return d.quote(t.name)
	}
	return d.quote(t.schema) + "." + d.quote(t.name)
}

// KeyColumns are the columns of the primary key.
func (d *databaseSource) KeyColumns(ctx context.Context, relation string) ([]string, error) {
	if relation == "" {
		return nil, nil
	}
	t, err := d.table(ctx, relation)
	if err != nil {
		return nil, d.readError(err)
	}
	return slices.Clone(t.key), nil
}

// CanSpan looks at the column's declared type.
func (d *databaseSource) CanSpan(ctx context.Context, relation, column string) (SpanKind, error) {
	if relation == "" || d.dialect == sqliteSQL { // SQLite compares texts, which any form of a date may be
		return SpanNone, nil
	}
	t, err := d.table(ctx, relation)
	if err != nil {
		return SpanNone, d.readError(err)
	}
	kind := strings.ToLower(t.column(column).Type)
	switch {
	case strings.HasPrefix(kind, "timestamp") && (d.dialect == mysqlSQL || strings.HasSuffix(kind, "with time zone")):
		return SpanInstant, nil
	case strings.HasPrefix(kind, "timestamp"), strings.HasPrefix(kind, "datetime"), kind == "date":
		return SpanDays, nil
	}
	return SpanNone, nil
}
