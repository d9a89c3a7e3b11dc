package lake

import (
	"fmt"
	"slices"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// The ways in which the rows of a table are divided.
const (
	ByDay   = "day"   // 2026-03-08
	ByMonth = "month" // 2026-03
	ByYear  = "year"  // 2026
	ByHash  = "hash"  // h00, h01, … of the key
)

// noDay is the partition of the rows whose day is NULL.
const noDay = "none"

// mostBuckets is as many as two digits count.
const mostBuckets = 100

// Partitioning says in which partition a row belongs. The zero value puts all rows in one,
// DefaultPartition. Days divide only tables that fill one relation: the other relations of
// customers do not have the column.
type Partitioning struct {
	By      string   `json:"by,omitempty"`
	Column  string   `json:"column,omitempty"`  // ByDay, ByMonth, ByYear: a column of type Date
	Key     []string `json:"key,omitempty"`     // ByHash: the columns that are hashed
	Buckets int      `json:"buckets,omitempty"` // ByHash: 1 to 100
}

// emptyValue is the partition that a table without rows has.
func (p Partitioning) emptyValue() string {
	switch p.By {
	case "":
		return DefaultPartition
	case ByHash:
		return bucketName(0)
	}
	return noDay
}

func bucketName(n int) string { return fmt.Sprintf("h%02d", n) }

// check says whether the relations of a table can be divided so.
func (p Partitioning) check(relations []Relation) error {
	for _, rel := range relations {
		var err error
		switch p.By {
		case "":
		case ByHash:
			if p.Buckets < 1 || p.Buckets > mostBuckets {
				return fmt.Errorf("partition by hash: %d buckets, 1 to %d are possible", p.Buckets, mostBuckets)
			}
			_, err = columnsNamed(rel, p.Key)
		case ByDay, ByMonth, ByYear:
			var columns []Column
			columns, err = columnsNamed(rel, []string{p.Column})
			if err == nil && columns[0].Type != Date {
				err = fmt.Errorf("column %s of %s is no date", p.Column, rel.Name)
			}
		default:
			err = fmt.Errorf("there is no such partitioning")
		}
		if err != nil {
			return fmt.Errorf("partition by %s: %w", p.By, err)
		}
	}
	return nil
}

// columnsNamed finds columns of a relation; none is an error.
func columnsNamed(rel Relation, names []string) ([]Column, error) {
	if len(names) == 0 {
		return nil, fmt.Errorf("no column of %s is named", rel.Name)
	}
	var out []Column
	for _, name := range names {
		i := slices.IndexFunc(rel.Columns, func(c Column) bool { return c.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("%s has no column %s", rel.Name, name)
		}
		out = append(out, rel.Columns[i])
	}
	return out, nil
}

// router gives each row of a record the number of its partition; numbers count from 0 in the order
// in which the partitions appear.
type router struct {
	by     Partitioning
	fixed  string // partition of all rows when by divides none
	values []string
	known  map[string]int32
	days   map[int32]int32 // day -> partition
	bucket []int32         // bucket -> partition, -1 before its first row
	hasher keyHasher
	ids    []int32
}

func newRouter(by Partitioning, fixed string) *router {
	r := &router{by: by, fixed: fixed, known: map[string]int32{}, days: map[int32]int32{}, hasher: keyHasher{names: by.Key}}
	for range by.Buckets {
		r.bucket = append(r.bucket, -1)
	}
	return r
}

// id is the number of a partition value.
func (r *router) id(value string) int32 {
	id, ok := r.known[value]
	if !ok {
		id = int32(len(r.values))
		r.known[value] = id
		r.values = append(r.values, value)
	}
	return id
}

// route gives the partition of each row; the slice is valid until the next call.
func (r *router) route(rec arrow.RecordBatch) ([]int32, error) {
	n := int(rec.NumRows())
	r.ids = slices.Grow(r.ids[:0], n)[:n]
	switch r.by.By {
	case "":
		id := r.id(r.fixed)
		for row := range r.ids {
			r.ids[row] = id
		}
	case ByHash:
		hashes, err := r.hasher.hash(rec)
		if err != nil {
			return nil, err
		}
		for row, h := range hashes {
			b := h.Hi % uint64(r.by.Buckets)
			if r.bucket[b] < 0 {
				r.bucket[b] = r.id(bucketName(int(b)))
			}
			r.ids[row] = r.bucket[b]
		}
	default:
		at := rec.Schema().FieldIndices(r.by.Column)
		if len(at) == 0 {
			return nil, fmt.Errorf("the record has no column %s", r.by.Column)
		}
		r.routeDays(rec.Column(at[0]).(*array.Date32))
	}
	return r.ids, nil
}

func (r *router) routeDays(col *array.Date32) {
	layout := map[string]string{ByDay: time.DateOnly, ByMonth: "2006-01", ByYear: "2006"}[r.by.By]
	days := col.Date32Values()
	last, lastID := arrow.Date32(0), int32(-1)
	for row := range r.ids {
		switch {
		case col.IsNull(row):
			r.ids[row] = r.id(noDay)
			continue
		case lastID >= 0 && days[row] == last:
			r.ids[row] = lastID
			continue
		}
		id, ok := r.days[int32(days[row])]
		if !ok {
			id = r.id(days[row].ToTime().Format(layout))
			r.days[int32(days[row])] = id
		}
		r.ids[row], last, lastID = id, days[row], id
	}
}

// Of gives the partition of each row of a record that has the columns that decide it.
func (p Partitioning) Of(rec arrow.RecordBatch) ([]string, error) {
	r := newRouter(p, DefaultPartition)
	ids, err := r.route(rec)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(ids))
	for row, id := range ids {
		out[row] = r.values[id]
	}
	return out, nil
}
