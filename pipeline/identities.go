package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/segment"
)

// identify makes the relations of the decisions for what was loaded, and asks for new ones.
func (n *night) identify(ctx context.Context, s *lake.Snapshot) error {
	return n.decide(ctx, s, len(n.cfg.Identity.MatchOn) > 0 && len(n.opt.Only) == 0)
}

// decide makes the relations of the decisions, and proposes new ones when asked to.
func (n *night) decide(ctx context.Context, s *lake.Snapshot, propose bool) error {
	places := map[string]int64{}
	if propose || len(n.decided.merges.IDs()) > 0 {
		eng, release, err := n.lakeEngine(ctx, s)
		if err != nil {
			return err
		}
		places, err = placesOf(ctx, eng, n.decided.merges.IDs())
		if err == nil && propose {
			err = n.propose(ctx, eng)
		}
		if err = errors.Join(err, release()); err != nil {
			return err
		}
	}
	n.identities = identityRelations(n.cfg, s, n.decided, places)
	return nil
}

// placesOf gives, of some ids, the first mapping of customers that knows each. An id that no
// mapping knows comes after all of them.
func placesOf(ctx context.Context, eng *model.DuckDB, ids []string) (map[string]int64, error) {
	places := map[string]int64{}
	if len(ids) == 0 {
		return places, nil
	}
	asked := table("run.decided_ids", "source_id varchar").of(each(ids, func(id string) []any { places[id] = math.MaxInt64; return []any{id} }))
	if err := eng.CreateFrom(ctx, asked.name, asked.columns, asked.rows, ""); err != nil {
		return nil, err
	}
	rows, err := eng.Query(ctx, "select customer_id, min(_mapping) from raw.customers inner join run.decided_ids on customer_id = source_id group by customer_id")
	if err != nil {
		return nil, err
	}
	for _, v := range rows.Values {
		places[v[0].(string)] = v[1].(int64)
	}
	return places, nil
}

// identityRelations are run.identities, run.parents, run.decided_ids and run.precedence. Parents
// stand under the ids that merges leave.
func identityRelations(cfg *Config, s *lake.Snapshot, d *decisions, places map[string]int64) []relation {
	identities := d.merges.Identities(func(id string) int64 { return places[id] })
	merged := map[string]string{}
	for _, i := range identities {
		merged[i.SourceID] = i.CustomerID
	}
	customer := func(id string) string {
		if c, ok := merged[id]; ok {
			return c
		}
		return id
	}
	var parents, decided [][]any
	stated, listed := map[string]bool{}, map[string]bool{}
	for _, id := range d.merges.IDs() {
		decided = append(decided, []any{"merges.csv", id})
	}
	for _, p := range d.parents {
		if id := customer(p.customer); !stated[id] {
			parents = append(parents, []any{id, orNull(customer(p.parent)), int64(p.line)})
			stated[id] = true
		}
		if !listed[p.customer] {
			decided = append(decided, []any{"parents.csv", p.customer})
			listed[p.customer] = true
		}
	}
	return []relation{
		table("run.identities", "source_id varchar", "customer_id varchar", "linked_id varchar", "line bigint", "score varchar", "evidence varchar").of(
			each(identities, func(i segment.Identity) []any {
				return []any{i.SourceID, i.CustomerID, i.LinkedID, int64(i.Line), orNull(i.Score), orNull(i.Evidence)}
			})),
		table("run.parents", "customer_id varchar", "parent_id varchar", "line bigint").of(parents),
		table("run.decided_ids", "file varchar", "source_id varchar").of(decided),
		table("run.precedence", "column_name varchar", "mapping bigint", "place bigint").of(precedenceRows(cfg, s)),
	}
}

// precedenceRows give every mapping of customers its place for every column and attribute: first the
// sources that pharos.yaml names for it, in their order, then the others in the order of the mappings.
func precedenceRows(cfg *Config, s *lake.Snapshot) [][]any {
	var sources, columns []string // sources by mapping
	canonical, _ := lake.TableNamed("customers")
	for _, c := range canonical.Columns {
		columns = append(columns, c.Name)
	}
	for _, m := range cfg.Data {
		if m.Table != canonical.Name || m.Raw {
			continue
		}
		sources = append(sources, m.Source)
		for _, a := range m.Attributes {
			if !slices.Contains(columns, a) {
				columns = append(columns, a)
			}
		}
	}
	if read, ok := s.Table(canonical.Name); ok { // --from-lake: the lake may hold mappings that are gone
		for len(sources) < len(read.Source) {
			sources = append(sources, "")
		}
	}
	var rows [][]any
	for _, column := range columns {
		for place, mapping := range mappingOrder(cfg.Identity.Precedence, column, sources) {
			rows = append(rows, []any{column, int64(mapping), int64(place)})
		}
	}
	return rows
}

func mappingOrder(declared []Precedence, column string, sources []string) []int {
	var order []int
	if i := slices.IndexFunc(declared, func(p Precedence) bool { return p.Column == column }); i >= 0 {
		for _, wanted := range declared[i].Sources {
			for mapping, source := range sources {
				if source == wanted {
					order = append(order, mapping)
				}
			}
		}
	}
	for mapping := range sources {
		if !slices.Contains(order, mapping) {
			order = append(order, mapping)
		}
	}
	return order
}

// Customer is a customer, asked for by any of their ids.
type Customer struct {
	ID     string
	Merged []segment.Identity // the ids that were merged into it, with row and evidence
}

// Customer resolves an id to the customer it is merged into; an id that is not merged is itself.
func (c *Console) Customer(ctx context.Context, id string) (Customer, error) {
	out := Customer{ID: id}
	if !c.known["run.identities"] { // a run of an earlier version
		return out, nil
	}
	rows, err := bind(ctx, c, fmt.Sprintf(`select * from run.identities where customer_id in (
		select customer_id from run.identities where source_id = %[1]s union all select %[1]s) order by source_id`, literal(id)),
		func(r record) segment.Identity {
			return segment.Identity{SourceID: r.text("source_id"), CustomerID: r.text("customer_id"), LinkedID: r.text("linked_id"),
				Line: int(r.count("line")), Score: r.text("score"), Evidence: r.text("evidence")}
		})
	if len(rows) > 0 {
		out = Customer{ID: rows[0].CustomerID, Merged: rows}
	}
	return out, err
}

// mergedIDs is the section that shows which ids were merged into the customer, and by which rows;
// nil when none were.
func (who Customer) section() *Section {
	if len(who.Merged) == 0 {
		return nil
	}
	rows := &model.Rows{Columns: []string{"source_id", "linked_id", "line", "score", "evidence"}, Types: []string{"varchar", "varchar", "bigint", "varchar", "varchar"}}
	for _, m := range who.Merged {
		rows.Values = append(rows.Values, []any{m.SourceID, m.LinkedID, int64(m.Line), m.Score, m.Evidence})
	}
	return &Section{Relation: "core.identities", Sentence: mergedSentence(who.ID), Total: int64(len(rows.Values)), Rows: rows}
}

func mergedSentence(id string) string {
	return "Ids that are merged into " + id + ", by accepted rows of merges.csv."
}
