package model

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// Attach gives a relation the Parquet files of one folder of this machine by putting them into the
// store; no file is an error.
func (t *Trino) Attach(ctx context.Context, relation string, files []string) error {
	if len(files) == 0 {
		return fmt.Errorf("attach %s: it has no file", relation)
	}
	t.mu.Lock()
	err := t.local.Attach(ctx, relation, files)
	t.mu.Unlock()
	if err != nil {
		return err
	}
	return t.Offer(ctx, relation)
}

// Offer gives the cluster a relation that the embedded engine holds: run.*, the calendar, an empty
// canonical table, what a step made. Its rows are written as one file.
func (t *Trino) Offer(ctx context.Context, relation string) error {
	if err := t.offerAs(ctx, relation, relation); err != nil {
		return fmt.Errorf("give %s to trino: %w", relation, err)
	}
	return nil
}

// offerAs gives the relation local of the embedded engine under another name.
func (t *Trino) offerAs(ctx context.Context, local, relation string) error {
	dir, err := os.MkdirTemp(t.local.tempDir, "given-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "part.parquet")
	t.mu.Lock()
	columns, err := t.local.columns(ctx, Model{Path: relation, SQL: "select * from " + quoteRelation(local)})
	if err == nil {
		err = t.local.exec(ctx, "copy (select * from "+quoteRelation(local)+" order by all) to "+quoteText(file)+" (format parquet, compression zstd)")
	}
	t.mu.Unlock()
	if err != nil {
		return err
	}
	key, err := hashFile(file)
	if err != nil {
		return err
	}
	folder := t.place("given", key)
	if err := t.o.Store.Put(ctx, file, path.Join(folder, "part.parquet")); err != nil {
		return err
	}
	return t.external(ctx, relation, columns, folder, &trinoRelation{key: key, folder: folder})
}

// external makes a table over a folder of the store.
func (t *Trino) external(ctx context.Context, relation string, columns []Column, folder string, r *trinoRelation) error {
	if err := t.schema(ctx, relation); err != nil {
		return err
	}
	if err := t.drop(ctx, relation); err != nil {
		return err
	}
	list, err := trinoColumns(columns)
	if err != nil {
		return err
	}
	t.keep(relation, r)
	return t.exec(ctx, "", "create table "+t.name(relation)+" ("+list+") with (format = 'PARQUET', external_location = "+quoteText(t.o.Store.URI(folder))+")")
}

func hashFile(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil))[:32], nil
}

// LakeTable is a relation of a snapshot as the cluster reads it.
type LakeTable struct {
	Table lake.TableSnapshot
	Root  string // of the lake inside the store
}

// AttachLake gives the cluster a relation of the lake: each folder where it lies, as a partition of
// an external table, and over it a view of the rows that count. The embedded engine must hold the
// relation too; it knows the columns.
func (t *Trino) AttachLake(ctx context.Context, relation string, l LakeTable) error {
	if err := t.attachLake(ctx, relation, l); err != nil {
		return fmt.Errorf("give %s to trino: %w", relation, err)
	}
	return nil
}

func (t *Trino) attachLake(ctx context.Context, relation string, l LakeTable) error {
	t.mu.Lock()
	columns, err := t.local.columns(ctx, Model{Path: relation, SQL: "select * from " + quoteRelation(relation)})
	t.mu.Unlock()
	if err != nil {
		return err
	}
	key := lakeKey(l.Table)
	if len(l.Table.Partitions) == 1 && len(l.Table.Deltas) == 0 && len(l.Table.Partitions[0].Files) > 0 {
		folder := path.Join(l.Root, path.Dir(l.Table.Partitions[0].Files[0].Path))
		return t.external(ctx, relation, columns, folder, &trinoRelation{key: key, folder: folder})
	}
	var selects []string
	list := quoteNames(columnNames(columns))
	plain, err := t.folders(ctx, relation, "rows", columns, partitionsOf(l.Table, nil), l.Root)
	if err != nil {
		return err
	}
	if plain != "" {
		selects = append(selects, "select "+list+" from "+plain)
	}
	for i, d := range l.Table.Deltas {
		text, err := t.changed(ctx, relation, fmt.Sprint("delta", i), columns, l, d)
		if err != nil {
			return err
		}
		selects = append(selects, text...)
	}
	if len(selects) == 0 {
		return t.offerAs(ctx, relation, relation)
	}
	if err := t.schema(ctx, relation); err != nil {
		return err
	}
	if err := t.drop(ctx, relation); err != nil {
		return err
	}
	t.keep(relation, &trinoRelation{key: key, view: true})
	return t.exec(ctx, "", viewStatement(t.name(relation), strings.Join(selects, " union all ")))
}

// changed reads the rows of a mapping that count: of its partitions those whose key did not change,
// and those that stand in the place of the others.
func (t *Trino) changed(ctx context.Context, relation, name string, columns []Column, l LakeTable, d lake.Delta) ([]string, error) {
	list := quoteNames(columnNames(columns))
	base, err := t.folders(ctx, relation, name+"_base", columns, partitionsOf(l.Table, &d), l.Root)
	if err != nil {
		return nil, err
	}
	var keyColumns []Column
	for _, c := range columns {
		for _, k := range d.Key {
			if c.Name == k {
				keyColumns = append(keyColumns, c)
			}
		}
	}
	keys, err := t.folders(ctx, relation, name+"_keys", keyColumns, []lake.Partition{d.Keys}, l.Root)
	if err != nil {
		return nil, err
	}
	rows, err := t.folders(ctx, relation, name+"_rows", columns, []lake.Partition{d.Rows}, l.Root)
	if err != nil {
		return nil, err
	}
	var selects []string
	switch {
	case base != "" && keys == "":
		selects = append(selects, "select "+list+" from "+base)
	case base != "":
		// Equality on texts, NULL spelled out: a join on "is not distinct from" is a nested loop.
		var on []string
		for _, k := range d.Key {
			q := quoteName(k)
			on = append(on, "coalesce(cast(touched."+q+" as varchar), '') = coalesce(cast(base."+q+" as varchar), '') and (touched."+q+" is null) = (base."+q+" is null)")
		}
		qualified := make([]string, len(columns))
		for i, c := range columns {
			qualified[i] = "base." + quoteName(c.Name)
		}
		selects = append(selects, "select "+strings.Join(qualified, ", ")+" from "+base+" as base left join (select *, true as is_touched from "+keys+") as touched on "+
			strings.Join(on, " and ")+" where touched.is_touched is null")
	}
	if rows != "" {
		selects = append(selects, "select "+list+" from "+rows)
	}
	return selects, nil
}

// partitionsOf are the partitions of a delta's mapping, or those that no delta speaks of.
func partitionsOf(s lake.TableSnapshot, d *lake.Delta) []lake.Partition {
	var out []lake.Partition
	for _, p := range s.Partitions {
		of := false
		for _, other := range s.Deltas {
			of = of || other.Mapping == p.Mapping
		}
		if d == nil && !of || d != nil && d.Mapping == p.Mapping {
			out = append(out, p)
		}
	}
	return out
}

// folders makes one table over several folders, each a partition at its own location, and gives its
// name; empty when no folder has a file.
func (t *Trino) folders(ctx context.Context, relation, name string, columns []Column, parts []lake.Partition, root string) (string, error) {
	var locations []string
	for _, p := range parts {
		if len(p.Files) > 0 {
			locations = append(locations, path.Join(root, path.Dir(p.Files[0].Path)))
		}
	}
	if len(locations) == 0 {
		return "", nil
	}
	_, short, _ := strings.Cut(relation, ".")
	own := "lake." + short + "_" + name
	if err := t.schema(ctx, own); err != nil {
		return "", err
	}
	list, err := trinoColumns(columns)
	if err != nil {
		return "", err
	}
	if err := t.drop(ctx, own); err != nil {
		return "", err
	}
	t.keep(own, &trinoRelation{folder: own})
	err = t.exec(ctx, "", "create table "+t.name(own)+" ("+list+", "+partitionColumn+" varchar) with (format = 'PARQUET', partitioned_by = array['"+partitionColumn+"'], external_location = "+
		quoteText(t.o.Store.URI(t.place("tables", t.started, own)))+")")
	if err != nil {
		return "", err
	}
	tasks := make([]func() error, len(locations))
	for i, location := range locations {
		tasks[i] = func() error {
			return t.exec(ctx, "", fmt.Sprintf("call %s.system.register_partition(%s, %s, array['%s'], array['%06d'], %s)",
				quoteName(t.o.Catalog), quoteText(t.schemaOf(own)), quoteText(short+"_"+name), partitionColumn, i, quoteText(t.o.Store.URI(location))))
		}
	}
	return t.name(own), SideBySide(t.o.Parallel, tasks)
}

// partitionColumn numbers the folders of a table; no column of the lake has this name.
const partitionColumn = "pharos_folder"

func columnNames(columns []Column) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return names
}

// lakeKey is a hash over the folders of a relation; their names are hashes of their rows.
func lakeKey(s lake.TableSnapshot) string {
	h := sha256.New()
	for _, p := range s.Folders() {
		for _, f := range p.Files {
			fmt.Fprintf(h, "%s %s %d\n", p.ContentID, f.SHA256, p.Mapping)
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}
