package extract

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// plan is a Query in a database's words.
type plan struct {
	what       string // for messages: table orders, or the select
	fromSelect string // the SELECT of pharos.yaml; empty for a relation
	query      string
	count      string // counts the rows of query
	asked      []string
	types      map[string]lake.Type // wanted; see Query
	key        []string             // primary key of the relation
	limit      int64
	filter     string // the where of Query.Filter
	ordered    bool   // by key, whatever it costs
	table      table
	memory     *recycler
	unordered  string // query of a relation, without where, order and limit
}

// part is the query of a relation's rows that meet a condition, in no order.
func (p plan) part(condition string) string { return p.unordered + " where " + condition }

// plan checks a query against the catalog and writes it down.
func (d *databaseSource) plan(ctx context.Context, q Query) (plan, error) {
	if q.Select != "" {
		return d.planSelect(q)
	}
	if len(q.Columns) == 0 {
		return plan{}, unfit(errors.New("no column is asked for; map at least one"))
	}
	tables, err := d.catalog(ctx)
	if err != nil {
		return plan{}, err
	}
	t, err := findTable(tables, q.Relation)
	if err != nil {
		return plan{}, err
	}
	if err := t.has(q.Columns); err != nil {
		return plan{}, err
	}
	from, where := t.from(d.dialect), q.Filter.where(d.dialect)
	p := plan{
		what: "table " + t.listed, asked: q.Columns, types: q.Types, key: t.key, limit: q.Limit, ordered: q.Ordered, table: t, memory: q.recycler(),
		count: "select count(*) from " + from + where, filter: where,
	}
	p.unordered = "select " + d.selectList(t, q.Columns) + " from " + from + " as t"
	p.query = p.unordered + where
	if order := d.orderBy(t, q); order != "" {
		p.query += " order by " + order
	}
	p.query += limitClause(q.Limit)
	return p, nil
}

func (d *databaseSource) planSelect(q Query) (plan, error) {
	if q.Relation != "" {
		return plan{}, unfit(errors.New("both a table and a select are given; one of them is enough"))
	}
	text, err := oneSelect(d.dialect, q.Select)
	if err != nil {
		return plan{}, unfit(fmt.Errorf("its select is refused: %w", err))
	}
	where := q.Filter.where(d.dialect)
	p := plan{what: "the select", fromSelect: text, asked: q.Columns, types: q.Types, limit: q.Limit, memory: q.recycler(), query: text, filter: where}
	p.count = "select count(*) from (" + text + "\n) as q" + where // a comment may end the text
	if q.Limit > 0 || where != "" {
		p.query = "select * from (" + text + "\n) as q" + where + limitClause(q.Limit)
	}
	return p, nil
}

// nameColumns rewrites a SELECT as one over expressions: SQLite's driver turns columns that are
// declared as dates into times of its own format, and expressions have no declaration.
func (p *plan) nameColumns(ctx context.Context, s session) error {
	inner := "(" + p.fromSelect + "\n) as q"
	w := &rowWriter{}
	if err := s.stream(ctx, "select * from "+inner+" limit 0", w); err != nil {
		return err
	}
	for _, name := range w.asked {
		if base, number, ok := strings.Cut(name, ":"); ok && number == "1" && slices.Contains(w.asked, base) {
			return unfit(fmt.Errorf("the select gives %q twice; give each column a name of its own with as", base))
		}
	}
	if p.asked == nil {
		p.asked = w.asked
	}
	if _, err := resultPlaces(w.asked, p.asked); err != nil {
		return err
	}
	list := make([]string, len(p.asked))
	for i, name := range p.asked {
		list[i] = columnExpression(sqliteSQL, SourceColumn{Name: name}) + " as " + sqliteSQL.quote(name)
	}
	p.query = "select " + strings.Join(list, ", ") + " from " + inner + p.filter + limitClause(p.limit)
	return nil
}

func limitClause(limit int64) string {
	if limit <= 0 {
		return ""
	}
	return fmt.Sprintf(" limit %d", limit)
}

// findTable finds a relation by its listed name, or by schema and name.
func findTable(tables []table, name string) (table, error) {
	listed := make([]string, len(tables))
	for i, t := range tables {
		if t.listed == name {
			return t, nil
		}
		listed[i] = t.listed
	}
	for _, t := range tables {
		if t.schema+"."+t.name == name {
			return t, nil
		}
	}
	if name == "" {
		return table{}, unfit(fmt.Errorf("no table is named; it has %s", nearestNames("", listed)))
	}
	return table{}, unfit(fmt.Errorf("no table %q that may be read; nearest: %s", name, nearestNames(name, listed)))
}

func (t table) has(columns []string) error {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.Name
	}
	for _, c := range columns {
		if !slices.Contains(names, c) {
			return unfit(fmt.Errorf("table %s has no column %q that may be read; nearest: %s", t.listed, c, nearestNames(c, names)))
		}
	}
	return nil
}

func (t table) column(name string) SourceColumn {
	for _, c := range t.columns {
		if c.Name == name {
			return c
		}
	}
	return SourceColumn{Name: name}
}

func (d *databaseSource) selectList(t table, columns []string) string {
	list := make([]string, len(columns))
	for i, name := range columns {
		list[i] = columnExpression(d.dialect, t.column(name)) + " as " + d.dialect.quote(name)
	}
	return strings.Join(list, ", ")
}

// columnExpression reads a column so that its text is the value and not the server's way to show it.
func columnExpression(d dialect, c SourceColumn) string {
	name := d.quote(c.Name)
	switch {
	case d == postgresSQL && c.Type == "money":
		return name + "::numeric" // money prints itself in the server's locale
	case d == sqliteSQL:
		return "+" + name // see nameColumns
	}
	return name
}

// orderBy makes the order the same every night: by primary key, or else by all asked columns. A
// sample of a table without a key is taken as it comes, since sorting it all would cost too much.
func (d *databaseSource) orderBy(t table, q Query) string {
	var list []string
	for _, k := range t.key {
		list = append(list, "t."+d.dialect.quote(k))
	}
	list = append(list, t.order...)
	if len(list) == 0 && q.Limit == 0 {
		for _, c := range q.Columns {
			list = append(list, d.sortKeys(d.dialect.quote(c))...)
		}
	}
	return strings.Join(list, ", ")
}

// sortKeys order by a column of any type; rows that tie are equal in it to the byte.
func (d *databaseSource) sortKeys(name string) []string {
	switch d.dialect {
	case postgresSQL:
		return []string{"t." + name + `::text collate "C"`}
	case mysqlSQL:
		return []string{"t." + name, "cast(t." + name + " as binary)"} // the first tells floats apart, the second cases
	}
	return []string{"t." + name + " collate binary"}
}
