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
	out    *countingWriter
	schema *schema.Schema
	props  *parquet.WriterProperties
	meta   *metadata.FileMetaDataBuilder
	blooms metadata.FileBloomFilterBuilder
	groups int
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
	for i := range f.schema.NumColumns() {
		meta := g.meta.NextColumnChunk()
		pages, err := file.NewPageWriter(f.out, compress.Codecs.Zstd, zstdLevel, meta, int16(f.groups), int16(i), memory.DefaultAllocator, true, nil, nil)
		if err != nil {
			return nil, err
		}
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
	filters := map[string]metadata.BloomFilterBuilder{}
	for i, c := range g.chunks {
		if c.bloom != nil {
			filters[g.file.schema.Column(i).Path()] = c.bloom
		}
	}
	g.file.blooms.AppendRowGroup(g.meta, filters)
	return g.meta.Finish(0, int16(g.file.groups-1))
}

// close writes the Bloom filters and the footer.
func (f *parquetFile) close() error {
	if err := f.blooms.WriteTo(f.out); err != nil {
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
	bloom      metadata.BloomFilterBuilder // of the values; nil for most columns
	dictionary bool
	rows       int
}

// bloomErrs is the share of row groups that are read in vain; a filter takes about a byte per value.
const bloomErrs = 0.05

// lookedUp says whether rows are looked up by a column, one customer or one order at a time: a reader
// skips the row groups whose Bloom filter does not know the id.
func lookedUp(column string) bool { return column == "customer_id" || column == "order_id" }

// filtered gives the chunk a Bloom filter for that many values.
func (c *chunk) filtered(values int64) {
	c.bloom = metadata.NewBloomFilterFromNDVAndFPP(uint32(max(values, 1)), bloomErrs, 1<<20, memory.DefaultAllocator)
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
	_, err := c.pages.WriteDataPage(file.NewDataPageV1(memory.NewBufferBytes(packed), int32(rows),
		encoding, parquet.Encodings.RLE, parquet.Encodings.RLE, int32(len(content))))
	c.rows += rows
	return err
}
