package publish

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/flate"
	"errors"
	"hash"
	"hash/crc32"
	"io"
	"io/fs"
	"slices"
)

// sortedZip is the archive of a workbook with its files in the order of their names: the library
// hands over long sheets in the order of a map, and the same run must give the same bytes. Files
// are held compressed until the end.
type sortedZip struct {
	out     *zip.Writer
	packed  []*packedFile
	current *packedFile
	deflate *flate.Writer // of the first file and then of the next: a new one costs more than a small file
}

type packedFile struct {
	name  string
	bytes bytes.Buffer
	sum   hash.Hash32
	size  uint64
	into  *flate.Writer
}

func newSortedZip(w io.Writer) *sortedZip { return &sortedZip{out: zip.NewWriter(w)} }

// Create begins the next file and ends the one before.
func (z *sortedZip) Create(name string) (io.Writer, error) {
	if err := z.finish(); err != nil {
		return nil, err
	}
	f := &packedFile{name: name, sum: crc32.NewIEEE()}
	if z.deflate == nil {
		var err error
		if z.deflate, err = flate.NewWriter(&f.bytes, flate.BestSpeed); err != nil {
			return nil, err
		}
	}
	z.deflate.Reset(&f.bytes)
	f.into, z.current = z.deflate, f
	z.packed = append(z.packed, f)
	return f, nil
}

func (f *packedFile) Write(p []byte) (int, error) {
	f.size += uint64(len(p))
	if _, err := f.sum.Write(p); err != nil {
		return 0, err
	}
	return f.into.Write(p)
}

func (z *sortedZip) finish() error {
	if z.current == nil {
		return nil
	}
	err := z.current.into.Close()
	z.current = nil
	return err
}

// AddFS is part of the library's interface; a workbook is not made of a folder.
func (z *sortedZip) AddFS(fs.FS) error { return errors.ErrUnsupported }

// Close writes all files, [Content_Types].xml first as readers of streams expect it.
func (z *sortedZip) Close() error {
	if err := z.finish(); err != nil {
		return err
	}
	slices.SortFunc(z.packed, func(a, b *packedFile) int { return cmp.Compare(a.name, b.name) })
	for _, f := range z.packed {
		header := &zip.FileHeader{Name: f.name, Method: zip.Deflate, CRC32: f.sum.Sum32(), CompressedSize64: uint64(f.bytes.Len()), UncompressedSize64: f.size}
		w, err := z.out.CreateRaw(header)
		if err != nil {
			return err
		}
		if _, err := w.Write(f.bytes.Bytes()); err != nil {
			return err
		}
	}
	return z.out.Close()
}
