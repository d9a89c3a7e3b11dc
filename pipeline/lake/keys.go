package lake

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/zeebo/xxh3"
)

// KeyHash stands for the key of a row: a 128-bit hash over the values of the key columns, which are
// spelled so that no two keys, NULLs included, spell the same bytes.
type KeyHash struct{ Hi, Lo uint64 }

// HashKeys hashes the key of each row of a record that has the named columns, in their order.
func HashKeys(rec arrow.RecordBatch, key []string) ([]KeyHash, error) {
	h := keyHasher{names: key}
	return h.hash(rec)
}

// keyHasher hashes keys of one record after the other into the same memory.
type keyHasher struct {
	names  []string
	hashes []KeyHash
	buf    []byte
}

// hash gives the key of each row; the slice is valid until the next call.
func (h *keyHasher) hash(rec arrow.RecordBatch) ([]KeyHash, error) {
	write := make([]func([]byte, int) []byte, len(h.names))
	for i, name := range h.names {
		at := rec.Schema().FieldIndices(name)
		if len(at) == 0 {
			return nil, fmt.Errorf("the record has no key column %s", name)
		}
		write[i] = valueWriter(rec.Column(at[0]))
	}
	h.hashes = h.hashes[:0]
	for row := range int(rec.NumRows()) {
		h.buf = h.buf[:0]
		for _, w := range write {
			h.buf = w(h.buf, row)
		}
		sum := xxh3.Hash128(h.buf)
		h.hashes = append(h.hashes, KeyHash(sum))
	}
	return h.hashes, nil
}

// What is known of a key.
const (
	touchedBefore  = 1 << iota // by a night since the base was written
	touchedTonight             // read, changed or deleted tonight
	writtenTonight             // has rows tonight
	existed                    // had rows before tonight
)

// keySet knows keys by their hashes: 34 to 68 bytes each. Almost every key that it is asked for is
// not in it, and the marks alone, which fit in the processor's cache, mostly say so.
type keySet struct {
	marks []uint8 // 0: the place is free
	keys  []KeyHash
	used  int
}

// place is where a key is, or would be.
func (s *keySet) place(h KeyHash) int {
	mask := len(s.marks) - 1
	i := int(h.Lo) & mask
	for s.marks[i] != 0 && s.keys[i] != h {
		i = (i + 1) & mask
	}
	return i
}

// get gives the marks of a key, 0 for an unknown one.
func (s *keySet) get(h KeyHash) uint8 {
	if s.used == 0 {
		return 0
	}
	return s.marks[s.place(h)]
}

// mark adds marks to a key.
func (s *keySet) mark(h KeyHash, marks uint8) {
	if 2*(s.used+1) > len(s.marks) {
		s.grow()
	}
	i := s.place(h)
	if s.marks[i] == 0 {
		s.keys[i] = h
		s.used++
	}
	s.marks[i] |= marks
}

func (s *keySet) grow() {
	const fewest = 1024
	old := *s
	n := max(fewest, 2*len(old.marks))
	*s = keySet{marks: make([]uint8, n), keys: make([]KeyHash, n)}
	for i, marks := range old.marks {
		if marks != 0 {
			s.mark(old.keys[i], marks)
		}
	}
}

// project gives the columns of a schema that a record has among others.
func project(rec arrow.RecordBatch, schema *arrow.Schema) (arrow.RecordBatch, error) {
	columns := make([]arrow.Array, schema.NumFields())
	for i, f := range schema.Fields() {
		at := rec.Schema().FieldIndices(f.Name)
		if len(at) == 0 {
			return nil, fmt.Errorf("the record has no column %s", f.Name)
		}
		columns[i] = rec.Column(at[0])
		if !arrow.TypeEqual(columns[i].DataType(), f.Type) {
			return nil, fmt.Errorf("column %s is %s, not %s", f.Name, columns[i].DataType(), f.Type)
		}
	}
	return array.NewRecordBatch(schema, columns, rec.NumRows()), nil
}
