package model

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// Beside opens second schemas on the cluster, under the night's prefix and a name: the same models
// can be computed there from other inputs while they read what this one holds (Share). It must be
// closed before this one.
func (t *Trino) Beside(name string) *Trino {
	o := t.o
	o.Schema += "_" + name
	return &Trino{o: o, db: t.db, local: t.local, parent: t, mu: t.mu, relations: map[string]*trinoRelation{}, schemas: map[string]bool{},
		home: map[string]bool{}, storing: map[string]bool{}, here: map[string]bool{}, started: t.started + "-" + name}
}

// Share lets a relation show rows of the one beside which this was opened: columns is what a select
// may list, where says which rows, or is empty for all.
func (t *Trino) Share(ctx context.Context, relation, columns, where string) error {
	if err := t.share(ctx, relation, columns, where); err != nil {
		return fmt.Errorf("share %s: %w", relation, err)
	}
	return nil
}

func (t *Trino) share(ctx context.Context, relation, columns, where string) error {
	if err := t.schema(ctx, relation); err != nil {
		return err
	}
	if err := t.drop(ctx, relation); err != nil {
		return err
	}
	text := "select " + columns + " from " + t.parent.name(relation)
	if where != "" {
		text += " where " + where
	}
	key := ""
	if r := t.parent.known(relation); r != nil {
		key = r.key
	}
	sum := sha256.Sum256([]byte(key + "\n" + columns + "\n" + where))
	t.keep(relation, &trinoRelation{key: hex.EncodeToString(sum[:])[:32], view: true})
	return t.exec(ctx, "", viewStatement(t.name(relation), text))
}

// CreateFrom gives the cluster a relation of Go values, as DuckDB.CreateFrom does; it does not touch
// the relation of that name that the embedded engine holds.
func (t *Trino) CreateFrom(ctx context.Context, relation string, columns []Column, rows [][]any, _ string) error {
	own := t.o.Schema + "_" + relation
	t.mu.Lock()
	err := t.local.CreateFrom(ctx, own, columns, rows, "")
	t.mu.Unlock()
	if err == nil {
		err = t.offerAs(ctx, own, relation)
	}
	if err != nil {
		return fmt.Errorf("create %s: %w", relation, err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.local.Drop(ctx, own)
}

// Sweep drops the schemas that an earlier night under the same prefix left behind, with those of
// their relations that lie in our folder of the store. What somebody else put there stays, and then
// the schema's name is taken: an error.
func (t *Trino) Sweep(ctx context.Context) error {
	catalog := quoteName(t.o.Catalog)
	like := strings.NewReplacer(`\`, `\\`, "_", `\_`, "%", `\%`).Replace(t.o.Schema) + `\_%`
	rows, err := t.ask(ctx, "select schema_name from "+catalog+".information_schema.schemata where schema_name like "+quoteText(like)+` escape '\' order by 1`)
	if err != nil {
		return fmt.Errorf("look for schemas of an earlier night: %w", err)
	}
	for _, row := range rows.Values {
		if schema, isText := row[0].(string); isText {
			if err := t.sweepSchema(ctx, schema); err != nil {
				return fmt.Errorf("remove the schema %s of an earlier night: %w", schema, err)
			}
		}
	}
	return nil
}

func (t *Trino) sweepSchema(ctx context.Context, schema string) error {
	catalog := quoteName(t.o.Catalog)
	rows, err := t.ask(ctx, "select table_name, table_type from "+catalog+".information_schema.tables where table_schema = "+quoteText(schema)+" order by table_type desc, table_name")
	if err != nil {
		return err
	}
	for _, row := range rows.Values {
		name, isText := row[0].(string)
		if !isText {
			continue
		}
		kind, isOurs := "table", t.isOurTable
		if row[1] == "VIEW" {
			kind, isOurs = "view", t.isOurView
		}
		full := catalog + "." + quoteName(schema) + "." + quoteName(name)
		ours, err := isOurs(ctx, full)
		if err != nil {
			return err
		}
		if !ours {
			return &clusterError{text: fmt.Sprintf("%s.%s was made by somebody else", schema, name), cause: errTaken,
				remedy: "give engine.trino.schema another name; nothing of it was dropped"}
		}
		if err := t.exec(ctx, "", "drop "+kind+" "+full); err != nil {
			return err
		}
	}
	return t.exec(ctx, "", "drop schema "+catalog+"."+quoteName(schema))
}

var errTaken = errors.New("the schema is taken")

// isOurTable knows a table of ours by its place in the store.
func (t *Trino) isOurTable(ctx context.Context, name string) (bool, error) {
	text, err := t.showCreate(ctx, "table", name)
	place := quoteText(t.o.Store.URI(""))
	return strings.Contains(text, "external_location = "+strings.TrimSuffix(place, "'")), err
}

// isOurView knows a view of ours by its comment, which stands between its name and its text.
func (t *Trino) isOurView(ctx context.Context, name string) (bool, error) {
	text, err := t.showCreate(ctx, "view", name)
	head, _, _ := strings.Cut(text, " AS\n")
	return strings.Contains(head, " COMMENT "+quoteText(viewMark)), err
}

func (t *Trino) showCreate(ctx context.Context, kind, name string) (string, error) {
	rows, err := t.ask(ctx, "show create "+kind+" "+name)
	if err != nil || len(rows.Values) == 0 {
		return "", err
	}
	text, _ := rows.Values[0][0].(string)
	return text, nil
}
