package extract

import (
	"bytes"
	"slices"
	"sync"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// recycler keeps the memory of records that are released for the next records of the same read:
// fresh memory must be cleared, fetched into the caches and found again by the garbage collector,
// which together costs more than parsing. What is never released is left to the collector. A nil
// recycler only makes.
type recycler struct {
	mu   sync.Mutex
	free [][]byte
}

// mostFree bounds what is kept; records in flight need no more.
const mostFree = 128

// bytes gives memory for at least size bytes, of length 0. Its content is not cleared.
func (r *recycler) bytes(size int) []byte {
	if r == nil {
		return make([]byte, 0, size)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	best := -1
	for i, b := range r.free {
		if cap(b) >= size && (best < 0 || cap(b) < cap(r.free[best])) {
			best = i
		}
	}
	if best < 0 || cap(r.free[best]) > 4*size+1<<16 {
		return make([]byte, 0, size)
	}
	b := r.free[best]
	r.free = slices.Delete(r.free, best, best+1)
	return b[:0]
}

func (r *recycler) int32s(n int) []int32 {
	b := r.bytes(n * arrow.Int32SizeBytes)
	return arrow.Int32Traits.CastFromBytes(b[:cap(b)])[:0]
}

func (r *recycler) int64s(n int) []int64 {
	b := r.bytes(n * arrow.Int64SizeBytes)
	return arrow.Int64Traits.CastFromBytes(b[:cap(b)])[:0]
}

// buffer hands memory to a record. It comes back when the record is released by all. The last
// record of a part, which is short, gets a copy: it would hold the memory of a whole one.
func (r *recycler) buffer(b []byte) *memory.Buffer {
	const short = 4
	switch {
	case r == nil:
		return memory.NewBufferBytes(b)
	case len(b) < cap(b)/short:
		defer r.Free(b)
		return memory.NewBufferBytes(bytes.Clone(b))
	}
	return memory.NewBufferWithAllocator(b, r)
}

// Free takes memory back. Part of memory.Allocator.
func (r *recycler) Free(b []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.free) < mostFree {
		r.free = append(r.free, b)
	}
}

// Allocate is part of memory.Allocator; records are made without it.
func (r *recycler) Allocate(size int) []byte { return make([]byte, size) }

// Reallocate is part of memory.Allocator; records are made without it.
func (r *recycler) Reallocate(size int, b []byte) []byte {
	return append(make([]byte, 0, size), b[:min(len(b), size)]...)[:size]
}
