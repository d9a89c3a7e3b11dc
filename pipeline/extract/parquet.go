package extract

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/apache/arrow-go/v18/parquet/schema"
)

// parquetSource reads Parquet files of one schema; the order of columns may differ.
type parquetSource struct {
	fileSource
}

func openParquet(spec Spec) (Source, error) {
	files, err := newFileSource(spec, spec.Parquet.Path)
	if err != nil {
		return nil, err
	}
	return &parquetSource{fileSource: files}, nil
}

// parquetFile is one open file.
type parquetFile struct {
	entry  fileEntry
	reader *file.Reader
	arrow  *pqarrow.FileReader
	fields []arrow.Field // top level, in file order
	close  func() error
}

func openParquetFile(e fileEntry) (p *parquetFile, err error) {
	f, closeFile, err := openEntry(e)
	if err != nil {
		return nil, err
	}
	defer func() { // arrow-go panics on some damaged footers
		if r := recover(); r != nil {
			p, err = nil, fmt.Errorf("read %s: the file is damaged: %v", e.name, r)
		}
		if err != nil {
			err = errors.Join(err, f.Close())
		}
	}()
	props := parquet.NewReaderProperties(memory.NewGoAllocator())
	props.BufferedStreamEnabled = true // a column chunk may be as large as its file
	props.BufferSize = textChunk
	reader, err := file.NewParquetReader(f, file.WithReadProps(props))
	if err != nil {
		return nil, fmt.Errorf("read %s: it is no whole Parquet file: %w", e.name, err)
	}
	ar, err := pqarrow.NewFileReader(reader, pqarrow.ArrowReadProperties{BatchSize: batchRows}, memory.NewGoAllocator())
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", e.name, err)
	}
	sc, err := ar.Schema()
	if err != nil {
		return nil, fmt.Errorf("read schema of %s: %w", e.name, err)
	}
	return &parquetFile{entry: e, reader: reader, arrow: ar, fields: sc.Fields(), close: closeFile}, nil
}

func (p *parquetFile) names() []string {
	names := make([]string, len(p.fields))
	for i, f := range p.fields {
		names[i] = f.Name
	}
	return names
}

// isText says that a byte array holds text although Arrow takes it for bytes: JSON and enums.
func (p *parquetFile) isText(column string) bool {
	root := p.reader.MetaData().Schema
	at := root.ColumnIndexByName(column)
	if at < 0 {
		return false
	}
	switch root.Column(at).LogicalType().(type) {
	case schema.JSONLogicalType, schema.EnumLogicalType:
		return true
	}
	return false
}

// Describe lists the columns of the first file, with a few values of those that can be mapped.
func (s *parquetSource) Describe(ctx context.Context) ([]Relation, error) {
	p, err := openParquetFile(s.files[0])
	if err != nil {
		return nil, err
	}
	r := Relation{Name: s.spec.Name, Rows: p.reader.NumRows()}
	var plain, nested []SourceColumn
	for _, f := range p.fields {
		c := SourceColumn{Name: f.Name, Type: f.Type.String()}
		if kindOf(f.Type) == kindNested {
			nested = append(nested, c)
		} else {
			plain = append(plain, c)
		}
	}
	if err := p.close(); err != nil {
		return nil, err
	}
	if len(s.files) > 1 {
		r.Rows = -1
	}
	if err := sampleColumns(ctx, s, "", plain, p.names()); err != nil {
		return nil, err
	}
	r.Columns = append(plain, nested...)
	return []Relation{r}, nil
}

// Read streams the asked columns of all files, after their schemas have been compared.
func (s *parquetSource) Read(ctx context.Context, q Query, out Sink) error {
	if err := s.checkQuery(q); err != nil {
		return err
	}
	if err := s.checkSchemas(ctx, q.Columns); err != nil {
		return err
	}
	scan := func(ctx context.Context, p filePiece, out emit) (rest, error) {
		for _, f := range p.files {
			if err := s.readFile(ctx, f, q, out); err != nil {
				return rest{}, err
			}
		}
		return rest{}, nil
	}
	return streamUnits(ctx, wholeFiles(eachFile(s.files)), q, scan, out)
}

// checkSchemas refuses asked columns that a file lacks, that are nested, or that differ in kind
// from file to file.
func (s *parquetSource) checkSchemas(ctx context.Context, asked []string) error {
	var first []arrow.DataType
	for _, e := range s.files {
		if err := alive(ctx, e.name); err != nil {
			return err
		}
		p, err := openParquetFile(e)
		if err != nil {
			return err
		}
		types, err := p.types(asked)
		if err := errors.Join(err, p.close()); err != nil {
			return err
		}
		if first == nil {
			first = types
		}
		for i, t := range types {
			if kindOf(t) != kindOf(first[i]) {
				return fmt.Errorf("read %s: column %q is %s, but %s in %s; files of one source need one schema: split the source",
					e.name, asked[i], t, first[i], s.files[0].name)
			}
		}
	}
	return nil
}

func (p *parquetFile) types(asked []string) ([]arrow.DataType, error) {
	places, err := findColumns(p.entry.name, p.names(), asked)
	if err != nil {
		return nil, err
	}
	types := make([]arrow.DataType, len(asked))
	for i, place := range places {
		types[i] = p.fields[place].Type
		if kindOf(types[i]) == kindNested {
			return nil, fmt.Errorf("read %s: column %q is %s; only plain columns can be mapped", p.entry.name, asked[i], types[i])
		}
	}
	return types, nil
}

func (s *parquetSource) readFile(ctx context.Context, e fileEntry, q Query, out emit) (err error) {
	p, err := openParquetFile(e)
	if err != nil {
		return err
	}
	defer func() {
		if r := recover(); r != nil { // as above: a damaged page must not end the program
			err = fmt.Errorf("read %s: the file is damaged: %v", e.name, r)
		}
		err = errors.Join(err, p.close())
	}()
	records, places, err := p.records(ctx, q.Columns)
	if err != nil {
		return err
	}
	defer records.Release()
	batch := newTextBatch(q.Columns, 0, nil)
	var line int64
	for records.Next() {
		rec := records.RecordBatch()
		if err := s.convert(p, rec, places, line, batch, out); err != nil {
			return err
		}
		line += rec.NumRows()
	}
	if err := records.Err(); err != nil {
		return fmt.Errorf("read %s after record %d: %w", e.name, line, err)
	}
	if want := p.reader.NumRows(); line != want {
		return fmt.Errorf("read %s: %d records came, its footer promises %d: the file is damaged", e.name, line, want)
	}
	return nil
}

// records starts the reader over the asked columns. places says where in its records each
// asked column stands.
func (p *parquetFile) records(ctx context.Context, asked []string) (records pqarrow.RecordReader, places []int, err error) {
	leaves := make([]int, len(asked))
	for i, name := range asked {
		leaves[i] = p.reader.MetaData().Schema.ColumnIndexByName(name)
	}
	slices.Sort(leaves)
	records, err = p.arrow.GetRecordReader(ctx, slices.Compact(leaves), nil)
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", p.entry.name, err)
	}
	sc := records.Schema()
	for _, name := range asked {
		places = append(places, sc.FieldIndices(name)[0])
	}
	return records, places, nil
}

// convert turns one record into text, column by column, and reports rows that hold bytes which
// are no text. Line is the number of records before it.
func (s *parquetSource) convert(p *parquetFile, rec arrow.RecordBatch, places []int, line int64, batch *textBatch, out emit) error {
	bad, err := s.reportBad(p, rec, places, line, out)
	if err != nil {
		return err
	}
	for i, place := range places {
		col := rec.Column(place)
		write, err := textWriter(col, p.isText(rec.ColumnName(place)))
		if err != nil {
			return fmt.Errorf("read %s: column %q: %w", p.entry.name, rec.ColumnName(place), err)
		}
		to := &batch.cols[i]
		for r := range col.Len() {
			switch {
			case bad != nil && bad[r]:
			case col.IsNull(r):
				to.null()
			default:
				to.data = write(to.data, r)
				to.endValue()
			}
		}
	}
	for r := range int(rec.NumRows()) {
		if bad == nil || !bad[r] {
			batch.endRow(p.entry.name, line+int64(r)+1)
		}
	}
	if batch.rows() == 0 {
		return nil
	}
	return out(item{rec: batch.flush()})
}

// reportBad finds the rows whose text is none; nil when there are no such rows.
func (s *parquetSource) reportBad(p *parquetFile, rec arrow.RecordBatch, places []int, line int64, out emit) (bad []bool, err error) {
	for _, place := range places {
		col, name := rec.Column(place), rec.ColumnName(place)
		text, ok := col.(*array.String)
		if ok && isCleanText(text) || !ok && kindOf(col.DataType()) != kindText && !p.isText(name) {
			continue
		}
		write, err := textWriter(col, true)
		if err != nil {
			return nil, fmt.Errorf("read %s: column %q: %w", p.entry.name, name, err)
		}
		if bad == nil {
			bad = make([]bool, rec.NumRows())
		}
		var value []byte
		for r := range col.Len() {
			if bad[r] || col.IsNull(r) {
				continue
			}
			if value = write(value[:0], r); isCleanValue(value) {
				continue
			}
			bad[r] = true
			row := s.bad(p.entry.name, line+int64(r)+1, RuleBadEncoding, value)
			row.Column = name
			if err := out(item{bad: row}); err != nil {
				return nil, err
			}
		}
	}
	return bad, nil
}
