package extract

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/bits"
)

// csvDialect is how a delimited file is written.
type csvDialect struct {
	delimiter []byte // one character, as UTF-8
	quote     byte
	quoting   bool // false: a quote is a character like any other
	trim      bool
}

// csvScanner cuts text into records after RFC 4180, bytes only, without copying. It is strict
// where RFC 4180 is and never guesses: a record that breaks the rules is given out as bad, and
// scanning goes on at the physical line after its first one. A quote within an unquoted value
// is a character like any other.
type csvScanner struct {
	csvDialect
	text   *textReader
	stops  [256]bool // bytes that may end an unquoted value
	simple bool      // a delimiter of one byte and no trimming: an unquoted value is found 8 bytes at a time
	delims uint64    // the delimiter, eight times
	eols   uint64    // what ends a line, eight times
	line   int64     // of the next record, 1-based
	record csvRecord
}

// csvRecord is the last record; its bytes are valid until the next one is scanned.
type csvRecord struct {
	line   int64
	raw    []byte // without the end of its line
	fields []csvField
	rule   string // why the record is bad; empty when it is good
	quoted bool
}

// csvField is a value within the raw record.
type csvField struct {
	from, to int
	quoted   bool
	doubled  bool // it holds doubled quotes, each of which means one
}

func newCSVScanner(text *textReader, d csvDialect) *csvScanner {
	s := &csvScanner{csvDialect: d, text: text, line: 1}
	s.stops[d.delimiter[0]], s.stops[text.eol] = true, true
	s.simple = len(d.delimiter) == 1 && !d.trim
	s.delims, s.eols = uint64(d.delimiter[0])*eachByte, uint64(text.eol)*eachByte
	return s
}

const (
	eachByte = 0x0101010101010101
	topBits  = 0x8080808080808080
)

// stop finds the next delimiter or end of a line, or the end of the window. In a word of eight
// bytes of which some are zero, the trick below is exact for the first of them.
func (s *csvScanner) stop(window []byte, at int) int {
	for at+8 <= len(window) {
		word := binary.LittleEndian.Uint64(window[at:])
		d, e := word^s.delims, word^s.eols
		if hit := ((d-eachByte)&^d | (e-eachByte)&^e) & topBits; hit != 0 {
			return at + bits.TrailingZeros64(hit)>>3
		}
		at += 8
	}
	for at < len(window) && !s.stops[window[at]] {
		at++
	}
	return at
}

var (
	errMore       = errors.New("the record goes on after the window")
	errUnclosed   = errors.New("the quote is not closed")
	errStrayQuote = errors.New("text follows the closing quote")
)

// next scans one record; false means the end of the file.
func (s *csvScanner) next() (bool, error) {
	for {
		window := s.text.window()
		if len(window) == 0 && s.text.eof || s.text.atBound() {
			return false, nil
		}
		used, err := s.scan(window)
		// Whether a record is too long must not depend on how much of it the window holds.
		if used > maxRecord || err == errMore && len(window) > maxRecord {
			err = errUnclosed
			if !s.record.quoted {
				return true, s.giveUp(RuleLineTooLong)
			}
		}
		switch err {
		case nil:
			s.take(window, used)
			if len(s.record.raw) == 0 {
				continue // a blank line is no record
			}
			return true, nil
		case errMore:
			if err := s.text.fill(); err != nil {
				return false, err
			}
		case errUnclosed:
			return true, s.giveUp(RuleUnclosedQuote)
		case errStrayQuote:
			if bytes.IndexByte(window[:used], s.text.eol) >= 0 {
				return true, s.giveUp(RuleUnclosedQuote) // the culprit is the quote lines above
			}
			return true, s.giveUp(RuleStrayQuote)
		}
	}
}

// take moves past a good record of that many bytes.
func (s *csvScanner) take(window []byte, used int) {
	s.record.line = s.line
	s.record.raw = trimEOL(window[:used], s.text.eol)
	s.record.rule = ""
	s.text.pos += used
	if s.record.quoted {
		s.line += int64(bytes.Count(window[:used], []byte{s.text.eol}))
	} else {
		s.line++
	}
	if s.text.suspect && !s.text.isClean(s.record.raw, true) {
		s.record.rule = RuleBadEncoding
	}
}

// giveUp makes the first physical line of the record bad and moves past it.
func (s *csvScanner) giveUp(rule string) error {
	raw := s.text.window()
	for bytes.IndexByte(raw, s.text.eol) < 0 && len(raw) <= maxShown && !s.text.eof {
		if err := s.text.fill(); err != nil {
			return err
		}
		raw = s.text.window()
	}
	if i := bytes.IndexByte(raw, s.text.eol); i >= 0 {
		raw = trimEOL(raw[:i+1], s.text.eol)
	}
	raw = bytes.Clone(raw[:min(len(raw), maxShown+1)])
	s.record = csvRecord{line: s.line, raw: raw, rule: rule, fields: s.record.fields[:0]}
	s.line++
	return s.text.skipLine()
}

func trimEOL(line []byte, eol byte) []byte {
	n := len(line)
	if n > 0 && line[n-1] == eol {
		n--
	}
	if n > 0 && eol == '\n' && line[n-1] == '\r' {
		n--
	}
	return line[:n]
}

// scan finds the fields of the record at the start of the window and the bytes that it takes
// with the end of its line. At a stray quote, used is where it stands.
func (s *csvScanner) scan(window []byte) (used int, err error) {
	fields, at := s.record.fields[:0], 0
	s.record.quoted = false
	for {
		var f csvField
		if s.simple && !(s.quoting && at < len(window) && window[at] == s.quote) {
			end := s.stop(window, at)
			f = csvField{from: at, to: s.beforeCR(window, at, end)}
			at = end
		} else if open := s.openingQuote(window, at); open >= 0 {
			s.record.quoted = true
			if f, at, err = s.quotedField(window, open+1); err != nil {
				return at, err
			}
		} else {
			f, at = s.plainField(window, at)
		}
		fields = append(fields, f)
		s.record.fields = fields
		switch {
		case at == len(window):
			if !s.text.eof {
				return at, errMore
			}
			return at, nil
		case window[at] == s.text.eol:
			return at + 1, nil
		case s.isDelimiter(window, at):
			at += len(s.delimiter)
		case !s.text.eof && len(window)-at < len(s.delimiter)+1:
			return at, errMore // half a delimiter, or CR before its LF
		default:
			return at, errStrayQuote
		}
	}
}

// openingQuote finds the quote that a value starts with, or -1.
func (s *csvScanner) openingQuote(window []byte, at int) int {
	if !s.quoting {
		return -1
	}
	if s.trim {
		at = s.skipBlanks(window, at)
	}
	if at < len(window) && window[at] == s.quote {
		return at
	}
	return -1
}

func (s *csvScanner) skipBlanks(window []byte, at int) int {
	for at < len(window) && (window[at] == ' ' || window[at] == '\t') && window[at] != s.delimiter[0] {
		at++
	}
	return at
}

func (s *csvScanner) isDelimiter(window []byte, at int) bool {
	return window[at] == s.delimiter[0] && (len(s.delimiter) == 1 || bytes.HasPrefix(window[at:], s.delimiter))
}

// plainField reads an unquoted value up to what ends it.
func (s *csvScanner) plainField(window []byte, from int) (csvField, int) {
	at := from
	for {
		for at < len(window) && !s.stops[window[at]] {
			at++
		}
		// With a delimiter of several bytes, other characters may share its first one.
		if at == len(window) || window[at] == s.text.eol || s.isDelimiter(window, at) ||
			!s.text.eof && len(window)-at < len(s.delimiter) {
			break
		}
		at++
	}
	return csvField{from: from, to: s.beforeCR(window, from, at)}, at
}

// beforeCR is the end of an unquoted value without the CR of a CRLF.
func (s *csvScanner) beforeCR(window []byte, from, to int) int {
	if to > from && window[to-1] == '\r' && s.text.eol == '\n' && (to == len(window) || window[to] == '\n') {
		return to - 1
	}
	return to
}

// quotedField reads a value from behind its opening quote, and moves behind the closing one.
func (s *csvScanner) quotedField(window []byte, from int) (csvField, int, error) {
	f := csvField{from: from, quoted: true}
	at := from
	for {
		i := bytes.IndexByte(window[at:], s.quote)
		if i < 0 && !s.text.eof || i >= 0 && at+i+1 == len(window) && !s.text.eof {
			return f, len(window), errMore
		}
		if i < 0 {
			return f, len(window), errUnclosed
		}
		at += i + 1
		if at == len(window) || window[at] != s.quote {
			break
		}
		f.doubled = true
		at++
	}
	f.to = at - 1
	if s.trim {
		at = s.skipBlanks(window, at)
	}
	if s.text.eol == '\n' && at < len(window) && window[at] == '\r' &&
		(at+1 == len(window) && s.text.eof || at+1 < len(window) && window[at+1] == '\n') {
		at++
	}
	return f, at, nil
}

// value gives the text of a field. Doubled quotes are undone in scratch, which is returned for
// the next call.
func (s *csvScanner) value(f csvField, scratch []byte) (value, next []byte) {
	text := s.record.raw[f.from:f.to]
	if !f.doubled && !s.trim {
		return text, scratch
	}
	if f.doubled {
		scratch = scratch[:0]
		for {
			i := bytes.IndexByte(text, s.quote)
			if i < 0 {
				scratch = append(scratch, text...)
				break
			}
			scratch = append(scratch, text[:i+1]...)
			text = text[i+2:]
		}
		text = scratch
	}
	if s.trim {
		text = bytes.TrimSpace(text)
	}
	return text, scratch
}
