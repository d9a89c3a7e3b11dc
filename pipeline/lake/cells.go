package lake

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
)

// cellReader reads single rows of one column of a row group: a page is unpacked, but of its values only
// those that are asked for. arrow-go finds and unpacks pages; its readers of values build the whole
// dictionary of a column for one row.
type cellReader struct {
	pages file.PageReader
	width int // bytes of a value; 0 for texts; flags are a byte
	flags bool

	dict        []byte // the values of the dictionary page, nil without one
	page        file.DataPage
	first, next int64 // rows of page

	*cellScratch
}

// cellScratch holds what is unpacked of a page, for one page after the other.
type cellScratch struct {
	valid   []uint32
	indices []uint32
	numbers []int64
	offsets []int32
	starts  []int32 // where the texts of the dictionary start, and its end
	value   [8]byte
}

func newCellReader(group *file.RowGroupReader, column int, like columnBuffer, s *cellScratch) (*cellReader, error) {
	pages, err := group.GetColumnPageReader(column)
	if err != nil {
		return nil, err
	}
	c := &cellReader{pages: pages, width: like.width, flags: like.flags, cellScratch: s}
	c.starts = c.starts[:0]
	dict, err := pages.GetDictionaryPage()
	if err != nil || dict == nil {
		return c, err
	}
	c.dict = dict.Data()
	if c.width == 0 {
		c.starts, err = plainTexts(c.starts, c.dict, int(dict.NumValues()))
	}
	return c, err
}

// open turns to the page that holds a row.
func (c *cellReader) open(row int64) error {
	if c.page != nil && row >= c.first && row < c.next {
		return nil
	}
	if err := c.pages.SeekToPageWithRow(row); err != nil {
		return err
	}
	for {
		page, ok := c.pages.Page().(file.DataPage)
		if ok {
			c.page, c.first = page, page.FirstRowIndex()
			if c.next = c.first + int64(page.NumValues()); row < c.next {
				return nil
			}
		}
		if !c.pages.Next() {
			return errors.Join(errShort, c.pages.Err())
		}
	}
}

// copy appends the values of some rows, in rising order.
func (c *cellReader) copy(rows []int64, to *columnBuffer) error {
	for len(rows) > 0 {
		if err := c.open(rows[0]); err != nil {
			return err
		}
		here := 1
		for here < len(rows) && rows[here] < c.next {
			here++
		}
		valid, at, err := c.values(rows[here-1])
		if err != nil {
			return err
		}
		row, place := c.first, 0
		for _, wanted := range rows[:here] {
			if valid == nil {
				place, row = int(wanted-c.first), wanted
			}
			for ; row < wanted; row++ {
				place += int(valid[row-c.first])
			}
			if valid == nil || valid[row-c.first] == 1 {
				to.put(at(place))
			} else {
				to.putNull()
			}
		}
		rows = rows[here:]
	}
	return nil
}

// values unpacks the open page up to and with its row last: which of its rows hold a value, nil for
// all, and each value by its place among them, as it is stored.
func (c *cellReader) values(last int64) (valid []uint32, at func(place int) []byte, err error) {
	content, rows := c.page.Data(), int(c.next-c.first)
	if _, ok := c.page.(*file.DataPageV1); !ok || len(content) < 4 || int(binary.LittleEndian.Uint32(content)) > len(content)-4 {
		return nil, nil, errors.New("a page has another layout than those of the lake")
	}
	levels := content[4 : 4+binary.LittleEndian.Uint32(content)]
	content = content[4+len(levels):]
	n, need := rows, int(last-c.first)+1
	if !allValid(levels, rows) {
		if c.valid, err = hybrid(c.valid[:0], levels, 1, rows); err != nil {
			return nil, nil, err
		}
		valid, n = c.valid, 0
		for row, level := range valid {
			if n += int(level); row == int(last-c.first) {
				need = n
			}
		}
	}
	if need > 0 {
		at, err = c.decode(content, need, n)
	}
	return valid, at, err
}

// allValid says whether levels are one run that says that no row is NULL.
func allValid(levels []byte, rows int) bool {
	head, size := binary.Uvarint(levels)
	return size > 0 && head == uint64(rows)<<1 && len(levels) == size+1 && levels[size] == 1
}

// decode gives the first values of a page by their place, need of n.
func (c *cellReader) decode(content []byte, need, n int) (func(place int) []byte, error) {
	var err error
	switch encoding := parquet.Encoding(c.page.Encoding()); {
	case c.isIndexed():
		if len(content) == 0 {
			return nil, errTorn
		}
		if c.indices, err = hybrid(c.indices[:0], content[1:], int(content[0]), need); err != nil {
			return nil, err
		}
		return func(place int) []byte { return c.entry(c.indices[place]) }, nil
	case encoding == parquet.Encodings.Plain && c.flags:
		return func(place int) []byte { return append(c.value[:0], content[place/8]>>(place%8)&1) }, nil
	case encoding == parquet.Encodings.Plain && c.width > 0:
		return func(place int) []byte { return content[place*c.width:][:c.width] }, nil
	case encoding == parquet.Encodings.Plain:
		if c.offsets, err = plainTexts(c.offsets[:0], content, need); err != nil {
			return nil, err
		}
		return func(place int) []byte { return content[c.offsets[place]+4 : c.offsets[place+1]] }, nil
	case encoding == parquet.Encodings.DeltaBinaryPacked:
		if c.numbers, _, err = deltas(c.numbers[:0], content, need, n); err != nil {
			return nil, err
		}
		return func(place int) []byte {
			return binary.LittleEndian.AppendUint64(c.value[:0], uint64(c.numbers[place]))[:c.width]
		}, nil
	case encoding == parquet.Encodings.DeltaLengthByteArray:
		return c.decodeLengths(content, need, n)
	default:
		return nil, fmt.Errorf("a page is encoded as %s", encoding)
	}
}

func (c *cellReader) decodeLengths(content []byte, need, n int) (func(place int) []byte, error) {
	lengths, size, err := deltas(c.numbers[:0], content, need, n)
	c.numbers = lengths
	if err != nil {
		return nil, err
	}
	texts, end := content[size:], int32(0)
	c.offsets = append(c.offsets[:0], 0)
	for _, length := range lengths {
		end += int32(length)
		c.offsets = append(c.offsets, end)
	}
	if int(end) > len(texts) {
		return nil, errTorn
	}
	return func(place int) []byte { return texts[c.offsets[place]:c.offsets[place+1]] }, nil
}

// entry is a value of the dictionary.
func (c *cellReader) entry(i uint32) []byte {
	if c.width > 0 {
		return c.dict[int(i)*c.width:][:c.width]
	}
	return c.dict[c.starts[i]+4 : c.starts[i+1]]
}

// find gives the rows of some pages of a column of texts that hold one of the values.
func (c *cellReader) find(values []string, pages []rowRange) (rows []int64, err error) {
	wanted := oneOf(values)
	entries := c.entries(wanted)
	for _, p := range pages {
		for row := p.from; row < p.to; row = c.next {
			if err := c.open(row); err != nil {
				return nil, err
			}
			if rows, err = c.findInPage(values, wanted, entries, rows); err != nil {
				return nil, err
			}
		}
	}
	return rows, nil
}

// entries are the places of wanted texts in the dictionary.
func (c *cellReader) entries(wanted func([]byte) bool) map[uint32]bool {
	out := map[uint32]bool{}
	for i := range max(0, len(c.starts)-1) {
		if wanted(c.entry(uint32(i))) {
			out[uint32(i)] = true
		}
	}
	return out
}

func (c *cellReader) findInPage(values []string, wanted func([]byte) bool, entries map[uint32]bool, rows []int64) ([]int64, error) {
	indexed := c.isIndexed()
	if indexed && len(entries) == 0 || !indexed && !holdsOne(c.page.Data(), values) {
		return rows, nil
	}
	valid, at, err := c.values(c.next - 1)
	if err != nil {
		return nil, err
	}
	for row, place := c.first, 0; row < c.next; row++ {
		if valid != nil && valid[row-c.first] == 0 {
			continue
		}
		if indexed && entries[c.indices[place]] || !indexed && wanted(at(place)) {
			rows = append(rows, row)
		}
		place++
	}
	return rows, nil
}

// isIndexed says whether the open page holds places in the dictionary.
func (c *cellReader) isIndexed() bool {
	encoding := parquet.Encoding(c.page.Encoding())
	return encoding == parquet.Encodings.RLEDict || encoding == parquet.Encodings.PlainDict
}

// fewValues is up to how many texts are compared one by one.
const fewValues = 8

// oneOf says of a text whether it is one of the values.
func oneOf(values []string) func(text []byte) bool {
	if len(values) <= fewValues {
		return func(text []byte) bool {
			for _, v := range values {
				if string(text) == v {
					return true
				}
			}
			return false
		}
	}
	set := make(map[string]bool, len(values))
	for _, v := range values {
		set[v] = true
	}
	return func(text []byte) bool { return set[string(text)] }
}

// holdsOne looks at the bytes of a page before it is decoded: texts stand there as they are.
func holdsOne(content []byte, values []string) bool {
	if len(values) > fewValues {
		return true
	}
	for _, v := range values {
		if bytes.Contains(content, []byte(v)) {
			return true
		}
	}
	return false
}
