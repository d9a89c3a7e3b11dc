package lake

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"

	"github.com/parquet-go/parquet-go/compress/zstd"
)

// Cards are card indexes: the rows of relations as lines of text, found by a key. Parquet answers
// a question about one of a million customers by decoding whole row groups; a card is one read of
// a few kilobytes, so that a page about one customer costs about a millisecond.
//
// Each relation is a file of blocks and nothing else. A block is zstd over records, and a record
// is the length of the key (uvarint), the key, the length of the line (uvarint), the line. Records
// stand in the order of their keys by bytes. Where each block begins, and with which key, is kept
// in memory: the files belong to the process that wrote them and go with Close. Find may be called
// by many at once, after the last Finish.
type Cards struct {
	dir   string
	codec zstd.Codec // packs quickly: the files live as long as a run is shown
	files map[string]cardFile
}

type cardFile struct {
	file   *os.File
	blocks []cardBlock
}

type cardBlock struct {
	first      string // key of the first record
	offset     int64
	size, full int // bytes in the file, and unpacked
}

// cardBlockSize is how much one read unpacks, in bytes.
const cardBlockSize = 8 << 10

// CardWriter writes the index of one relation; Add must come in the order of the keys.
type CardWriter struct {
	cards    *Cards
	relation string
	made     cardFile
	out      *bufio.Writer
	offset   int64
	block    []byte
	packed   []byte
	first    string
	last     string
	any      bool
}

// NewCards begins card indexes in an existing folder.
func NewCards(dir string) *Cards {
	return &Cards{dir: dir, codec: zstd.Codec{Level: zstd.SpeedFastest}, files: map[string]cardFile{}}
}

// Begin starts the index of a relation in a new file.
func (c *Cards) Begin(relation string) (*CardWriter, error) {
	f, err := os.OpenFile(filepath.Join(c.dir, relation+".cards"), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("make card index: %w", err)
	}
	return &CardWriter{cards: c, relation: relation, made: cardFile{file: f}, out: bufio.NewWriterSize(f, 1<<20)}, nil
}

// Add writes one line under a key. Keys do not go back; lines of one key keep their order.
func (w *CardWriter) Add(key, line string) error {
	if w.any && key < w.last {
		return fmt.Errorf("write card index: key %q after %q", key, w.last)
	}
	if len(w.block) == 0 {
		w.first = key
	}
	w.last, w.any = key, true
	w.block = append(binary.AppendUvarint(w.block, uint64(len(key))), key...)
	w.block = append(binary.AppendUvarint(w.block, uint64(len(line))), line...)
	if len(w.block) < cardBlockSize {
		return nil
	}
	return w.flush()
}

func (w *CardWriter) flush() (err error) {
	if len(w.block) == 0 {
		return nil
	}
	if w.packed, err = w.cards.codec.Encode(w.packed[:0], w.block); err != nil {
		return fmt.Errorf("write card index: %w", err)
	}
	if _, err := w.out.Write(w.packed); err != nil {
		return fmt.Errorf("write card index: %w", err)
	}
	w.made.blocks = append(w.made.blocks, cardBlock{w.first, w.offset, len(w.packed), len(w.block)})
	w.offset += int64(len(w.packed))
	w.block = w.block[:0]
	return nil
}

// Finish ends the writing; the relation can be asked from then on.
func (w *CardWriter) Finish() error {
	if err := errors.Join(w.flush(), w.out.Flush()); err != nil {
		return errors.Join(err, w.Discard())
	}
	w.cards.files[w.relation] = w.made
	return nil
}

// Discard gives up an index that was not finished.
func (w *CardWriter) Discard() error { return w.made.remove() }

// Find returns the lines of a relation under a key, in the order in which they were added. None,
// or a relation without an index, is no error.
func (c *Cards) Find(relation, key string) ([]string, error) {
	file := c.files[relation]
	// the last block that begins before the key may hold it, and so do those that begin with it
	at := sort.Search(len(file.blocks), func(i int) bool { return file.blocks[i].first >= key })
	var lines []string
	for i := max(at-1, 0); i < len(file.blocks) && file.blocks[i].first <= key; i++ {
		found, err := c.find(file.file, file.blocks[i], key)
		if err != nil {
			return nil, fmt.Errorf("read card index of %s: %w", relation, err)
		}
		lines = append(lines, found...)
	}
	return lines, nil
}

func (c *Cards) find(file *os.File, b cardBlock, key string) ([]string, error) {
	packed := make([]byte, b.size)
	if _, err := file.ReadAt(packed, b.offset); err != nil {
		return nil, err
	}
	rest, err := c.codec.Decode(make([]byte, 0, b.full), packed)
	if err != nil {
		return nil, err
	}
	var lines []string
	for len(rest) > 0 {
		var at, line []byte
		if at, rest, err = cardText(rest); err != nil {
			return nil, err
		}
		if line, rest, err = cardText(rest); err != nil {
			return nil, err
		}
		switch {
		case string(at) == key:
			lines = append(lines, string(line))
		case string(at) > key:
			return lines, nil
		}
	}
	return lines, nil
}

// cardText takes one text off a block.
func cardText(block []byte) (text, rest []byte, err error) {
	size, n := binary.Uvarint(block)
	if n <= 0 || size > uint64(len(block)-n) {
		return nil, nil, errors.New("a block is cut short")
	}
	end := n + int(size)
	return block[n:end], block[end:], nil
}

func (f cardFile) remove() error { return errors.Join(f.file.Close(), os.Remove(f.file.Name())) }

// Close ends the indexes and removes their files.
func (c *Cards) Close() error {
	var errs []error
	for _, f := range c.files {
		errs = append(errs, f.remove())
	}
	clear(c.files)
	return errors.Join(errs...)
}
