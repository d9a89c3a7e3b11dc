package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/pipeline/publish/serve"
)

// cardMart is a mart whose rows stand on cards of their customers.
type cardMart struct {
	model.Model
	columns, types []string
}

// A card's line is the columns of a row as text, divided by cardComma; serve.Null is no value. Both
// are controls that no page would show, and are blanks in the texts themselves.
const cardComma = "\x1f"

// Two more relations stand on cards: the customer that an id is merged into, and who was merged.
const (
	mergedInto = "merged_into"
	mergedFrom = "merged_from"
)

// cardSlice is how many rows of a mart are read at once.
const cardSlice = 250_000

// writeCards indexes every mart about customers, and the merged ids.
func (b *browser) writeCards(ctx context.Context) error {
	for _, md := range b.c.Marts() {
		if !slices.Contains(md.Grain, "customer_id") {
			continue
		}
		if err := b.indexMart(ctx, md); err != nil {
			return fmt.Errorf("index mart %s: %w", md.Name, err)
		}
	}
	if !b.c.known["run.identities"] {
		return nil
	}
	columns := []string{"source_id", "linked_id", "line", "score", "evidence"}
	if err := b.index(ctx, mergedInto, "select source_id, customer_id from run.identities order by source_id"); err != nil {
		return err
	}
	return b.index(ctx, mergedFrom, "select customer_id, "+cardLine(columns, []string{"varchar", "varchar", "bigint", "varchar", "varchar"})+
		" from run.identities order by customer_id, source_id")
}

func (b *browser) indexMart(ctx context.Context, md model.Model) error {
	found, err := b.c.Query(ctx, "select * from "+md.Relation()+" where false")
	if err != nil {
		return err
	}
	b.marts = append(b.marts, cardMart{md, found.Columns, found.Types})
	bounds, err := b.bounds(ctx, md.Relation())
	if err != nil {
		return err
	}
	var queries []string
	for i := 0; i <= len(bounds); i++ {
		where := "true"
		if i > 0 {
			where += " and customer_id >= " + literal(bounds[i-1])
		}
		if i < len(bounds) {
			where += " and customer_id < " + literal(bounds[i])
		}
		queries = append(queries, fmt.Sprintf("select customer_id, %s from %s where %s order by customer_id, %s",
			cardLine(found.Columns, found.Types), md.Relation(), where, quotedColumns(md.Grain)))
	}
	return b.index(ctx, md.Name, queries...)
}

// bounds are the customers at which a long mart is cut into slices, so that neither sorting nor
// reading it holds all of it.
func (b *browser) bounds(ctx context.Context, relation string) ([]string, error) {
	counted, err := b.c.Query(ctx, "select count(*) as n from "+relation)
	if err != nil {
		return nil, err
	}
	rows := counted.Values[0][0].(int64)
	if rows <= cardSlice || !b.c.known["segment.customers"] {
		return nil, nil
	}
	counted, err = b.c.Query(ctx, "select count(*) as n from segment.customers")
	if err != nil {
		return nil, err
	}
	step := max(1, counted.Values[0][0].(int64)*cardSlice/rows)
	return b.c.texts(ctx, fmt.Sprintf(`select customer_id from (select customer_id, row_number() over (order by customer_id) as place from segment.customers) as places
		where place %% %d = 0 order by customer_id`, step))
}

// index writes the cards of a relation: key and line of each row, in the order of the keys.
func (b *browser) index(ctx context.Context, relation string, queries ...string) error {
	w, err := b.cards.Begin(relation)
	if err != nil {
		return err
	}
	for _, query := range queries {
		err := b.c.ready(ctx, query)
		if err == nil {
			err = b.c.Each(ctx, query, func(row []any) error {
				key, _ := row[0].(string)
				line, _ := row[1].(string)
				return w.Add(key, line)
			})
		}
		if err != nil {
			_ = w.Discard()
			return err
		}
	}
	return w.Finish()
}

// cardLine is a row as one text.
func cardLine(columns, types []string) string {
	parts := make([]string, len(columns))
	for i, name := range columns {
		text := "cast(" + quoted(name) + " as varchar)"
		if types[i] == "varchar" {
			text = "translate(" + quoted(name) + ", chr(30) || chr(31), '  ')"
		}
		parts[i] = "coalesce(" + text + ", chr(30))"
	}
	return "concat_ws(chr(31), " + strings.Join(parts, ", ") + ") as line"
}

func quotedColumns(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = quoted(n)
	}
	return strings.Join(out, ", ")
}

// merged is the customer that an id is merged into, or the id itself.
func (b *browser) merged(id string) (string, error) {
	lines, err := b.cards.Find(mergedInto, id)
	if err != nil || len(lines) == 0 {
		return id, err
	}
	return lines[0], nil
}

// customer collects the figures of the marts from the cards: what Explain gives, without the rows
// of the sources.
func (b *browser) customer(_ context.Context, id string) (*serve.Customer, error) {
	who, err := b.merged(id)
	if err != nil {
		return nil, err
	}
	e := &Explanation{Customer: who}
	if who != id {
		e.MergedFrom = id
	}
	for _, m := range b.marts {
		rows, err := b.card(m.Name, who, m.columns, m.types)
		if err != nil {
			return nil, err
		}
		if rows != nil {
			e.Sections = append(e.Sections, Section{Relation: m.Name, Sentence: m.Sentence, Total: int64(len(rows.Values)), Rows: rows})
		}
	}
	if len(e.Sections) == 0 {
		return nil, fmt.Errorf("show customer: %w", serve.ErrUnknown)
	}
	merged, err := b.card(mergedFrom, who, []string{"source_id", "linked_id", "line", "score", "evidence"}, []string{"varchar", "varchar", "bigint", "varchar", "varchar"})
	if err != nil {
		return nil, err
	}
	if merged != nil {
		for i := range merged.Values {
			if id := cellOf(merged, i, "source_id"); id != who {
				e.SourceIDs = append(e.SourceIDs, id)
			}
		}
		e.Sections = slices.Insert(e.Sections, 0, Section{Relation: "core.identities", Sentence: mergedSentence(who), Total: int64(len(merged.Values)), Rows: merged})
	}
	e.Summary = summaryOf(e.Sections)
	e.Summary.place(b.cut)
	return customerOf(e), nil
}

// card reads the rows of a relation from a card; nil when there is none.
func (b *browser) card(relation, key string, columns, types []string) (*model.Rows, error) {
	lines, err := b.cards.Find(relation, key)
	if err != nil || len(lines) == 0 {
		return nil, err
	}
	rows := &model.Rows{Columns: columns, Types: types}
	for _, line := range lines {
		cells := strings.Split(line, cardComma)
		if len(cells) != len(columns) {
			return nil, fmt.Errorf("read card of %s: %d cells for %d columns", relation, len(cells), len(columns))
		}
		row := make([]any, len(cells))
		for i, cell := range cells {
			row[i] = cardValue(cell, types[i])
		}
		rows.Values = append(rows.Values, row)
	}
	return rows, nil
}

// cardValue is a value of a card. Only doubles are spelled differently by the engine.
func cardValue(cell, kind string) any {
	if cell == serve.Null {
		return nil
	}
	if kind == "double" {
		if v, err := strconv.ParseFloat(cell, 64); err == nil {
			return v
		}
	}
	return cell
}
