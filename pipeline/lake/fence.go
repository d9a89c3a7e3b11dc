package lake

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// KeyRange are the smallest and the largest value of a key column in a partition, NULLs aside, so
// that a night need not look for its keys where they cannot be. Shorter texts come before longer
// ones: numbers that are spelled as texts stand in their order.
type KeyRange struct {
	Column string `json:"column"`
	Min    string `json:"min"`
	Max    string `json:"max"`
}

// longestFence keeps the manifest small: a column that holds longer texts has no range.
const longestFence = 64

func compareKeys(a, b string) int {
	if c := cmp.Compare(len(a), len(b)); c != 0 {
		return c
	}
	return strings.Compare(a, b)
}

// fence gathers the range of one column: of texts or of numbers.
type fence struct {
	used             bool
	borrowed         bool // a text points into the record
	minText, maxText string
	min, max         int64
}

func (f *fence) text(v string) {
	switch {
	case !f.used:
		f.used, f.borrowed, f.minText, f.maxText = true, true, v, v
	case compareKeys(v, f.maxText) > 0:
		f.borrowed, f.maxText = true, v
	case compareKeys(v, f.minText) < 0:
		f.borrowed, f.minText = true, v
	}
}

func (f *fence) number(v int64) {
	if !f.used {
		f.used, f.min, f.max = true, v, v
	}
	f.min, f.max = min(f.min, v), max(f.max, v)
}

// keep copies what points into a record that is about to go.
func (f *fence) keep() {
	if f.borrowed {
		f.borrowed, f.minText, f.maxText = false, strings.Clone(f.minText), strings.Clone(f.maxText)
	}
}

// keyRange is not ok where there is no value, or no short one.
func (f *fence) keyRange(c Column) (r KeyRange, ok bool) {
	if c.Type == Text {
		return KeyRange{c.Name, f.minText, f.maxText}, f.used && max(len(f.minText), len(f.maxText)) <= longestFence
	}
	return KeyRange{c.Name, strconv.FormatInt(f.min, 10), strconv.FormatInt(f.max, 10)}, f.used
}

// fenceRows adds a record's rows to the fences of their partitions.
func fenceRows(col arrow.Array, ids []int32, of func(id int32) *fence) {
	text, isText := col.(*array.String)
	longs, days := int64s(col), int32s(col)
	var f *fence
	for row, id := range ids {
		if row == 0 || id != ids[row-1] {
			f = of(id)
		}
		switch {
		case col.IsNull(row):
		case isText:
			f.text(text.Value(row))
		case longs != nil:
			f.number(longs[row])
		case days != nil:
			f.number(int64(days[row]))
		}
	}
	if isText {
		for id := range slices.Max(ids) + 1 {
			of(id).keep()
		}
	}
}

// mostFenced bounds the keys of a night that are held against the ranges of partitions; more
// are looked for everywhere.
const mostFenced = 500_000

// keyValues are the values of one key column of the keys of a night.
type keyValues struct {
	texts   []string
	numbers []int64
	null    bool
	sorted  bool
}

func (k *keyValues) add(col arrow.Array, rows []int32) {
	k.sorted = false
	text, isText := col.(*array.String)
	longs, days := int64s(col), int32s(col)
	for _, row := range rows {
		switch {
		case col.IsNull(int(row)):
			k.null = true
		case isText:
			k.texts = append(k.texts, strings.Clone(text.Value(int(row))))
		case longs != nil:
			k.numbers = append(k.numbers, longs[row])
		case days != nil:
			k.numbers = append(k.numbers, int64(days[row]))
		}
	}
}

// within says whether some value may be in a partition.
func (k *keyValues) within(p Partition, c Column) bool {
	at := slices.IndexFunc(p.Keys, func(r KeyRange) bool { return r.Column == c.Name })
	if at < 0 {
		return true
	}
	if k.null && slices.ContainsFunc(p.Columns, func(s ColumnStats) bool { return s.Name == c.Name && s.Nulls > 0 }) {
		return true
	}
	if !k.sorted {
		slices.SortFunc(k.texts, compareKeys)
		slices.Sort(k.numbers)
		k.sorted = true
	}
	r := p.Keys[at]
	if c.Type == Text {
		i, found := slices.BinarySearchFunc(k.texts, r.Min, compareKeys)
		return found || i < len(k.texts) && compareKeys(k.texts[i], r.Max) <= 0
	}
	low, err := strconv.ParseInt(r.Min, 10, 64)
	high, also := strconv.ParseInt(r.Max, 10, 64)
	if err != nil || also != nil {
		return true
	}
	i, found := slices.BinarySearch(k.numbers, low)
	return found || i < len(k.numbers) && k.numbers[i] <= high
}

// newKeys are the keys that were touched tonight and not since the base was written.
type newKeys struct {
	count   int
	columns []Column
	values  []keyValues
	by      Partitioning
	buckets []bool // where the key alone decides the partition
}

func newNewKeys(columns []Column, inc Increment) newKeys {
	k := newKeys{columns: columns, values: make([]keyValues, len(columns)), by: inc.Partitioning}
	if k.by.By == ByHash && slices.Equal(k.by.Key, inc.Key) {
		k.buckets = make([]bool, k.by.Buckets)
	}
	return k
}

// add takes some keys of a record that has their columns in their order.
func (k *newKeys) add(keys arrow.RecordBatch, rows []int32, hashes []KeyHash) {
	k.count += len(rows)
	for _, row := range rows {
		if k.buckets != nil {
			k.buckets[hashes[row].Hi%uint64(len(k.buckets))] = true
		}
	}
	if k.count > mostFenced {
		k.values = nil
	}
	for i := range k.values {
		k.values[i].add(keys.Column(i), rows)
	}
}

// mayBeIn says whether a partition may have one of the keys.
func (k *newKeys) mayBeIn(p Partition) bool {
	if k.count == 0 || p.Rows == 0 {
		return false
	}
	for b, touched := range k.buckets {
		if !touched && bucketName(b) == p.Value {
			return false
		}
	}
	for i := range k.values {
		if !k.values[i].within(p, k.columns[i]) {
			return false
		}
	}
	return true
}
