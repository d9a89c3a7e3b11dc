package extract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow/array"
	"golang.org/x/text/encoding"
)

// spanBytes is how much of a large file one goroutine reads at a time. It bounds memory and, being
// fixed, makes records that do not depend on the number of processors.
const spanBytes = 4 << 20

// filePiece is what one goroutine reads from beginning to end: some files, or a span of a large one.
type filePiece struct {
	files []fileEntry
	span  *span // of the only file; nil: whole files
}

// span is a range of bytes of a file, cut where a line ends. Whether a record ends there as well is
// a guess, since a quote may hold line breaks: the span before knows, and says in its rest how far
// its last record reaches. A span is read again when the guess was wrong.
type span struct {
	from, to int64    // bytes as they are in the file
	size     int64    // of the file
	skip     int64    // bytes of text at the beginning that belong to a record that began before
	names    []string // of the columns, where the file has a header
}

func (s *span) first() bool { return s.from == 0 }

// rest is what the next span of a file needs to know of those before it.
type rest struct {
	skip  int64 // bytes of text that the last record takes from the next span
	lines int64
}

// wholeFiles makes pieces of groups of files.
func wholeFiles(groups [][]fileEntry) []filePiece {
	pieces := make([]filePiece, len(groups))
	for i, g := range groups {
		pieces[i].files = g
	}
	return pieces
}

// cutFiles makes pieces of files in their order: spans of large ones, groups of small ones.
// A sample, a packed file and an encoding that cannot be cut are read from the beginning.
func (s *fileSource) cutFiles(q Query, enc encoding.Encoding, names func(fileEntry) ([]string, error)) ([]filePiece, error) {
	if q.Limit > 0 || enc != nil && !asciiCompatible(enc) {
		return wholeFiles(groupFiles(s.files)), nil
	}
	var pieces []filePiece
	small := 0 // files before it are in pieces
	for i, f := range s.files {
		if f.size < 2*s.spanBytes {
			continue
		}
		spans, err := cutFile(f, s.spanBytes)
		if err != nil {
			return nil, err
		}
		if spans == nil {
			continue
		}
		columns, err := names(f)
		if err != nil {
			return nil, err
		}
		pieces = append(pieces, wholeFiles(groupFiles(s.files[small:i]))...)
		for j := range spans {
			spans[j].names = columns
			pieces = append(pieces, filePiece{files: s.files[i : i+1], span: &spans[j]})
		}
		small = i + 1
	}
	return append(pieces, wholeFiles(groupFiles(s.files[small:]))...), nil
}

// cutFile finds where lines end near multiples of the size; nil when the file is packed or does
// not show from its beginning that its lines end with LF.
func cutFile(f fileEntry, size int64) (spans []span, err error) {
	r, closeFile, err := openFile(f)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closeFile()) }()
	in, ok := r.(io.ReaderAt)
	if !ok {
		return nil, nil
	}
	const head = 64 << 10 // less than the first window of a textReader, decoded
	if end, err := lineEnd(in, 0, min(head, f.size)); err != nil || end < 0 {
		return nil, err
	}
	from := int64(0)
	for at := size; at < f.size; at += size {
		end, err := lineEnd(in, at, min(at+size, f.size))
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", f.name, err)
		}
		if end > 0 && end < f.size {
			spans = append(spans, span{from: from, to: end, size: f.size})
			from = end
		}
	}
	return append(spans, span{from: from, to: f.size, size: f.size}), nil
}

// lineEnd finds the place after the first LF between two places, or -1.
func lineEnd(r io.ReaderAt, from, to int64) (int64, error) {
	buf := make([]byte, 4<<10)
	for from < to {
		n, err := r.ReadAt(buf[:min(int64(len(buf)), to-from)], from)
		if i := bytes.IndexByte(buf[:n], '\n'); i >= 0 {
			return from + int64(i) + 1, nil
		}
		from += int64(n)
		if err != nil && err != io.EOF || n == 0 {
			return -1, err
		}
	}
	return -1, nil
}

// openPiece opens a whole file, or a span of one with what follows it.
func openPiece(t *textReader, f fileEntry, sp *span, enc encoding.Encoding) (closeFile func() error, err error) {
	r, closeFile, err := openFile(f)
	if err != nil {
		return nil, err
	}
	in, ok := r.(io.ReaderAt)
	switch {
	case sp == nil:
		err = t.open(r, f.name, enc)
	case !ok:
		err = fmt.Errorf("read %s: it was not packed when it was cut", f.name)
	default:
		err = t.openSpan(in, f.name, sp, enc)
	}
	if err != nil {
		return nil, errors.Join(err, closeFile())
	}
	return closeFile, nil
}

// openSpan starts at the first character of a span, or at the first after those to be skipped.
func (t *textReader) openSpan(in io.ReaderAt, name string, sp *span, enc encoding.Encoding) error {
	section := func(from, to int64) io.Reader { return io.NewSectionReader(in, from, to-from) }
	var next io.Reader
	if sp.to < sp.size {
		next = decoded(section(sp.to, sp.size), enc)
	}
	t.start(section(sp.from, sp.to), next, enc)
	if sp.first() {
		return t.begin(name)
	}
	for skip := sp.skip; skip > 0; {
		n := min(skip, int64(t.end-t.pos))
		t.pos, skip = t.pos+int(n), skip-n
		if skip > 0 && t.eof {
			break
		}
		if skip > 0 {
			if err := t.fill(); err != nil {
				return fmt.Errorf("read %s: %w", name, err)
			}
		}
	}
	return nil
}

// rest is known when the reader has come to the end of its span.
func (t *textReader) rest(lines int64) rest {
	if t.bound < 0 {
		return rest{lines: lines}
	}
	return rest{skip: t.done + int64(t.pos) - t.bound, lines: lines}
}

// atBound says that what comes next belongs to the next span.
func (t *textReader) atBound() bool {
	return t.bound >= 0 && t.done+int64(t.pos) >= t.bound && !t.whole
}

// again starts a unit anew, with what is known of the span before it.
func (u *unit) again(ctx context.Context, skip int64) *unit {
	u.cancel()
	for range u.items { // it ends at its next item
	}
	sp := *u.span
	sp.skip = skip
	return newUnit(ctx, filePiece{files: u.files, span: &sp})
}

// after moves the line numbers of an item behind the lines of the spans before it.
func (it item) after(lines int64, name string) item {
	if lines == 0 {
		return it
	}
	if it.bad != nil {
		it.bad.Location = fmt.Sprintf("%s:%d", name, it.line+lines)
		return it
	}
	at := it.rec.Schema().FieldIndices(LineColumn)
	numbers := it.rec.Column(at[0]).(*array.Int64).Int64Values()
	for i := range numbers { // nobody else has seen the record yet
		numbers[i] += lines
	}
	return it
}
