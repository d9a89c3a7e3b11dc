package lake

import (
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/parquet/metadata"
)

// texts writes texts; minima and maxima are left out: they cost a comparison per value, and rows
// are not sorted by text.
func (e *encoder) texts() error {
	if e.plan == planDictionary && e.tally.nulls < e.tally.rows && e.collectWords() {
		defer e.words.reset()
		if err := e.chunk.dictionaryPage(e.words.page(e.page[:0]), len(e.words.entries)); err != nil {
			return err
		}
		if e.filter {
			for _, v := range e.words.entries {
				e.widen(v)
			}
			e.setExtremes()
		}
		row := 0
		e.eachText(0, e.rows, func(i int, _ string) {
			h := e.words.hashes[e.indices[row]]
			row++
			e.tally.check += h.Lo
			e.lanes.add(i, e.key, h.Lo, h.Hi)
		})
		return e.indexPages(len(e.words.entries))
	}
	for from := 0; from < e.rows; {
		to, err := e.textPage(from)
		if err != nil {
			return err
		}
		from = to
	}
	if e.filter {
		e.setExtremes()
	}
	return nil
}

// setExtremes states the range of the texts. Where all are NULL it is that of the empty text, which no
// id is, so that readers pass by.
func (e *encoder) setExtremes() {
	s := metadata.EncodedStatistics{HasNullCount: true, NullCount: e.tally.nulls}
	s.SetMin([]byte(e.least))
	s.SetMax([]byte(e.most))
	e.chunk.meta.SetStats(s)
}

// widen makes a text part of the range, in byte order.
func (e *encoder) widen(v string) {
	if !e.ranged {
		e.least, e.most, e.ranged = v, v, true
		return
	}
	e.least, e.most = min(e.least, v), max(e.most, v)
}

// collectWords is not ok where too many words differ for a dictionary to pay.
func (e *encoder) collectWords() bool {
	e.words.reset()
	e.indices = e.indices[:0]
	most := e.rows / 2
	if e.filter {
		most = e.rows / 16 // who looks a row up unpacks the whole dictionary for it
	}
	last, at := "", uint32(0)
	for _, col := range e.column {
		col := col.(*array.String)
		nulls := col.NullN() > 0
		for row := range col.Len() {
			if nulls && col.IsNull(row) {
				continue
			}
			if v := col.Value(row); v != last || len(e.indices) == 0 {
				last, at = v, e.words.find(v)
			}
			e.indices = append(e.indices, at)
		}
		if len(e.words.entries) > most {
			e.words.reset()
			return false
		}
	}
	return true
}

// textPage writes the texts from a row on as DELTA_LENGTH_BYTE_ARRAY: all lengths, then all bytes.
func (e *encoder) textPage(from int) (to int, err error) {
	const step = 1024
	e.lengths = e.lengths[:0]
	size := 0
	for to = from; to < min(e.rows, from+pageRows) && size < pageBytes; {
		next := min(e.rows, to+step)
		e.eachText(to, next, func(row int, v string) {
			e.lengths = append(e.lengths, int32(len(v)))
			size += len(v)
		})
		to = next
	}
	e.begin(from, to)
	e.page = appendDeltas(e.page, e.lengths)
	e.eachText(from, to, func(row int, v string) {
		text := unsafe.Slice(unsafe.StringData(v), len(v))
		h := e.tally.text(text)
		e.lanes.add(row, e.key, h.Lo, h.Hi)
		e.page = append(e.page, text...)
		if e.filter {
			e.known.add(h.Lo)
			e.widen(v)
		}
	})
	return to, e.end(to-from, e.plan.values(Text))
}

// eachText calls do with the texts of the rows that are not NULL.
func (e *encoder) eachText(from, to int, do func(row int, v string)) {
	base := 0
	for _, col := range e.column {
		col := col.(*array.String)
		n := col.Len()
		nulls := col.NullN() > 0
		for i := max(0, from-base); i < min(n, to-base); i++ {
			if !nulls || col.IsValid(i) {
				do(base+i, col.Value(i))
			}
		}
		base += n
	}
}
