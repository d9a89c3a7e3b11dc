package model

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Home says which relations are read here after they are built. They are stored also where their
// models are views.
func (t *Trino) Home(relations ...string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, r := range relations {
		t.home[r] = true
	}
}

// Build computes a model on the cluster, or a step here from what came back. A relation that was
// built before from the same text and the same rows is taken as it lies in the store. With out its
// rows are also written to that file here, as DuckDB.Build does.
func (t *Trino) Build(ctx context.Context, m Model, out string) (int64, error) {
	if err := t.schema(ctx, m.Relation()); err != nil {
		return 0, fmt.Errorf("build %s: %w", m.Relation(), err)
	}
	if m.Step != nil {
		return t.take(ctx, m, out)
	}
	text, err := prefixed(withoutSemicolon(m.SQL), m.Refs, t.o.Schema)
	if err != nil {
		return 0, fmt.Errorf("build %s: %w", m.Path, err)
	}
	if err := t.drop(ctx, m.Relation()); err != nil {
		return 0, fmt.Errorf("build %s: %w", m.Relation(), err)
	}
	key := t.keyOf(m)
	if m.Schema == "checks" { // it is read once, and then computed
		t.keep(m.Relation(), &trinoRelation{check: text})
		return 0, nil
	}
	if isTrinoView(m, t.isStored(m.Relation())) && out == "" {
		t.keep(m.Relation(), &trinoRelation{key: key, view: true})
		if err := t.exec(ctx, "", viewStatement(t.name(m.Relation()), text)); err != nil {
			return 0, t.modelFault(m, err)
		}
		return 0, nil
	}
	r, err := t.stored(ctx, m, key, text)
	if err != nil {
		return 0, err
	}
	t.keep(m.Relation(), r)
	if out == "" && !t.isHome(m.Relation()) {
		return r.rows, nil
	}
	return r.rows, t.bring(ctx, m, r, out)
}

// isTrinoView says whether a model is a view on the cluster: where its header says so, unless its rows
// are stored, and a check, which is read once.
func isTrinoView(m Model, stored bool) bool { return m.View && !stored || m.Schema == "checks" }

// manyReaders is how many models must read a view for its rows to be stored on a cluster. There every
// reader computes a view again and plans it again; the embedded engine has no such plans to make.
const manyReaders = 5

// ReadByMany are the views of a plan whose rows a cluster should store.
func ReadByMany(plan []Model) []string {
	readers := map[string]int{}
	for _, m := range plan {
		read := map[string]bool{}
		for _, r := range m.Refs {
			if !read[r.Relation()] {
				read[r.Relation()] = true
				readers[r.Relation()]++
			}
		}
	}
	var out []string
	for _, m := range plan {
		if m.View && readers[m.Relation()] >= manyReaders {
			out = append(out, m.Relation())
		}
	}
	return out
}

// Store says which views are tables on the cluster.
func (t *Trino) Store(relations ...string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, r := range relations {
		t.storing[r] = true
	}
}

// viewMark tells our views from those of others; a table of ours is known by where it lies.
const viewMark = "made by pharos for one night"

func viewStatement(name, text string) string {
	return "create view " + name + " comment " + quoteText(viewMark) + " as " + text
}

func tableStatement(name, uri, text string) string {
	return "create table " + name + " with (format = 'PARQUET', external_location = " + quoteText(uri) + ") as " + text
}

// TrinoStatements are what the cluster would be told for a plan: the statement of each model, in
// order. Steps are computed here and have none; stored are views whose rows are stored.
func TrinoStatements(plan []Model, prefix, location string, stored ...string) ([]string, error) {
	t := Trino{o: TrinoOptions{Schema: prefix}}
	var out []string
	for _, m := range plan {
		if m.Step != nil {
			continue
		}
		text, err := prefixed(withoutSemicolon(m.SQL), m.Refs, prefix)
		if err != nil {
			return nil, fmt.Errorf("plan %s: %w", m.Path, err)
		}
		if isTrinoView(m, slices.Contains(stored, m.Relation()) || m.Mart) {
			out = append(out, viewStatement(t.name(m.Relation()), text))
		} else {
			out = append(out, tableStatement(t.name(m.Relation()), location+"/models/"+m.Relation(), text))
		}
	}
	return out, nil
}

func (t *Trino) isStored(relation string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.home[relation] || t.storing[relation]
}

func (t *Trino) isHome(relation string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.home[relation]
}

// keyOf is a hash over a model's text and the rows that it reads.
func (t *Trino) keyOf(m Model) string {
	h := sha256.New()
	fmt.Fprintf(h, "1 %s %s\n%s\n", t.o.Version, m.Relation(), withoutSemicolon(m.SQL))
	var reads []string
	for _, ref := range m.Refs {
		key := ""
		if r := t.known(ref.Relation()); r != nil {
			key = r.key
		}
		reads = append(reads, ref.Relation()+" "+key)
	}
	slices.Sort(reads)
	fmt.Fprintln(h, strings.Join(slices.Compact(reads), "\n"))
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// builtNote is the note beside a relation in the store that says that all its rows are there.
type builtNote struct {
	Folder  string   `json:"folder"`
	Rows    int64    `json:"rows"`
	Columns []Column `json:"columns"` // of one without rows: no file says which there are
}

const noteName = "_built.json"

// stored finds a relation in the store, or lets the cluster write it into a folder of its own.
func (t *Trino) stored(ctx context.Context, m Model, key, text string) (*trinoRelation, error) {
	note, err := t.readNote(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("build %s: %w", m.Relation(), err)
	}
	if note != nil {
		r := &trinoRelation{key: key, folder: note.Folder, rows: note.Rows, columns: note.Columns}
		columns := note.Columns
		if len(columns) == 0 {
			if columns, err = t.columnsOf(ctx, "("+text+"\n)"); err != nil {
				return nil, t.modelFault(m, err)
			}
		}
		if err := t.external(ctx, m.Relation(), columns, note.Folder, r); err != nil {
			return nil, fmt.Errorf("build %s: %w", m.Relation(), err)
		}
		return r, nil
	}
	r, err := t.written(ctx, m, key, text)
	if err != nil {
		return nil, err
	}
	if err := t.writeNote(ctx, key, builtNote{r.folder, r.rows, r.columns}); err != nil {
		return nil, fmt.Errorf("build %s: %w", m.Relation(), err)
	}
	return r, nil
}

// written lets the cluster write a relation into a folder that no other attempt uses: what a
// statement that failed has left behind is never read.
func (t *Trino) written(ctx context.Context, m Model, key, text string) (*trinoRelation, error) {
	t.mu.Lock()
	t.attempts++
	folder := t.place("models", key, fmt.Sprintf("%s-%d", t.started, t.attempts))
	t.mu.Unlock()
	t.keep(m.Relation(), &trinoRelation{}) // a statement that is cut off may have made it
	rows, err := t.count(ctx, m.Relation(), tableStatement(t.name(m.Relation()), t.o.Store.URI(folder), text))
	r := &trinoRelation{key: key, folder: folder, rows: rows}
	switch {
	case isEmptyResult(err):
		if r.columns, err = t.columnsOf(ctx, "("+text+"\n)"); err == nil {
			err = t.external(ctx, m.Relation(), r.columns, folder, &trinoRelation{})
		}
		r.rows = 0
	case err == nil && rows == 0:
		r.columns, err = t.columnsOf(ctx, t.name(m.Relation()))
	}
	if err != nil {
		return nil, t.modelFault(m, err)
	}
	return r, nil
}

// isEmptyResult knows the error of the hive connector when nothing was written: no row makes no
// file and, on a file system with folders, no folder. (A folder made before is refused.)
func isEmptyResult(err error) bool {
	return err != nil && strings.Contains(err.Error(), "External table location does not exist")
}

// columnsOf gives the columns of a relation or of a select in brackets without computing it.
func (t *Trino) columnsOf(ctx context.Context, from string) ([]Column, error) {
	rows, err := t.ask(ctx, "select * from "+from+" limit 0")
	if err != nil {
		return nil, err
	}
	columns := make([]Column, len(rows.Columns))
	for i, name := range rows.Columns {
		columns[i] = Column{name, rows.Types[i]}
	}
	return columns, nil
}

func (t *Trino) notePath(key string) string { return t.place("models", key, noteName) }

func (t *Trino) readNote(ctx context.Context, key string) (*builtNote, error) {
	text, err := t.o.Store.Read(ctx, t.notePath(key))
	if err != nil || text == nil {
		return nil, err
	}
	var note builtNote
	if json.Unmarshal(text, &note) != nil {
		return nil, nil // a note that was cut short says nothing
	}
	return &note, nil
}

func (t *Trino) writeNote(ctx context.Context, key string, note builtNote) (err error) {
	text, err := json.Marshal(note)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(t.local.tempDir, "note-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	file := filepath.Join(dir, noteName)
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return err
	}
	return t.o.Store.Put(ctx, file, t.notePath(key))
}

// bring lets the embedded engine read a relation's files and, with out, write them in order.
func (t *Trino) bring(ctx context.Context, m Model, r *trinoRelation, out string) error {
	files, err := t.o.Store.Get(ctx, r.folder, filepath.Join(t.local.tempDir, "home", path.Base(r.folder)))
	if err != nil {
		return fmt.Errorf("bring %s home: %w", m.Relation(), err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(files) == 0 {
		if err := t.local.CreateFrom(ctx, m.Relation(), r.columns, nil, ""); err != nil {
			return fmt.Errorf("bring %s home: %w", m.Relation(), err)
		}
	} else if err := t.local.Attach(ctx, m.Relation(), files); err != nil {
		return fmt.Errorf("bring %s home: %w", m.Relation(), err)
	}
	t.here[m.Relation()] = true
	if out == "" {
		return nil
	}
	came := m
	came.SQL = "select * from " + quoteRelation(m.Relation())
	_, err = t.local.write(ctx, came, out)
	return err
}

// take runs a Go step on what came back, and gives the cluster its rows.
func (t *Trino) take(ctx context.Context, m Model, out string) (int64, error) {
	t.mu.Lock()
	rows, err := t.local.Build(ctx, m, out)
	t.here[m.Relation()] = err == nil
	t.mu.Unlock()
	if err != nil {
		return 0, err
	}
	return rows, t.Offer(ctx, m.Relation())
}
