package lake

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/zeebo/xxh3"
)

// eachHash gives the hash of each row's key, some rows at a time. A key of one text, which most
// are, is hashed where the Parquet reader left it, and only if the sieve, unless nil, may have it.
func (l *Lake) eachHash(ctx context.Context, p Partition, columns []Column, key []string, in *sieve, give func([]KeyHash)) error {
	if len(columns) != 1 || columns[0].Type != Text {
		return l.eachKeyed(ctx, p, columns, key, func(_ arrow.RecordBatch, hashes []KeyHash) error {
			give(hashes)
			return nil
		})
	}
	s := textHasher{in: in, texts: make([]parquet.ByteArray, recordRows), levels: make([]int16, recordRows)}
	for _, path := range l.files(p) {
		if err := s.file(ctx, path, columns[0], give); err != nil {
			return fmt.Errorf("read %s: %w", path, err)
		}
	}
	return nil
}

type textHasher struct {
	in     *sieve
	texts  []parquet.ByteArray
	levels []int16
	hashes []KeyHash
	buf    []byte
}

func (s *textHasher) file(ctx context.Context, path string, c Column, give func([]KeyHash)) (err error) {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	return guarded(func() error {
		r, err := file.NewParquetReader(openFile{in})
		if err != nil {
			return err
		}
		at := r.MetaData().Schema.ColumnIndexByName(c.Name)
		for group := range r.NumRowGroups() {
			if err == nil {
				err = s.group(ctx, r.RowGroup(group), at, give)
			}
		}
		return errors.Join(err, r.Close())
	})
}

func (s *textHasher) group(ctx context.Context, rows *file.RowGroupReader, at int, give func([]KeyHash)) error {
	column, err := rows.Column(at)
	if err != nil {
		return err
	}
	chunk, ok := column.(*file.ByteArrayColumnChunkReader)
	if !ok {
		return fmt.Errorf("the key is stored as %s", column.Type())
	}
	for left := rows.NumRows(); left > 0; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, _, err := chunk.ReadBatchInPage(min(left, recordRows), s.texts, s.levels, nil)
		if err == nil && n == 0 {
			err = errShort
		}
		if err != nil {
			return err
		}
		s.hash(s.levels[:n])
		give(s.hashes)
		left -= n
	}
	return nil
}

// hash does what keyHasher does with a column of texts.
func (s *textHasher) hash(levels []int16) {
	s.hashes = s.hashes[:0]
	value := 0
	for _, level := range levels {
		if level == 0 {
			s.buf = append(s.buf[:0], markNull)
		} else {
			v := s.texts[value]
			if s.in != nil && !s.in.mayHave(v) {
				value++
				continue
			}
			s.buf = binary.AppendUvarint(append(s.buf[:0], markValue), uint64(len(v)))
			s.buf = append(s.buf, v...)
			value++
		}
		s.hashes = append(s.hashes, KeyHash(xxh3.Hash128(s.buf)))
	}
}
