package model

import (
	"context"
	"errors"
	"fmt"
)

// ownDatabase is the name that DuckDB gives to a database in memory.
const ownDatabase = "memory"

// Beside opens a second, empty database in the same engine, with its own connection and within the
// same bounds: the same models can be computed in it under the same names from other inputs, while
// it reads what this database holds (Share). Both may work at the same time as long as neither
// changes what the other reads. It must be closed before this one.
func (e *DuckDB) Beside(ctx context.Context, name string) (*DuckDB, error) {
	conn, err := e.db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", name, err)
	}
	b := &DuckDB{db: e.db, conn: conn, tempDir: e.tempDir, beside: name, views: map[string]bool{}}
	for _, statement := range []string{"attach ':memory:' as " + quoteName(name), "use " + quoteName(name)} {
		if err := b.exec(ctx, statement); err != nil {
			return nil, errors.Join(fmt.Errorf("open database %s: %w", name, err), conn.Close())
		}
	}
	return b, nil
}

// Share lets a relation of this database show rows of the one beside which it was opened: columns
// is what a select may list, where says which rows, or is empty for all.
func (e *DuckDB) Share(ctx context.Context, relation, columns, where string) error {
	if err := e.makeSchema(ctx, relation); err != nil {
		return fmt.Errorf("share %s: %w", relation, err)
	}
	text := "select " + columns + " from " + ownDatabase + "." + quoteRelation(relation)
	if where != "" {
		text += " where " + where
	}
	if err := e.exec(ctx, "create or replace view "+quoteRelation(relation)+" as "+text); err != nil {
		return fmt.Errorf("share %s: %w", relation, err)
	}
	e.views[relation] = true
	return nil
}

// closeBeside frees the second database and its connection; the engine goes on.
func (e *DuckDB) closeBeside() error {
	ctx := context.Background()
	return errors.Join(e.exec(ctx, "use "+ownDatabase), e.exec(ctx, "detach "+quoteName(e.beside)), e.conn.Close())
}
