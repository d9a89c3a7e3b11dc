package extract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/encoding"
)

// fixedSource reads text whose values stand at fixed character positions.
type fixedSource struct {
	fileSource
	enc   encoding.Encoding
	nulls nullWords
	first int // the character at which the leftmost column begins, 1-based
}

func openFixed(spec Spec) (Source, error) {
	enc, err := encodingNamed(spec.Fixed.Encoding)
	if err != nil {
		return nil, specError(spec, err)
	}
	first, err := checkFixed(spec.Fixed.Columns)
	if err != nil {
		return nil, specError(spec, err)
	}
	files, err := newFileSource(spec, spec.Fixed.Path)
	if err != nil {
		return nil, err
	}
	return &fixedSource{fileSource: files, enc: enc, nulls: spec.nullWords(), first: first}, nil
}

// checkFixed refuses layouts that cannot be meant and finds where the leftmost column begins.
func checkFixed(columns []FixedColumn) (first int, err error) {
	if len(columns) == 0 {
		return 0, errors.New("columns is empty: give each column its positions, as in customer_id: 1-5")
	}
	for i, c := range columns {
		if c.From < 1 || c.To < c.From {
			return 0, fmt.Errorf("column %s: positions %d-%d: the first character is 1, and the end is not before the beginning", c.Name, c.From, c.To)
		}
		if slices.ContainsFunc(columns[:i], func(o FixedColumn) bool { return o.Name == c.Name }) {
			return 0, fmt.Errorf("column %s is declared twice", c.Name)
		}
		if first == 0 || c.From < first {
			first = c.From
		}
	}
	return first, nil
}

func (s *fixedSource) names() []string {
	names := make([]string, len(s.spec.Fixed.Columns))
	for i, c := range s.spec.Fixed.Columns {
		names[i] = c.Name
	}
	return names
}

// Describe lists the declared columns with a few values.
func (s *fixedSource) Describe(ctx context.Context) ([]Relation, error) {
	r := Relation{Name: s.spec.Name, Rows: -1, Columns: textColumns(s.names())}
	if err := sampleColumns(ctx, s, "", r.Columns, s.names()); err != nil {
		return nil, err
	}
	return []Relation{r}, nil
}

// Read streams the rows of all files.
func (s *fixedSource) Read(ctx context.Context, q Query, out Sink) error {
	if err := s.checkQuery(q); err != nil {
		return err
	}
	asked := make([]FixedColumn, len(q.Columns))
	for i, name := range q.Columns {
		at := slices.Index(s.names(), name)
		if at < 0 {
			return unfit(fmt.Errorf("read source %s: no column %q; its columns are %s", s.spec.Name, name, nearestNames(name, s.names())))
		}
		asked[i] = s.spec.Fixed.Columns[at]
	}
	memory := q.recycler()
	scan := func(ctx context.Context, p filePiece, out emit) (r rest, err error) {
		var text textReader
		batch := newTextBatch(q.Columns, q.Limit, memory)
		for _, f := range p.files {
			if err := alive(ctx, f.name); err != nil {
				return r, err
			}
			if r, err = s.readFile(&text, f, p.span, asked, batch, out); err != nil {
				return r, err
			}
		}
		return r, flushRest(batch, out)
	}
	pieces, err := s.cutFiles(q, s.enc, func(fileEntry) ([]string, error) { return nil, nil })
	if err != nil {
		return err
	}
	return streamUnits(ctx, pieces, q, scan, out)
}

func (s *fixedSource) readFile(text *textReader, f fileEntry, sp *span, asked []FixedColumn, batch *textBatch, out emit) (r rest, err error) {
	closeFile, err := openPiece(text, f, sp, s.enc)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, closeFile()) }()
	skip := int64(s.spec.Fixed.SkipRows)
	if sp != nil && !sp.first() {
		skip = 0
	}
	for number := int64(1); ; number++ {
		line, tooLong, ok, err := text.line()
		if err != nil {
			return r, fmt.Errorf("read %s:%d: %w", f.name, number, err)
		}
		if !ok {
			return text.rest(number - 1), nil
		}
		if number <= skip || len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if rule := s.fault(text, line, tooLong); rule != "" {
			if err := out(item{bad: s.bad(f.name, number, rule, line), line: number}); err != nil {
				return r, err
			}
			continue
		}
		s.row(line, asked, batch)
		if batch.endRow(f.name, number) {
			if err := out(item{rec: batch.flush()}); err != nil {
				return r, err
			}
		}
	}
}

// fault says why a line cannot be read; empty when it can.
func (s *fixedSource) fault(text *textReader, line []byte, tooLong bool) string {
	switch {
	case tooLong:
		return RuleLineTooLong
	case text.suspect && !text.isClean(line, true):
		return RuleBadEncoding
	case len(line) < s.first || utf8.RuneCount(line) < s.first:
		return RuleRaggedLine
	}
	return ""
}

// row appends the values of one line. A column that begins after the line's end is NULL.
func (s *fixedSource) row(line []byte, asked []FixedColumn, batch *textBatch) {
	for i, c := range asked {
		value := bytes.TrimSpace(characters(line, c.From-1, c.To))
		if len(value) == 0 && c.From > utf8.RuneCount(line) || s.nulls.match(value) {
			batch.null(i)
		} else {
			batch.value(i, value)
		}
	}
}

// characters cuts the characters from..to (0-based, to exclusive) out of a line, as far as it goes.
func characters(line []byte, from, to int) []byte {
	begin, at := len(line), 0
	for n := 0; at < len(line) && n < to; n++ {
		if n == from {
			begin = at
		}
		if line[at] < utf8.RuneSelf {
			at++
		} else {
			_, size := utf8.DecodeRune(line[at:])
			at += size
		}
	}
	return line[min(begin, at):at]
}
