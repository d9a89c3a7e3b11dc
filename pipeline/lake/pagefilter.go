package lake

import (
	"encoding/json"
	"io"
)

// lookedUp says whether rows are looked up by a column, one customer, order or contract at a time.
// Whoever does passes by the pages whose filter does not know the id (Pick).
func lookedUp(column string) bool {
	return column == "customer_id" || column == "order_id" || column == "contract_id"
}

// pageFilter is a blocked Bloom filter of the texts of one page, by the low half of their hash
// (Putze, Sanders, Singler, Cache-, Hash- and Space-Efficient Bloom Filters, 2007): a text sets
// filterProbes bits of one block. About one page in a hundred is read in vain. Parquet's own filters
// are of whole row groups, which hold some rows of every larger customer.
type pageFilter []byte

const (
	filterBits   = 10 // a row
	filterProbes = 7
	filterBlock  = 64 // bytes
)

// filterSize is the size of the filter of a page of that many rows.
func filterSize(rows int) int {
	return (rows*filterBits/8 + filterBlock - 1) / filterBlock * filterBlock
}

// newPageFilter is an empty filter for that many rows, in the memory of one that is no longer needed.
func newPageFilter(old pageFilter, rows int) pageFilter {
	f := sized(old, filterSize(rows))
	clear(f)
	return f
}

// blockOf is the place of the block that speaks of a hash in a filter of some size.
func blockOf(hash uint64, size int) int {
	return int((hash>>32)*uint64(size/filterBlock)>>32) * filterBlock
}

// probes are where in its block the bits of a hash are, nine bits each.
func probes(hash uint64) uint64 { return hash * 0x9e3779b97f4a7c15 }

func (f pageFilter) add(hash uint64) {
	block := f[blockOf(hash, len(f)):][:filterBlock]
	for p, n := probes(hash), 0; n < filterProbes; p, n = p>>9, n+1 {
		block[p>>3&(filterBlock-1)] |= 1 << (p & 7)
	}
}

// mayHold is false where the page holds no text of this hash.
func (f pageFilter) mayHold(hash uint64) bool {
	return blockMayHold(f[blockOf(hash, len(f)):][:filterBlock], hash)
}

// mayHoldIn is mayHold of a filter of some size that stands in a file; only one block of it is read.
func mayHoldIn(in io.ReaderAt, at int64, size int, hash uint64) (bool, error) {
	var block [filterBlock]byte
	if _, err := in.ReadAt(block[:], at+int64(blockOf(hash, size))); err != nil {
		return false, err
	}
	return blockMayHold(block[:], hash), nil
}

func blockMayHold(block []byte, hash uint64) bool {
	for p, n := probes(hash), 0; n < filterProbes; p, n = p>>9, n+1 {
		if block[p>>3&(filterBlock-1)]>>(p&7)&1 == 0 {
			return false
		}
	}
	return true
}

// filtersKey is where the footer says where the filters stand.
const filtersKey = "pharos.page_filters"

// filterPlaces are, by column and row group, where in the file the filters of the pages start, one
// after the other; 0 where there are none.
type filterPlaces map[string][]int64

func (p *filterPlaces) add(column string, group int, at int64) {
	if *p == nil {
		*p = filterPlaces{}
	}
	places := (*p)[column]
	for len(places) < group {
		places = append(places, 0)
	}
	(*p)[column] = append(places, at)
}

// of is where the filters of a chunk start, 0 when it has none.
func (p filterPlaces) of(column string, group int) int64 {
	if places := p[column]; group < len(places) {
		return places[group]
	}
	return 0
}

// text is how the footer says it.
func (p filterPlaces) text() (string, error) {
	text, err := json.Marshal(p) // sorted by column
	return string(text), err
}

// readFilterPlaces is the inverse of text; files of an earlier version say nothing.
func readFilterPlaces(text *string) (p filterPlaces, err error) {
	if text == nil {
		return nil, nil
	}
	return p, json.Unmarshal([]byte(*text), &p)
}
