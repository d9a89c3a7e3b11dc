package lake

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
)

// Writer writes the rows of one table, or of one mapping of it, of one night to the lake. Use it
// from one goroutine: Write for each record, Origin once per mapping, then Close or Discard.
type Writer struct {
	lake      *Lake
	table     Table
	mapping   int
	by        Partitioning
	empty     string // partition of a table without rows
	tmp       string
	relations []*partitionedWriter
	split     splitter
	origins   []Origin
}

// Origin says where some of the rows come from.
type Origin struct {
	Source string   // name of the source
	Mapped []string // canonical columns that the mapping fills
	Seed   string   // what, beside rows, decides the content id: hash of the mapping, time zone
}

// NewWriter begins a table of one partition that all its mappings fill; an empty partition value
// means DefaultPartition.
func (l *Lake) NewWriter(t Table, partition string) (*Writer, error) {
	if partition == "" {
		partition = DefaultPartition
	}
	return l.newWriter(t, t.Relations(), 0, Partitioning{}, partition)
}

// NewPartitionedWriter begins the partitions of a table that one mapping fills.
func (l *Lake) NewPartitionedWriter(t Table, mapping int, by Partitioning) (*Writer, error) {
	return l.newWriter(t, t.Relations(), mapping, by, by.emptyValue())
}

func (l *Lake) newWriter(t Table, relations []Relation, mapping int, by Partitioning, empty string) (*Writer, error) {
	if t.Name == "" {
		return nil, errors.New("write table: it has no name")
	}
	if err := by.check(relations); err != nil {
		return nil, fmt.Errorf("write table %s: %w", t.Name, err)
	}
	tmp, err := os.MkdirTemp(l.path("tmp"), "table-*")
	if err != nil {
		return nil, fmt.Errorf("write table %s: %w", t.Name, err)
	}
	w := &Writer{lake: l, table: t, mapping: mapping, by: by, empty: empty, tmp: tmp, split: newSplitter(relations)}
	for _, rel := range relations {
		r, err := newPartitionedWriter(rel, filepath.Join(tmp, folderName(rel.Name)), by, empty)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("write table %s: %w", t.Name, err), os.RemoveAll(tmp))
		}
		w.relations = append(w.relations, r)
	}
	return w, nil
}

// FindBy says by which columns later nights look for rows. Call it before the first row.
func (w *Writer) FindBy(key []string) error {
	for _, r := range w.relations {
		if err := r.fence(key); err != nil {
			return fmt.Errorf("write table %s: %w", w.table.Name, err)
		}
	}
	return nil
}

// Table is the table that is written.
func (w *Writer) Table() Table { return w.table }

// Origin notes a mapping that gave rows of this table; the order of the calls counts.
func (w *Writer) Origin(o Origin) { w.origins = append(w.origins, o) }

// Write appends the rows of a record of Table.LoadSchema, attributes included. It keeps the
// record only as long as it needs it; the caller may release it at once.
func (w *Writer) Write(rec arrow.RecordBatch) error {
	parts, err := w.split.split(rec)
	if err != nil {
		return fmt.Errorf("write table %s: %w", w.table.Name, err)
	}
	for i, p := range parts {
		err := w.relations[i].write(p)
		p.Release()
		if err != nil {
			return fmt.Errorf("write table %s: %w", w.table.Name, err)
		}
	}
	return nil
}

// Discard gives up: nothing of what was written stays. After Close it does nothing.
func (w *Writer) Discard() error {
	for _, r := range w.relations {
		r.abandon()
	}
	w.relations = nil
	return os.RemoveAll(w.tmp)
}

// Close writes what is left, syncs, reads every file back through a Parquet reader and compares
// rows, NULLs and sums with what was counted while writing, and moves the folders into place.
// Any difference is an error and nothing is moved. It gives one entry per relation that the
// table's rows fill, in the order of Table.Relations.
func (w *Writer) Close(ctx context.Context) (tables []TableSnapshot, err error) {
	defer func() {
		if discard := w.Discard(); err == nil {
			err = discard
		}
		if err != nil {
			tables, err = nil, fmt.Errorf("write table %s: %w", w.table.Name, err)
		}
	}()
	parts := make([][]stored, len(w.relations))
	for i, r := range w.relations {
		if parts[i], err = r.finish(ctx, w.empty); err != nil {
			return nil, err
		}
	}
	for i, r := range w.relations {
		t := originsOf(r.rel, w.origins)
		if t.Partitions, err = w.lake.commit(ctx, parts[i], w.mapping, w.origins, w.tmp); err != nil {
			return nil, err
		}
		tables = append(tables, t)
	}
	return tables, nil
}

// originsOf is a relation's entry without its rows.
func originsOf(rel Relation, origins []Origin) TableSnapshot {
	t := TableSnapshot{Name: rel.Name}
	for _, o := range origins {
		if !slices.Contains(t.Source, o.Source) {
			t.Source = append(t.Source, o.Source)
		}
	}
	for _, c := range rel.Columns {
		if slices.ContainsFunc(origins, func(o Origin) bool { return slices.Contains(o.Mapped, c.Name) }) {
			t.Mapped = append(t.Mapped, c.Name)
		}
	}
	return t
}

// commit moves the verified folders of a relation to their content ids, or shares a folder that is
// there already when it holds the same rows. It makes durable what the renames need before the
// first of them, each folder once.
func (l *Lake) commit(ctx context.Context, parts []stored, mapping int, origins []Origin, tmp string) ([]Partition, error) {
	var seeds []string
	for _, o := range origins {
		seeds = append(seeds, o.Seed)
	}
	out := make([]Partition, len(parts))
	moves := map[string]string{} // target -> folder
	before, after := folderSet{}, folderSet{}
	for i, s := range parts {
		id := contentID(s.rel, seeds, s.hash)
		folder := filepath.Join(folderName(s.rel.Name), folderName(s.value), id)
		target := l.path(folder)
		out[i] = Partition{Value: s.value, Mapping: mapping, ContentID: id, Rows: s.rows, Columns: columnStats(s.rel.Columns, s.tallies), Keys: s.keys}
		if shared, ok := s.sameRows(ctx, target); ok {
			out[i].Files = inFolder(folder, shared)
			continue
		}
		out[i].Files = inFolder(folder, s.files)
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			return nil, err
		}
		// A folder of this id that does not hold these rows is damaged: it makes way.
		if err := ignoreMissing(os.Rename(target, filepath.Join(tmp, fmt.Sprintf("damaged-%d-%s", i, id)))); err != nil {
			return nil, err
		}
		moves[target] = s.dir
		before.add(s.dir, filepath.Dir(filepath.Dir(target)), l.root)
		after.add(filepath.Dir(target))
	}
	if err := before.sync(); err != nil {
		return nil, err
	}
	for target, dir := range moves {
		if err := os.Rename(dir, target); err != nil {
			return nil, err
		}
	}
	return out, after.sync()
}

// folderSet is synced folder by folder, each once.
type folderSet map[string]bool

func (f folderSet) add(folders ...string) {
	for _, folder := range folders {
		f[folder] = true
	}
}

func (f folderSet) sync() error {
	for folder := range f {
		if err := syncDir(folder); err != nil {
			return err
		}
	}
	return nil
}

// inFolder names the files relative to the lake's root, with slashes on every system.
func inFolder(folder string, files []File) []File {
	out := slices.Clone(files)
	for i := range out {
		out[i].Path = filepath.ToSlash(filepath.Join(folder, out[i].Path))
	}
	return out
}

// sameRows says whether an existing folder of the same content id can be shared: the same bytes,
// or, where the rows came in another order, files that read back to the same tallies.
func (s stored) sameRows(ctx context.Context, target string) ([]File, bool) {
	entries, err := os.ReadDir(target)
	if err != nil || len(entries) == 0 {
		return nil, false
	}
	if sameBytes(target, s.files, entries) {
		return s.files, true
	}
	var found []File
	sum := make([]tally, len(s.rel.Columns))
	for _, e := range entries {
		f, tallies, err := readBack(ctx, filepath.Join(target, e.Name()), s.rel.Columns)
		if err != nil {
			return nil, false
		}
		f.Path = e.Name()
		found = append(found, f)
		for i, t := range tallies {
			sum[i].add(t)
		}
	}
	return found, slices.Equal(sum, s.tallies)
}

func sameBytes(target string, files []File, entries []fs.DirEntry) bool {
	if len(files) != len(entries) {
		return false
	}
	for i, f := range files {
		if entries[i].Name() != f.Path {
			return false
		}
		sum, size, err := fileHash(filepath.Join(target, f.Path))
		if err != nil || size != f.Bytes || sum != f.SHA256 {
			return false
		}
	}
	return true
}
