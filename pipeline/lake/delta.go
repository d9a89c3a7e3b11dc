package lake

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
)

// The partition values of the two folders of a Delta.
const (
	deltaRows = "delta"
	deltaKeys = "keys"
)

// ErrNoBase says that a snapshot holds no rows of a mapping that changes could be put on.
var ErrNoBase = errors.New("there are no rows that changes could be put on")

// DeltaWriter puts what changed in the rows of one mapping on those of an earlier snapshot. Use it
// from one goroutine: Write and Touch for what was read, Origin once, then Close or Discard.
//
// The rows of a key that is written or touched are those written tonight, whatever there was
// before; a key that is touched and not written has no rows any more. Rows of all other keys stay.
type DeltaWriter struct {
	lake      *Lake
	table     Table
	inc       Increment
	tmp       string
	split     splitter
	relations []*deltaRelation
	keys      *relationWriter
	schema    *arrow.Schema // of the key columns
	known     keySet
	added     newKeys
	sieve     *sieve      // of all known keys; nil where it does not serve
	scanner   keyHasher   // of base keys
	rows      []int32     // of without and counting
	spelled   []byte      // of counting
	tonight   []keyedSums // of each relation's rows of tonight; nil when they are too many
	hasher    keyHasher
	router    *router
	fresh     map[string][]KeyHash // partition -> keys of tonight's rows
	origins   []Origin
	repeated  int64
}

// deltaRelation is one of the relations that a table's rows fill.
type deltaRelation struct {
	rel    Relation
	base   []Partition // of the mapping
	before []Partition // base without tonight's count of hidden rows
	old    *Delta      // nil before the first change
	out    *relationWriter
}

// BeginDelta begins the changes of a mapping that the snapshot has an Increment of.
func (l *Lake) BeginDelta(ctx context.Context, s *Snapshot, t Table, mapping int) (*DeltaWriter, error) {
	w, err := l.beginDelta(s, t, mapping)
	if err == nil {
		if err = w.readOldKeys(ctx); err != nil {
			err = errors.Join(err, w.Discard())
		}
	}
	if err != nil {
		return nil, fmt.Errorf("write changes of table %s: %w", t.Name, err)
	}
	return w, nil
}

func (l *Lake) beginDelta(s *Snapshot, t Table, mapping int) (*DeltaWriter, error) {
	inc, ok := s.Increment(t.Name, mapping)
	if !ok {
		return nil, ErrNoBase
	}
	relations := t.Relations()
	if err := inc.Partitioning.check(relations); err != nil {
		return nil, err
	}
	keys, err := columnsNamed(relations[0], inc.Key)
	if err != nil {
		return nil, err
	}
	tmp, err := os.MkdirTemp(l.path("tmp"), "changes-*")
	if err != nil {
		return nil, err
	}
	w := &DeltaWriter{
		lake: l, table: t, inc: inc, tmp: tmp, split: newSplitter(relations), schema: arrowSchema(keys),
		added: newNewKeys(keys, inc), sieve: newSieve(keys), hasher: keyHasher{names: inc.Key}, scanner: keyHasher{names: inc.Key}, fresh: map[string][]KeyHash{},
		router: newRouter(inc.Partitioning, DefaultPartition),
	}
	if w.keys, err = newRelationWriter(Relation{t.Name, keys}, filepath.Join(tmp, "keys")); err != nil {
		return nil, errors.Join(err, os.RemoveAll(tmp))
	}
	for i, rel := range relations {
		r := &deltaRelation{rel: rel}
		if _, err := columnsNamed(rel, inc.Key); err != nil {
			return nil, errors.Join(err, w.Discard())
		}
		if err := r.find(s, mapping); err != nil {
			return nil, errors.Join(err, w.Discard())
		}
		if r.out, err = newRelationWriter(rel, filepath.Join(tmp, fmt.Sprintf("rows-%d", i))); err != nil {
			return nil, errors.Join(err, w.Discard())
		}
		w.relations = append(w.relations, r)
		w.tonight = append(w.tonight, keyedSums{})
	}
	return w, nil
}

// find looks for the relation's rows of the mapping.
func (r *deltaRelation) find(s *Snapshot, mapping int) error {
	t, _ := s.Table(r.rel.Name)
	for _, p := range t.Partitions {
		if p.Mapping == mapping {
			r.base = append(r.base, p)
		}
	}
	if len(r.base) == 0 {
		return fmt.Errorf("relation %s: %w", r.rel.Name, ErrNoBase)
	}
	if i := slices.IndexFunc(t.Deltas, func(d Delta) bool { return d.Mapping == mapping }); i >= 0 {
		r.old = &t.Deltas[i]
	}
	return nil
}

func (w *DeltaWriter) readOldKeys(ctx context.Context) error {
	if w.relations[0].old == nil {
		return nil
	}
	return w.eachOldKeys(ctx, func(rec arrow.RecordBatch, hashes []KeyHash) error {
		w.sieve.addKeys(rec)
		for _, h := range hashes {
			w.known.mark(h, touchedBefore)
		}
		return nil
	})
}

func (w *DeltaWriter) eachOldKeys(ctx context.Context, give func(arrow.RecordBatch, []KeyHash) error) error {
	return w.lake.eachKeyed(ctx, w.relations[0].old.Keys, w.keys.rel.Columns, w.inc.Key, give)
}

// eachKeyed reads columns of a folder, with the hash of each row's key.
func (l *Lake) eachKeyed(ctx context.Context, p Partition, columns []Column, key []string, give func(arrow.RecordBatch, []KeyHash) error) error {
	h := keyHasher{names: key}
	return l.eachRecord(ctx, p, columns, func(rec arrow.RecordBatch) error {
		hashes, err := h.hash(rec)
		if err != nil {
			return err
		}
		return give(rec, hashes)
	})
}

// eachRecord reads columns of a folder; a record is valid until give returns.
func (l *Lake) eachRecord(ctx context.Context, p Partition, columns []Column, give func(arrow.RecordBatch) error) error {
	for _, path := range l.files(p) {
		err := readRecords(ctx, path, columns, func(rec arrow.RecordBatch) error {
			defer rec.Release()
			return give(rec)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Table is the table that is written.
func (w *DeltaWriter) Table() Table { return w.table }

// Origin notes where the rows come from, as for a Writer.
func (w *DeltaWriter) Origin(o Origin) { w.origins = append(w.origins, o) }

// Touch notes keys whose rows before tonight no longer count: rows that were read and are not
// kept, and rows that are gone from the source. The record has at least the key columns, in the
// types of the table. It does not matter whether the keys' new rows are written before or after.
func (w *DeltaWriter) Touch(rec arrow.RecordBatch) error {
	if err := w.touch(rec, 0); err != nil {
		return fmt.Errorf("write changes of table %s: %w", w.table.Name, err)
	}
	return nil
}

// Write takes rows as Writer.Write does; their keys need not be touched.
func (w *DeltaWriter) Write(rec arrow.RecordBatch) error {
	if err := w.write(rec); err != nil {
		return fmt.Errorf("write changes of table %s: %w", w.table.Name, err)
	}
	return nil
}

func (w *DeltaWriter) write(rec arrow.RecordBatch) error {
	if err := w.touch(rec, writtenTonight); err != nil {
		return err
	}
	ids, err := w.router.route(rec)
	if err != nil {
		return err
	}
	for row, h := range w.hasher.hashes {
		value := w.router.values[ids[row]]
		w.fresh[value] = append(w.fresh[value], h)
	}
	parts, err := w.split.split(rec)
	if err != nil {
		return err
	}
	for i, p := range parts {
		err := w.sum(i, p)
		if err == nil {
			err = w.relations[i].out.write(p)
		}
		p.Release()
		if err != nil {
			return err
		}
	}
	return nil
}

// touch adds the keys that were not touched tonight to the keys' file.
func (w *DeltaWriter) touch(rec arrow.RecordBatch, written uint8) error {
	hashes, err := w.hasher.hash(rec)
	if err != nil {
		return err
	}
	var rows, added []int32
	for row, h := range hashes {
		was := w.known.get(h)
		if was&touchedTonight == 0 {
			rows = append(rows, int32(row))
			if was&touchedBefore == 0 {
				added = append(added, int32(row))
			}
		}
		if was&written != 0 {
			w.repeated++
		}
		w.known.mark(h, touchedTonight|written)
	}
	if len(rows) == 0 {
		return nil
	}
	keys, err := project(rec, w.schema)
	if err != nil {
		return err
	}
	defer keys.Release()
	w.added.add(keys, added, hashes)
	w.sieve.addKeys(keys)
	return writeRows(w.keys, keys, rows)
}

// writeKeys appends the keys of some rows of a record.
func (w *DeltaWriter) writeKeys(rec arrow.RecordBatch, rows []int32) error {
	if len(rows) == 0 {
		return nil
	}
	keys, err := project(rec, w.schema)
	if err != nil {
		return err
	}
	defer keys.Release()
	return writeRows(w.keys, keys, rows)
}

// writeRows writes some rows of a record.
func writeRows(out *relationWriter, rec arrow.RecordBatch, rows []int32) error {
	some, err := someRows(rec, rows)
	if err != nil {
		return err
	}
	defer some.Release()
	return out.write(some)
}

// someRows gives a record of some rows of a record, in their order; the caller releases it.
func someRows(rec arrow.RecordBatch, rows []int32) (arrow.RecordBatch, error) {
	if len(rows) == int(rec.NumRows()) {
		rec.Retain()
		return rec, nil
	}
	b := newRowBuffer(rec.Schema())
	if err := b.add(rec, rows); err != nil {
		return nil, err
	}
	return b.take(), nil
}

// Discard gives up: nothing of what was written stays. After Close it does nothing.
func (w *DeltaWriter) Discard() error {
	w.keys.abandon()
	for _, r := range w.relations {
		if r.out != nil {
			r.out.abandon()
		}
	}
	return os.RemoveAll(w.tmp)
}
