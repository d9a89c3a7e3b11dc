package lake

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/ipc"
)

// spill is a temporary file of rows that wait for the rest of their partitions, so that the few
// rows of each of many partitions neither fill the memory nor become row groups of a few rows.
type spill struct {
	path string
	at   map[int]span // partition -> its rows in the file, an Arrow stream
}

type span struct{ offset, bytes int64 }

// writeSpill writes the waiting rows of all partitions; they are gone from memory after it.
func writeSpill(path string, schema *arrow.Schema, parts []*partitionWriter) (s spill, err error) {
	s = spill{path: path, at: map[int]span{}}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return s, err
	}
	out := &counter{w: bufio.NewWriterSize(f, 1<<18)}
	for id, p := range parts {
		if p.waiting == 0 {
			continue
		}
		from := out.n
		if err := writeStream(out, schema, p.take()); err != nil {
			return s, errors.Join(fmt.Errorf("spill rows of partition %s: %w", p.value, err), f.Close())
		}
		s.at[id] = span{from, out.n - from}
	}
	return s, errors.Join(out.w.Flush(), f.Close())
}

func writeStream(out io.Writer, schema *arrow.Schema, recs []arrow.RecordBatch) error {
	w := ipc.NewWriter(out, ipc.WithSchema(schema))
	var err error
	for _, rec := range recs {
		if err == nil {
			err = w.Write(rec)
		}
		rec.Release()
	}
	return errors.Join(err, w.Close())
}

// each gives the rows of a partition, if the file has some.
func (s spill) each(partition int, give func(arrow.RecordBatch) error) (err error) {
	at, ok := s.at[partition]
	if !ok {
		return nil
	}
	f, err := os.Open(s.path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	r, err := ipc.NewReader(io.NewSectionReader(f, at.offset, at.bytes))
	if err != nil {
		return err
	}
	defer r.Release()
	for r.Next() {
		if err := give(r.RecordBatch()); err != nil {
			return err
		}
	}
	return r.Err()
}

// counter knows how many bytes went through it.
type counter struct {
	w *bufio.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}
