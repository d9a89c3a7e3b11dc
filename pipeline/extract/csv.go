package extract

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding"
)

// csvSource reads delimited text files of one dialect.
type csvSource struct {
	fileSource
	csvDialect
	enc   encoding.Encoding
	nulls nullWords
}

func openCSV(spec Spec) (Source, error) {
	dialect, err := newCSVDialect(spec.CSV)
	if err != nil {
		return nil, specError(spec, err)
	}
	enc, err := encodingNamed(spec.CSV.Encoding)
	if err != nil {
		return nil, specError(spec, err)
	}
	files, err := newFileSource(spec, spec.CSV.Path)
	if err != nil {
		return nil, err
	}
	return &csvSource{fileSource: files, csvDialect: dialect, enc: enc, nulls: spec.nullWords()}, nil
}

// newCSVDialect checks what the config says against what can be scanned without doubt.
func newCSVDialect(c *CSV) (csvDialect, error) {
	d := csvDialect{delimiter: []byte(c.Delimiter), quote: '"', quoting: true, trim: c.Trim}
	if c.Delimiter == "" {
		d.delimiter = []byte{','}
	}
	if utf8.RuneCount(d.delimiter) != 1 || strings.ContainsAny(c.Delimiter, "\r\n\x00") {
		return d, fmt.Errorf("delimiter %q is not one character", c.Delimiter)
	}
	switch {
	case c.Quote == "none":
		d.quoting = false
	case len(c.Quote) == 1 && c.Quote[0] < utf8.RuneSelf && !strings.ContainsAny(c.Quote, "\r\n\x00"):
		d.quote = c.Quote[0]
	case c.Quote != "":
		return d, fmt.Errorf(`quote %q is neither one ASCII character nor "none"`, c.Quote)
	}
	if d.quoting && d.delimiter[0] == d.quote {
		return d, fmt.Errorf("delimiter and quote are both %q", c.Delimiter)
	}
	if len(c.Columns) > 0 && c.hasHeader() {
		return d, errors.New("columns names what a file without header holds: set header: false, or leave columns away")
	}
	return d, nil
}

func (c *CSV) hasHeader() bool { return c.Header == nil || *c.Header }

// headerRow is the physical line on which the table begins.
func (c *CSV) headerRow() int { return max(c.HeaderRow, 1) }

// Describe reads the header of the first file and a few rows.
func (s *csvSource) Describe(ctx context.Context) ([]Relation, error) {
	names, err := s.header(s.files[0])
	if err != nil {
		return nil, err
	}
	r := Relation{Name: s.spec.Name, Rows: -1, Columns: textColumns(names)}
	if err := sampleColumns(ctx, s, "", r.Columns, names); err != nil {
		return nil, err
	}
	return []Relation{r}, nil
}

// textColumns describes columns of files, each name once.
func textColumns(names []string) []SourceColumn {
	var columns []SourceColumn
	for i, name := range names {
		if slices.Index(names, name) == i {
			columns = append(columns, SourceColumn{Name: name, Type: "text"})
		}
	}
	return columns
}

func (s *csvSource) header(f fileEntry) ([]string, error) {
	var c csvFile
	if err := c.open(s, f, nil); err != nil {
		return nil, err
	}
	return c.names, c.close()
}

// Read streams the rows of all files.
func (s *csvSource) Read(ctx context.Context, q Query, out Sink) error {
	if err := s.checkQuery(q); err != nil {
		return err
	}
	memory := q.recycler()
	workers := sync.Pool{New: func() any { return &csvWorker{batch: newTextBatch(q.Columns, q.Limit, memory)} }}
	scan := func(ctx context.Context, p filePiece, out emit) (rest, error) {
		w := workers.Get().(*csvWorker)
		for _, f := range p.files {
			if err := alive(ctx, f.name); err != nil {
				return rest{}, err
			}
			if err := w.read(s, f, p.span, q.Columns, w.batch, out); err != nil {
				return rest{}, err // what it holds is not used again
			}
		}
		defer workers.Put(w)
		return w.rest, flushRest(w.batch, out)
	}
	pieces := wholeFiles(groupFiles(s.files))
	if s.spec.CSV.StopAt == "" { // what comes after the total row is not looked at
		var err error
		if pieces, err = s.cutFiles(q, s.enc, s.header); err != nil {
			return err
		}
	}
	return streamUnits(ctx, pieces, q, scan, out)
}

// csvWorker keeps its buffers from piece to piece.
type csvWorker struct {
	csvFile
	batch *textBatch
}

func flushRest(batch *textBatch, out emit) error {
	if batch.rows() == 0 {
		return nil
	}
	return out(item{rec: batch.flush()})
}

// csvFile is one file while it is read. Its buffers serve the next file as well.
type csvFile struct {
	text    textReader
	scan    *csvScanner
	entry   fileEntry
	close   func() error
	names   []string
	pending bool // the scanner stands on a data record already, since there was no header
	scratch []byte
	rest    rest // for the span after the one that was read
}

// open reads up to the first data record.
func (c *csvFile) open(s *csvSource, f fileEntry, sp *span) error {
	closeFile, err := openPiece(&c.text, f, sp, s.enc)
	if err != nil {
		return err
	}
	c.entry, c.close, c.pending, c.rest = f, closeFile, false, rest{}
	fields := []csvField(nil)
	if c.scan != nil {
		fields = c.scan.record.fields
	}
	c.scan = newCSVScanner(&c.text, s.csvDialect)
	c.scan.record.fields = fields
	if sp != nil && !sp.first() {
		c.names = sp.names
		return nil
	}
	c.text.whole = true
	err = c.readHeader(s, f)
	c.text.whole = false
	if err != nil {
		return errors.Join(err, closeFile())
	}
	return nil
}

func (c *csvFile) readHeader(s *csvSource, f fileEntry) error {
	for range s.spec.CSV.headerRow() - 1 {
		if err := c.text.skipLine(); err != nil {
			return fmt.Errorf("read %s: %w", f.name, err)
		}
		c.scan.line++
	}
	ok, err := c.scan.next()
	if err != nil {
		return fmt.Errorf("read %s: %w", f.name, err)
	}
	if !s.spec.CSV.hasHeader() {
		c.pending = ok
		c.names = s.spec.CSV.Columns
		if len(c.names) == 0 && ok {
			c.names = numberedNames(len(c.scan.record.fields))
		}
		return nil
	}
	switch rec := &c.scan.record; {
	case !ok:
		return fmt.Errorf("read %s:%d: the file ends before its header; set header_row, or header: false", f.name, s.spec.CSV.headerRow())
	case rec.rule == RuleBadEncoding:
		return fmt.Errorf("read %s:%d: the header is not %s: %s; set encoding (%s)",
			f.name, rec.line, cmp.Or(s.spec.CSV.Encoding, "utf-8"), printable(rec.raw), strings.Join(encodingNames(), ", "))
	case rec.rule != "":
		return fmt.Errorf("read %s:%d: the header cannot be read (%s): %s; set delimiter, quote or header_row",
			f.name, rec.line, rec.rule, printable(rec.raw))
	}
	c.names = c.headerNames()
	return nil
}

func numberedNames(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = "c" + strconv.Itoa(i+1)
	}
	return names
}

// headerNames takes the names from the scanner's record; one without text is named by its place.
func (c *csvFile) headerNames() []string {
	names := numberedNames(len(c.scan.record.fields))
	for i, f := range c.scan.record.fields {
		var name []byte
		name, c.scratch = c.scan.value(f, c.scratch)
		if trimmed := strings.TrimSpace(string(name)); trimmed != "" {
			names[i] = trimmed
		}
	}
	return names
}

// findColumns says at which place of a header each asked column stands.
func findColumns(where string, header, asked []string) ([]int, error) {
	places := make([]int, len(asked))
	for i, name := range asked {
		places[i] = slices.Index(header, name)
		if places[i] < 0 {
			return nil, unfit(fmt.Errorf("read %s: no column %q; the header has %s", where, name, nearestNames(name, header)))
		}
		if again := slices.Index(header[places[i]+1:], name); again >= 0 {
			return nil, fmt.Errorf("read %s: the header names %q twice, as columns %d and %d; a mapped column needs a name of its own",
				where, name, places[i]+1, places[i]+again+2)
		}
	}
	return places, nil
}

// read appends the asked columns of one file to the batch.
func (c *csvFile) read(s *csvSource, f fileEntry, sp *span, asked []string, batch *textBatch, out emit) (err error) {
	if err := c.open(s, f, sp); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	if c.names == nil {
		return nil // neither names nor lines
	}
	where := fmt.Sprintf("%s:%d", f.name, s.spec.CSV.headerRow())
	places, err := findColumns(where, c.names, asked)
	if err != nil {
		return err
	}
	for {
		ok, err := c.nextRecord()
		if err != nil {
			return fmt.Errorf("read %s:%d: %w", f.name, c.scan.line, err)
		}
		if !ok || s.spec.CSV.StopAt != "" && c.atStop(s.spec.CSV.StopAt) {
			c.rest = c.text.rest(c.scan.line - 1)
			return nil
		}
		if err := c.row(s, places, batch, out); err != nil {
			return err
		}
	}
}

func (c *csvFile) nextRecord() (bool, error) {
	if c.pending {
		c.pending = false
		return true, nil
	}
	return c.scan.next()
}

// atStop says that the record's first cell is the one that ends the data.
func (c *csvFile) atStop(stop string) bool {
	rec := &c.scan.record
	if len(rec.fields) == 0 {
		return false
	}
	var first []byte
	first, c.scratch = c.scan.value(rec.fields[0], c.scratch)
	return strings.TrimSpace(string(first)) == stop
}

// row appends the scanner's record, or reports it.
func (c *csvFile) row(s *csvSource, places []int, batch *textBatch, out emit) error {
	rec := &c.scan.record
	if rec.rule == "" && len(rec.fields) != len(c.names) {
		rec.rule = RuleRaggedLine
	}
	if rec.rule != "" {
		return out(item{bad: s.bad(c.entry.name, rec.line, rec.rule, rec.raw), line: rec.line})
	}
	for column, place := range places {
		f := rec.fields[place]
		var text []byte
		text, c.scratch = c.scan.value(f, c.scratch)
		if s.nulls.matchCell(text, f.quoted) {
			batch.null(column)
		} else {
			batch.value(column, text)
		}
	}
	if batch.endRow(c.entry.name, rec.line) {
		return out(item{rec: batch.flush()})
	}
	return nil
}
