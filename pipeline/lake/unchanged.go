package lake

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
)

// keyedSums are the sums of the hashes of each key's rows.
type keyedSums map[KeyHash]rowHash

// mostCompared bounds the keys of a night whose rows are compared with those that count already:
// an overlap has few, and a night of many is no quiet one.
const mostCompared = 200_000

// sum adds rows of tonight to their relation's sums.
func (w *DeltaWriter) sum(relation int, rec arrow.RecordBatch) error {
	if w.tonight == nil {
		return nil
	}
	h := keyHasher{names: w.inc.Key}
	hashes, err := h.hash(rec)
	if err != nil {
		return err
	}
	sums := w.tonight[relation]
	eachRowHash(rec, func(row int, h rowHash) {
		sum := sums[hashes[row]]
		sum.add(h)
		sums[hashes[row]] = sum
	})
	if len(sums) > mostCompared {
		w.tonight = nil
	}
	return nil
}

// unchanged says whether all rows of tonight are those that count already, so that the night
// leaves everything as it is. It reads rows only as long as it finds no change.
func (w *DeltaWriter) unchanged(ctx context.Context, c Change, rule Compaction) (bool, error) {
	if w.tonight == nil || c.Inserted+c.Deleted+c.Repeated > 0 {
		return false, nil
	}
	own := w.relations[0]
	if own.old != nil && rule.due(own.old.Keys.Rows+own.old.Rows.Rows, rowsOf(own.base)) {
		return false, nil
	}
	for i, r := range w.relations {
		same, err := w.sameRows(ctx, r, w.tonight[i])
		if !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

// sameRows takes the rows that counted before from the sums of tonight's: nothing must be left.
func (w *DeltaWriter) sameRows(ctx context.Context, r *deltaRelation, left keyedSums) (bool, error) {
	if r.old != nil {
		err := w.lake.eachKeyed(ctx, r.old.Rows, r.rel.Columns, w.inc.Key, func(rec arrow.RecordBatch, hashes []KeyHash) error {
			_, err := w.subtract(left, rec, hashes, touchedBefore|touchedTonight)
			return err
		})
		if err != nil {
			return false, err
		}
	}
	var look []Partition
	for i, p := range r.base {
		if p.Hidden > r.before[i].Hidden {
			look = append(look, p)
		}
	}
	// A key of a table has one row: what is left of it is a change, and ends the search. Attributes
	// of a customer may have more rows in another partition.
	var mu sync.Mutex
	var changed atomic.Bool
	err := inParallel(len(look), runtime.GOMAXPROCS(0), func(task, _ int) error {
		if changed.Load() {
			return nil
		}
		return w.lake.eachKeyed(ctx, look[task], r.rel.Columns, w.inc.Key, func(rec arrow.RecordBatch, hashes []KeyHash) error {
			mu.Lock()
			defer mu.Unlock()
			none, err := w.subtract(left, rec, hashes, touchedTonight)
			if !none && r == w.relations[0] {
				changed.Store(true)
			}
			return err
		})
	})
	if err != nil || changed.Load() {
		return false, err
	}
	for _, sum := range left {
		if sum != (rowHash{}) {
			return false, nil
		}
	}
	return true, nil
}

// subtract takes the rows whose keys have exactly these of the marks touchedBefore and
// touchedTonight, and says whether nothing is left of their keys.
func (w *DeltaWriter) subtract(left keyedSums, rec arrow.RecordBatch, hashes []KeyHash, marks uint8) (none bool, err error) {
	var rows []int32
	for row, h := range hashes {
		if w.known.get(h)&(touchedBefore|touchedTonight) == marks {
			rows = append(rows, int32(row))
		}
	}
	if len(rows) == 0 {
		return true, nil
	}
	some, err := someRows(rec, rows)
	if err != nil {
		return false, err
	}
	defer some.Release()
	none = true
	eachRowHash(some, func(row int, h rowHash) {
		key := hashes[rows[row]]
		sum := left[key]
		sum.subtract(h)
		left[key] = sum
		none = none && sum == rowHash{}
	})
	return none, nil
}

// before are the entries of the relations as they were.
func (w *DeltaWriter) before() []TableSnapshot {
	var tables []TableSnapshot
	for _, r := range w.relations {
		t := w.entry(r, r.before)
		if r.old != nil {
			t.Deltas = []Delta{*r.old}
		}
		tables = append(tables, t)
	}
	return tables
}
