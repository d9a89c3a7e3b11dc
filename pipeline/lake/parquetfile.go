package lake

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/metadata"
	"github.com/apache/arrow-go/v18/parquet/schema"
)

const (
	parquetMagic = "PAR1"
	zstdLevel    = 1
)

// parquetFile writes one Parquet file from pages that are encoded here. Headers, statistics,
// compression and footer are arrow-go's; its column writers are not used, since they copy every
// value several times and know no page that is packed as the columns of the lake can be. What is
// written is read back through arrow-go's readers, which share no code with these encoders.
type parquetFile struct {
	out     *countingWriter
	schema  *schema.Schema
	props   *parquet.WriterProperties
	meta    *metadata.FileMetaDataBuilder
	index   metadata.PageIndexBuilder // where each page stands and which row it begins with
	filters filterPlaces
	groups  int
}

// countingWriter knows the position in the file.
type countingWriter struct {
	w io.Writer
	n int64
}

func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

func (c *countingWriter) Tell() int64 { return c.n }

func newParquetFile(w io.Writer, columns []Column, plans []plan) (*parquetFile, error) {
	root, err := parquetSchema(columns)
	if err != nil {
		return nil, err
	}
	f := &parquetFile{out: &countingWriter{w: w}, schema: schema.NewSchema(root), props: writerProperties(columns, plans)}
	f.meta = metadata.NewFileMetadataBuilder(f.schema, f.props, nil)
	f.index.Schema = f.schema
	_, err = io.WriteString(f.out, parquetMagic)
	return f, err
}

// writerProperties say in the footer what the pages hold; they are the same for every file of a
// relation.
func writerProperties(columns []Column, plans []plan) *parquet.WriterProperties {
	props := []parquet.WriterProperty{
		parquet.WithVersion(parquet.V2_LATEST),
		parquet.WithCreatedBy("pharos"),
		parquet.WithCompression(compress.Codecs.Zstd),
		parquet.WithCompressionLevel(zstdLevel),
	}
	for i, c := range columns {
		props = append(props, parquet.WithEncodingFor(c.Name, plans[i].values(c.Type)))
	}
	return parquet.NewWriterProperties(props...)
}

// rowGroup is a row group in the making; its chunks may be filled at the same time.
type rowGroup struct {
	file   *parquetFile
	meta   *metadata.RowGroupMetaDataBuilder
	chunks []*chunk
}

// begin starts a row group.
func (f *parquetFile) begin() (*rowGroup, error) {
	g := &rowGroup{file: f, meta: f.meta.AppendRowGroup()}
	if err := f.index.AppendRowGroup(); err != nil {
		return nil, err
	}
	for i := range f.schema.NumColumns() {
		meta := g.meta.NextColumnChunk()
		pages, err := file.NewPageWriter(f.out, compress.Codecs.Zstd, zstdLevel, meta, int16(f.groups), int16(i), memory.DefaultAllocator, true, nil, nil)
		if err != nil {
			return nil, err
		}
		index, err := f.index.GetOffsetIndexBuilder(i)
		if err != nil {
			return nil, err
		}
		pages.SetIndexBuilders(nil, index)
		g.chunks = append(g.chunks, &chunk{pages: pages, meta: meta})
	}
	f.groups++
	return g, nil
}

// end writes the chunks one after the other.
func (g *rowGroup) end(rows int) error {
	for i, c := range g.chunks {
		if c.rows != rows {
			return fmt.Errorf("column %d has %d rows, not %d", i, c.rows, rows)
		}
		if err := c.pages.Close(c.dictionary, false); err != nil {
			return err
		}
	}
	g.meta.SetNumRows(rows)
	if err := g.file.writeFilters(g.chunks); err != nil {
		return err
	}
	return g.meta.Finish(0, int16(g.file.groups-1))
}

// writeFilters writes the filters of a row group's pages behind it.
func (f *parquetFile) writeFilters(chunks []*chunk) error {
	for i, c := range chunks {
		if c.filters == nil {
			continue
		}
		f.filters.add(f.schema.Column(i).Name(), f.groups-1, f.out.Tell())
		if _, err := f.out.Write(c.filters); err != nil {
			return err
		}
	}
	return nil
}

// close writes the places of the filters and the pages, and the footer.
func (f *parquetFile) close() error {
	if f.filters != nil {
		places, err := f.filters.text()
		if err == nil {
			err = f.meta.AppendKeyValueMetadata(filtersKey, places)
		}
		if err != nil {
			return err
		}
	}
	f.index.Finish()
	var places metadata.PageIndexLocation
	if err := f.index.WriteTo(f.out, &places); err != nil {
		return err
	}
	if err := f.meta.SetPageIndexLocation(places); err != nil {
		return err
	}
	meta, err := f.meta.Finish()
	if err != nil {
		return err
	}
	size, err := meta.WriteTo(f.out, nil)
	if err != nil {
		return err
	}
	if err := binary.Write(f.out, binary.LittleEndian, uint32(size)); err != nil {
		return err
	}
	_, err = io.WriteString(f.out, parquetMagic)
	return err
}

// chunk is one column of a row group. Its pages stay in memory, compressed, until the row group
// ends.
type chunk struct {
	pages      file.PageWriter
	meta       *metadata.ColumnChunkMetaDataBuilder
	filters    []byte // of its pages, one after the other; nil for most columns
	dictionary bool
	rows       int
}

// dictionaryPage writes the distinct values, plainly encoded.
func (c *chunk) dictionaryPage(values []byte, n int) error {
	c.dictionary = true
	_, err := c.pages.WriteDictionaryPage(file.NewDictionaryPage(memory.NewBufferBytes(values), int32(n), parquet.Encodings.Plain))
	return err
}

// page writes levels and values of some rows; compressed is a buffer to be used again.
func (c *chunk) page(content []byte, rows int, encoding parquet.Encoding, compressed *bytes.Buffer) error {
	compressed.Reset()
	packed := c.pages.Compress(compressed, content)
	_, err := c.pages.WriteDataPage(file.NewDataPageV1WithConfig(memory.NewBufferBytes(packed), parquet.Encodings.RLE, parquet.Encodings.RLE,
		file.DataPageConfig{Num: int32(rows), Encoding: encoding, UncompressedSize: int32(len(content)), FirstRowIndex: int64(c.rows)}))
	c.rows += rows
	return err
}
