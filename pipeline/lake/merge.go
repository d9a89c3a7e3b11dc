package lake

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
)

// Compaction says when partitions are written anew: when rows and keys of the changes are more
// than AtLeast and more than Percent of the rows of the partitions. The zero value does so
// whenever there is a change.
type Compaction struct {
	Percent int64
	AtLeast int64
}

// DefaultCompaction keeps what is merged by key at every reading small beside the table.
func DefaultCompaction() Compaction { return Compaction{Percent: 5, AtLeast: 50_000} }

func (c Compaction) due(changes, base int64) bool {
	return changes > c.AtLeast && changes*100 > base*c.Percent
}

// Change is what a night's changes did to the rows of a mapping.
type Change struct {
	Tables    []TableSnapshot // one entry per relation, in the order of Table.Relations, with this mapping's rows only
	Inserted  int64           // keys that had no row before
	Updated   int64           // keys whose rows were read again, changed or not
	Deleted   int64           // keys that have no row any more
	Repeated  int64           // rows whose key came with another row tonight: it identifies no row
	Compacted int             // partitions of the table's own relation that were written anew, or are gone
}

// Close merges tonight's changes with those of the nights before, oldest rows first to go, or
// writes anew the partitions that they concern. As with Writer.Close, every file is read back
// before any folder is moved into place. The same changes on the same rows give the same folders.
func (w *DeltaWriter) Close(ctx context.Context, rule Compaction) (c Change, err error) {
	defer func() {
		if discard := w.Discard(); err == nil {
			err = discard
		}
		if err != nil {
			c, err = Change{}, fmt.Errorf("write changes of table %s: %w", w.table.Name, err)
		}
	}()
	if err := w.keepOld(ctx); err != nil {
		return c, err
	}
	for i, r := range w.relations {
		if err := w.countHidden(ctx, r, i == 0); err != nil {
			return c, err
		}
	}
	w.count(&c)
	if same, err := w.unchanged(ctx, c, rule); same || err != nil {
		c.Tables = w.before()
		return c, err
	}
	keys, err := w.finish(ctx, w.keys, deltaKeys)
	if err != nil {
		return c, err
	}
	rows := make([]stored, len(w.relations))
	for i, r := range w.relations {
		if rows[i], err = w.finish(ctx, r.out, deltaRows); err != nil {
			return c, err
		}
	}
	switch {
	case keys.rows == 0:
		for _, r := range w.relations {
			c.Tables = append(c.Tables, w.entry(r, r.base))
		}
	case rule.due(keys.rows+rows[0].rows, rowsOf(w.relations[0].base)):
		c.Tables, c.Compacted, err = w.compact(ctx, rows)
	default:
		c.Tables, err = w.merged(ctx, keys, rows)
	}
	return c, err
}

func rowsOf(parts []Partition) (n int64) {
	for _, p := range parts {
		n += p.Rows
	}
	return n
}

// keepOld takes over the earlier changes whose keys were not touched tonight.
func (w *DeltaWriter) keepOld(ctx context.Context) error {
	for i, r := range w.relations {
		if r.old == nil {
			continue
		}
		err := w.lake.eachKeyed(ctx, r.old.Rows, r.rel.Columns, w.inc.Key, func(rec arrow.RecordBatch, hashes []KeyHash) error {
			if i == 0 {
				for _, h := range hashes {
					w.known.mark(h, existed)
				}
			}
			return writeRows(r.out, rec, w.without(hashes, touchedTonight))
		})
		if err != nil {
			return err
		}
	}
	if w.relations[0].old == nil {
		return nil
	}
	return w.eachOldKeys(ctx, func(rec arrow.RecordBatch, hashes []KeyHash) error {
		return w.writeKeys(rec, w.without(hashes, touchedTonight))
	})
}

// without gives the rows whose keys have none of the marks; the slice is valid until the next call.
func (w *DeltaWriter) without(hashes []KeyHash, marks uint8) []int32 {
	rows := slices.Grow(w.rows[:0], len(hashes)+1) // never nil
	for row, h := range hashes {
		if w.known.get(h)&marks == 0 {
			rows = append(rows, int32(row))
		}
	}
	w.rows = rows
	return rows
}

func (w *DeltaWriter) finish(ctx context.Context, out *relationWriter, value string) (stored, error) {
	if err := out.finish(); err != nil {
		return stored{}, err
	}
	files, err := out.verify(ctx)
	return stored{value: value, rel: out.rel, dir: out.dir, rows: out.rows, hash: out.hash, tallies: out.tallies, files: files}, err
}

// countHidden counts the rows of each partition whose key was touched: those of the nights before
// are counted already.
func (w *DeltaWriter) countHidden(ctx context.Context, r *deltaRelation, own bool) error {
	r.before = r.base
	r.base = slices.Clone(r.base)
	columns, err := columnsNamed(r.rel, w.inc.Key)
	if err != nil {
		return err
	}
	var look []int
	for i, p := range r.base {
		if w.added.mayBeIn(p) {
			look = append(look, i)
		}
	}
	found := make([][]KeyHash, len(look))
	err = inParallel(len(look), runtime.GOMAXPROCS(0), func(task, _ int) error {
		p := &r.base[look[task]]
		return w.lake.eachHash(ctx, *p, columns, w.inc.Key, w.sieve, func(hashes []KeyHash) {
			for _, h := range hashes {
				if marks := w.known.get(h); marks != 0 && marks&touchedBefore == 0 {
					p.Hidden++
					found[task] = append(found[task], h)
				}
			}
		})
	})
	if !own || err != nil {
		return err
	}
	for _, hashes := range found {
		for _, h := range hashes {
			w.known.mark(h, existed)
		}
	}
	return nil
}

// entry is a relation's entry with the given partitions.
func (w *DeltaWriter) entry(r *deltaRelation, partitions []Partition) TableSnapshot {
	t := originsOf(r.rel, w.origins)
	t.Partitions = partitions
	return t
}

// merged puts the changes beside the partitions.
func (w *DeltaWriter) merged(ctx context.Context, keys stored, rows []stored) ([]TableSnapshot, error) {
	keyFolder, err := w.lake.commit(ctx, []stored{keys}, w.inc.Mapping, w.origins, w.tmp)
	if err != nil {
		return nil, err
	}
	var tables []TableSnapshot
	for i, r := range w.relations {
		rowFolder, err := w.lake.commit(ctx, rows[i:i+1], w.inc.Mapping, w.origins, w.tmp)
		if err != nil {
			return nil, err
		}
		t := w.entry(r, r.base)
		t.Deltas = []Delta{{Mapping: w.inc.Mapping, Key: w.inc.Key, Keys: keyFolder[0], Rows: rowFolder[0]}}
		tables = append(tables, t)
	}
	return tables, nil
}

// compact writes the partitions anew that lose or gain rows; the others stay as they are.
func (w *DeltaWriter) compact(ctx context.Context, rows []stored) ([]TableSnapshot, int, error) {
	rewritten := make([][]stored, len(w.relations))
	kept := make([][]Partition, len(w.relations))
	for i, r := range w.relations {
		var err error
		if kept[i], rewritten[i], err = w.rewrite(ctx, r, rows[i], filepath.Join(w.tmp, fmt.Sprintf("compact-%d", i))); err != nil {
			return nil, 0, fmt.Errorf("compact %s: %w", r.rel.Name, err)
		}
	}
	var tables []TableSnapshot
	for i, r := range w.relations {
		written, err := w.lake.commit(ctx, rewritten[i], w.inc.Mapping, w.origins, w.tmp)
		if err != nil {
			return nil, 0, err
		}
		partitions := append(kept[i], written...)
		slices.SortFunc(partitions, func(a, b Partition) int { return strings.Compare(a.Value, b.Value) })
		for i := 1; i < len(partitions); i++ {
			if partitions[i].Value == partitions[i-1].Value {
				return nil, 0, fmt.Errorf("compact %s: rows of another partition belong to %s: read the table again in full", r.rel.Name, partitions[i].Value)
			}
		}
		tables = append(tables, w.entry(r, partitions))
	}
	changed := len(rewritten[0])
	for _, p := range w.relations[0].base { // and those that lost all their rows
		if !slices.ContainsFunc(tables[0].Partitions, func(n Partition) bool { return n.Value == p.Value }) {
			changed++
		}
	}
	return tables, changed, nil
}

// rewrite gives the partitions that nothing touches, and the others as written anew.
func (w *DeltaWriter) rewrite(ctx context.Context, r *deltaRelation, changed stored, dir string) (kept []Partition, out []stored, err error) {
	pw, err := newPartitionedWriter(r.rel, dir, w.inc.Partitioning, DefaultPartition)
	if err != nil {
		return nil, nil, err
	}
	defer pw.abandon()
	if err := pw.fence(w.inc.Key); err != nil {
		return nil, nil, err
	}
	gains, err := w.gains(ctx, changed)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range r.base {
		if p.Rows == 0 {
			continue // a table that was empty
		}
		if p.Hidden == 0 && !gains[p.Value] {
			kept = append(kept, p)
			continue
		}
		err := w.lake.eachKeyed(ctx, p, r.rel.Columns, w.inc.Key, func(rec arrow.RecordBatch, hashes []KeyHash) error {
			rec, err := someRows(rec, w.without(hashes, touchedBefore|touchedTonight))
			if err != nil {
				return err
			}
			defer rec.Release()
			return pw.write(rec)
		})
		if err != nil {
			return nil, nil, err
		}
	}
	for _, f := range changed.files {
		err := readRecords(ctx, filepath.Join(changed.dir, f.Path), r.rel.Columns, func(rec arrow.RecordBatch) error {
			defer rec.Release()
			return pw.write(rec)
		})
		if err != nil {
			return nil, nil, err
		}
	}
	empty := ""
	if len(kept) == 0 {
		empty = w.inc.Partitioning.emptyValue()
	}
	out, err = pw.finish(ctx, empty)
	return kept, out, err
}

// gains are the partitions to which changed rows belong.
func (w *DeltaWriter) gains(ctx context.Context, changed stored) (map[string]bool, error) {
	out := map[string]bool{}
	router := newRouter(w.inc.Partitioning, DefaultPartition)
	columns, err := columnsNamed(changed.rel, w.routeColumns())
	if err != nil {
		return nil, err
	}
	for _, f := range changed.files {
		err := readRecords(ctx, filepath.Join(changed.dir, f.Path), columns, func(rec arrow.RecordBatch) error {
			defer rec.Release()
			_, err := router.route(rec)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	for _, value := range router.values {
		out[value] = true
	}
	return out, nil
}

// count says what became of the keys touched tonight.
func (w *DeltaWriter) count(c *Change) {
	c.Repeated = w.repeated
	for _, marks := range w.known.marks {
		switch marks & (touchedTonight | writtenTonight | existed) {
		case touchedTonight | writtenTonight:
			c.Inserted++
		case touchedTonight | writtenTonight | existed:
			c.Updated++
		case touchedTonight | existed:
			c.Deleted++
		}
	}
}
