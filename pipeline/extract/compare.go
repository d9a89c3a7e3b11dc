package extract

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// KeyReader gives the keys of the rows that count in the lake; lake.DeltaWriter does.
type KeyReader interface {
	Keys(ctx context.Context, give func(lake.Keys) error) error
}

// ErrNoWayBack says that a mapping changes its keys so that they cannot be compared with the source's.
var ErrNoWayBack = errors.New("the keys of the lake cannot be written as the source writes them")

// KeyDifference is where the keys of the lake are not those of the source.
type KeyDifference struct {
	SourceRows int64
	Gone       map[string]bool // KeyText in the lake's form: in the lake, not in the source
	LeftOut    []string        // of the rows that the lake leaves out: not in the source any more
	Missing    *Buckets        // with rows of the source that the lake does not know; nil: there are none
}

// Equal says whether there is no difference.
func (d KeyDifference) Equal() bool {
	return len(d.Gone) == 0 && len(d.LeftOut) == 0 && d.Missing == nil
}

// CompareKeys compares the keys that the lake knows of a mapping, those of left-out rows included,
// with the source's. Both sides are first summed up by bucket, the source's where the data is;
// only keys of buckets that differ are read.
func CompareKeys(ctx context.Context, src Tracker, m *Mapper, own KeyReader, leftOut []string) (KeyDifference, error) {
	form, ok := m.SourceKeys()
	if !ok {
		return KeyDifference{}, fmt.Errorf("%s: %w", m.mapping.Pos, ErrNoWayBack)
	}
	ours, err := src.NoKeys(ctx, m.Query(), m.keyColumns)
	if err != nil {
		return KeyDifference{}, err
	}
	c := comparison{src: src, m: m, form: form, own: own, leftOut: leftOut, ours: ours}
	sums, err := c.sum(ctx)
	d := KeyDifference{SourceRows: sums.Total()}
	if err != nil {
		return d, err
	}
	if differing := c.ours.Differing(&sums); len(differing) > 0 {
		err = c.find(ctx, differing, &d)
	}
	return d, err
}

// comparison is the state of CompareKeys.
type comparison struct {
	src     Tracker
	m       *Mapper
	form    SourceKeys
	own     KeyReader
	leftOut []string
	ours    KeySums
}

// sum sums up both sides at the same time: the server has its own processors.
func (c *comparison) sum(ctx context.Context) (theirs KeySums, err error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var wg sync.WaitGroup
	wg.Go(func() {
		var err error
		if theirs, err = c.src.KeySums(ctx, c.m.Query(), c.m.keyColumns); err != nil {
			stop(err)
		}
	})
	if err := c.each(ctx, func(key []byte, _ string, _ bool) { c.ours.Add(key) }); err != nil {
		stop(err)
	}
	wg.Wait()
	return theirs, context.Cause(ctx)
}

// each gives every key that the lake knows in the source's form, and in its own.
func (c *comparison) each(ctx context.Context, give func(key []byte, own string, isLeftOut bool)) error {
	var buffer []byte
	err := c.own.Keys(ctx, func(keys lake.Keys) error {
		columns := keys.Record.Columns()
		keys.Each(func(row int) {
			buffer = c.form.Append(buffer[:0], columns, row)
			give(buffer, "", false)
		})
		return ctx.Err()
	})
	for _, key := range c.leftOut {
		give([]byte(c.form.Text(key)), key, true)
	}
	return err
}

// find reads the source's keys of the buckets that differ. Where many differ it reads all keys at
// once: a list of buckets would not spare the source anything.
func (c *comparison) find(ctx context.Context, differing []int, d *KeyDifference) error {
	q := c.m.Query()
	q.Columns, q.Types = c.m.keyColumns, nil
	var looked [keyBuckets]bool
	for _, b := range differing {
		looked[b] = true
	}
	if len(differing) <= keyBuckets/8 {
		q.Filter = &Filter{Buckets: c.ours.In(differing)}
	}
	theirs := map[string]bool{} // key -> the lake knows it
	err := c.src.Read(ctx, q, Sink{
		Rows: func(rec arrow.RecordBatch) error {
			for row := range int(rec.NumRows()) {
				if key := RowKey(rec.Columns(), row); looked[c.ours.Bucket([]byte(key))] {
					theirs[key] = false
				}
			}
			return nil
		},
		Bad: func(BadRow) error { return nil }, // its row is quarantined under no key: the count tells
	})
	if err != nil {
		return err
	}
	d.Gone = map[string]bool{}
	if err := c.each(ctx, func(key []byte, own string, isLeftOut bool) {
		if !looked[c.ours.Bucket(key)] {
			return
		}
		switch _, there := theirs[string(key)]; {
		case there:
			theirs[string(key)] = true
		case isLeftOut:
			d.LeftOut = append(d.LeftOut, own)
		default:
			d.Gone[string(key)] = true
		}
	}); err != nil {
		return err
	}
	var missing []int
	for key, known := range theirs {
		if b := c.ours.Bucket([]byte(key)); !known && !slices.Contains(missing, b) {
			missing = append(missing, b)
		}
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		d.Missing = c.ours.In(missing)
	}
	return nil
}

// TouchGone touches the keys of the lake that are gone from the source: their rows no longer count.
func TouchGone(ctx context.Context, m *Mapper, own KeyReader, gone map[string]bool, to Toucher) error {
	form, _ := m.SourceKeys()
	var buffer []byte
	return touchIf(ctx, own, to, func(_ string, columns []arrow.Array, row int) bool {
		buffer = form.Append(buffer[:0], columns, row)
		return gone[string(buffer)]
	})
}

// TouchUnseen touches the keys of a partition of the lake that a reload of it did not read.
func TouchUnseen(ctx context.Context, own KeyReader, partition string, seen map[string]bool, to Toucher) error {
	return touchIf(ctx, own, to, func(p string, columns []arrow.Array, row int) bool {
		return p == partition && !seen[RowKey(columns, row)]
	})
}

func touchIf(ctx context.Context, own KeyReader, to Toucher, chosen func(partition string, columns []arrow.Array, row int) bool) error {
	return own.Keys(ctx, func(keys lake.Keys) error {
		if keys.Record == nil {
			return nil // rows that were read tonight
		}
		var rows []int32
		keys.Each(func(row int) {
			if chosen(keys.Partition, keys.Record.Columns(), row) {
				rows = append(rows, int32(row))
			}
		})
		if len(rows) == 0 {
			return nil
		}
		columns := make([]arrow.Array, keys.Record.NumCols())
		for i, col := range keys.Record.Columns() {
			columns[i] = keepRows(col, rows)
			defer columns[i].Release()
		}
		some := array.NewRecordBatch(keys.Record.Schema(), columns, int64(len(rows)))
		defer some.Release()
		return to.Touch(some)
	})
}
