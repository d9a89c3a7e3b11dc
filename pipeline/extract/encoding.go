package extract

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

const (
	textChunk = 256 << 10 // bytes asked from the file at a time

	// maxRecord bounds one line or CSV record. It keeps memory flat when a quote is never
	// closed; a longer record is reported, not read.
	maxRecord = 4 << 20

	// maxShown bounds the bytes of a bad row that are kept: enough to find it again.
	maxShown = 2000
)

// encodingNames are the encodings that a source can declare, in the order in which errors list them.
func encodingNames() []string {
	return []string{"utf-8", "utf-16", "utf-16le", "utf-16be", "gbk", "gb18030", "latin-1", "windows-1252"}
}

// encodingNamed finds a declared encoding; nil is UTF-8, which is not transcoded.
func encodingNamed(name string) (encoding.Encoding, error) {
	switch strings.ToLower(name) {
	case "", "utf-8", "utf8":
		return nil, nil
	case "utf-16", "utf16":
		return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM), nil
	case "utf-16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), nil
	case "utf-16be":
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), nil
	case "gbk", "gb2312":
		return simplifiedchinese.GBK, nil
	case "gb18030":
		return simplifiedchinese.GB18030, nil
	case "latin-1", "latin1", "iso-8859-1":
		return charmap.ISO8859_1, nil
	case "windows-1252", "cp1252":
		return charmap.Windows1252, nil
	}
	return nil, fmt.Errorf("unknown encoding %q: Pharos reads %s", name, strings.Join(encodingNames(), ", "))
}

// textReader gives a file as UTF-8 through a window of bytes that its user moves along. What is
// wrong with the encoding is not an error of the reader but of the record that holds it.
type textReader struct {
	r          io.Reader
	transcoded bool
	buf        []byte
	pos, end   int       // the unread window is buf[pos:end]
	next       io.Reader // what follows the span that is read; nil: nothing
	done       int64     // bytes of text before buf
	bound      int64     // where the span ends in the text; -1 as long as it is not known
	whole      bool      // a header is read to its end, also beyond the span
	eof        bool      // nothing comes after the window
	suspect    bool      // the window may hold bytes that are no text
	eol        byte      // what ends a line: LF, or CR in files of old Macs
}

// open starts at the first character after a byte order mark. It keeps the buffer of the file
// read before.
func (t *textReader) open(r io.Reader, name string, enc encoding.Encoding) error {
	t.start(r, nil, enc)
	return t.begin(name)
}

func (t *textReader) begin(name string) error {
	if err := t.fill(); err != nil {
		return fmt.Errorf("read %s: %w", name, explainEncoding(err))
	}
	head := t.window()
	if !t.transcoded && (bytes.HasPrefix(head, []byte{0xff, 0xfe}) || bytes.HasPrefix(head, []byte{0xfe, 0xff})) {
		return fmt.Errorf("read %s: the file starts with the byte order mark of UTF-16; set encoding: utf-16, or write it in UTF-8", name)
	}
	if bytes.HasPrefix(head, []byte("\uFEFF")) {
		t.pos += len("\uFEFF")
	}
	return t.findEOL(name)
}

// start reads r, and next behind it (nil: nothing).
func (t *textReader) start(r, next io.Reader, enc encoding.Encoding) {
	*t = textReader{r: decoded(r, enc), next: next, buf: t.buf, eol: '\n', bound: -1, transcoded: enc != nil}
	if len(t.buf) == 0 {
		t.buf = make([]byte, textChunk)
	}
}

// findEOL takes lines to end with CR alone only when the first window holds CR and no LF.
func (t *textReader) findEOL(name string) error {
	for bytes.IndexByte(t.window(), '\n') < 0 && bytes.IndexByte(t.window(), '\r') >= 0 {
		if t.eof || len(t.window()) >= textChunk {
			t.eol = '\r'
			return nil
		}
		if err := t.fill(); err != nil {
			return fmt.Errorf("read %s: %w", name, explainEncoding(err))
		}
	}
	return nil
}

func explainEncoding(err error) error {
	if err == unicode.ErrMissingBOM {
		return fmt.Errorf("%w; set encoding: utf-16le or utf-16be", err)
	}
	return err
}

func (t *textReader) window() []byte { return t.buf[t.pos:t.end] }

// fill moves the unread window to the front and reads on until there is something new or the
// file ends. The buffer grows only when the whole of it is unread.
func (t *textReader) fill() error {
	if t.pos > 0 {
		copy(t.buf, t.buf[t.pos:t.end])
		t.done += int64(t.pos)
		t.end -= t.pos
		t.pos = 0
	}
	if t.end == len(t.buf) {
		t.buf = append(t.buf, make([]byte, len(t.buf))...)
	}
	for range 100 {
		n, err := t.r.Read(t.buf[t.end:])
		t.end += n
		if err == io.EOF && t.next != nil {
			t.bound = t.done + int64(t.end)
			t.r, t.next, err = t.next, nil, nil
			if t.end == 0 {
				return nil // the span ends with its last record
			}
		}
		if err == io.EOF {
			t.eof, err = true, nil
		}
		if err != nil {
			return err
		}
		if n > 0 || t.eof {
			t.suspect = !t.isClean(t.window(), t.eof)
			return nil
		}
	}
	return io.ErrNoProgress
}

// isClean says that text holds only characters. A character cut by the end of the window is
// not a fault unless the file ends there. A transcoder writes U+FFFD for what it cannot read;
// one that stood in the file already tells of damage done before.
func (t *textReader) isClean(text []byte, last bool) bool {
	if bytes.IndexByte(text, 0) >= 0 || t.transcoded && bytes.Contains(text, []byte("\uFFFD")) {
		return false
	}
	if !last {
		text = text[:len(text)-cutRune(text)]
	}
	return t.transcoded || utf8.Valid(text)
}

// cutRune is the number of bytes at the end of text that begin a character and do not finish it.
func cutRune(text []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if b := text[len(text)-n]; utf8.RuneStart(b) {
			if !utf8.FullRune(text[len(text)-n:]) {
				return n
			}
			return 0
		}
	}
	return 0
}

// line takes the next physical line without its end; ok is false at the end of the
// file. Of a line longer than maxRecord only the beginning comes, with tooLong set.
func (t *textReader) line() (line []byte, tooLong, ok bool, err error) {
	searched := 0
	for {
		if searched == 0 && t.atBound() {
			return nil, false, false, nil
		}
		window := t.window()
		if i := bytes.IndexByte(window[searched:], t.eol); i >= 0 {
			i += searched
			t.pos += i + 1
			return bytes.TrimSuffix(window[:i], []byte{'\r'}), false, true, nil
		}
		if t.eof {
			t.pos = t.end
			return bytes.TrimSuffix(window, []byte{'\r'}), false, len(window) > 0, nil
		}
		if len(window) > maxRecord {
			head := bytes.Clone(window[:maxShown+1])
			return head, true, true, t.skipLine()
		}
		searched = len(window)
		if err := t.fill(); err != nil {
			return nil, false, false, err
		}
	}
}

// skipLine moves past the end of the current line, however long it is.
func (t *textReader) skipLine() error {
	for {
		if i := bytes.IndexByte(t.window(), t.eol); i >= 0 {
			t.pos += i + 1
			return nil
		}
		t.pos = t.end
		if t.eof {
			return nil
		}
		if err := t.fill(); err != nil {
			return err
		}
	}
}

// printable shows raw bytes of a bad row as text: what is no character becomes \x00.
func printable(raw []byte) string {
	var b strings.Builder
	for len(raw) > 0 && b.Len() < maxShown {
		r, n := utf8.DecodeRune(raw)
		if r == utf8.RuneError && n == 1 || r == 0 {
			fmt.Fprintf(&b, `\x%02x`, raw[0])
		} else {
			b.WriteRune(r)
		}
		raw = raw[n:]
	}
	if len(raw) > 0 {
		b.WriteString("…")
	}
	return b.String()
}
