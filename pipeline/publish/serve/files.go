package serve

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"

	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// runFile is a file of a run that can be handed out, and to whom.
type runFile struct {
	path string // inside the run's folder, with forward slashes
	list string // of a list's file
	name string // as people see it: inside the list's folder, or the file's own
	size int64
	area area
	kind string // of a report: html, xlsx, pdf, alias
}

// filesOf lists what of a run's folder can be handed out: the reports, and the files of its lists.
// Only regular files count, no link is followed, and what is not found here does not exist.
func filesOf(root *os.Root) ([]runFile, error) {
	var out []runFile
	top, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return nil, fmt.Errorf("list files of a run: %w", err)
	}
	for _, e := range top {
		kind := reportKind(e.Name())
		if info, err := e.Info(); kind != "" && err == nil && e.Type().IsRegular() {
			out = append(out, runFile{path: e.Name(), name: e.Name(), size: info.Size(), area: reports, kind: kind})
		}
	}
	folder, err := root.Lstat("lists")
	if errors.Is(err, fs.ErrNotExist) || err == nil && !folder.IsDir() {
		return out, nil
	}
	err = fs.WalkDir(root.FS(), "lists", func(p string, e fs.DirEntry, err error) error {
		list, name, inside := strings.Cut(strings.TrimPrefix(p, "lists/"), "/")
		if err != nil || !e.Type().IsRegular() || !inside {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		out = append(out, runFile{path: p, list: list, name: name, size: info.Size(), area: areaOf(root, p, name)})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list files of a run: %w", err)
	}
	return out, nil
}

// reportKind tells report.html, report.en.html, report.aliased.html, report.xlsx and the like.
func reportKind(name string) string {
	base, ext, _ := strings.Cut(strings.TrimPrefix(name, "report"), ".")
	if base != "" || !strings.HasPrefix(name, "report.") {
		return ""
	}
	switch path.Ext(name) {
	case ".html":
		if strings.Contains("."+ext, ".aliased.") {
			return "alias"
		}
		return "html"
	case ".xlsx":
		return "xlsx"
	case ".pdf":
		return "pdf"
	}
	return ""
}

// areaOf says who may have a file of a list: the control group is for analysts, what is known to
// hold no contact for both, and everything else, of names that nobody here knows too, is people.
// A folder of owners holds one file per owner, whatever the owner is called.
func areaOf(root *os.Root, p, name string) area {
	if slices.Contains(strings.Split(path.Dir(name), "/"), "owners") {
		return people
	}
	base := path.Base(name)
	switch {
	case strings.HasPrefix(base, "control."):
		return controlArea(root, p)
	case base == "schema.json", base == "README":
		return lists
	case base == "suppressed.csv" && !hasContact(root, p):
		return lists
	}
	return people
}

// controlArea lets analysts have a control group that is ids and nothing else.
func controlArea(root *os.Root, p string) area {
	columns, err := csvColumns(root, p)
	if err == nil && len(columns) == 1 && columns[0] == "customer_id" {
		return control
	}
	return nobody
}

// nobody sees this area.
const nobody area = "nobody"

func hasContact(root *os.Root, p string) bool {
	columns, err := csvColumns(root, p)
	return err != nil || len(contactColumns(columns)) > 0
}

func csvColumns(root *os.Root, p string) ([]string, error) {
	f, err := openRegular(root, p)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return csvReader(f).Read()
}

// csvReader reads our own CSV files, which begin with a byte order mark.
func csvReader(r io.Reader) *csv.Reader {
	c := csv.NewReader(&markless{r: r})
	c.ReuseRecord = true
	return c
}

// markless leaves out a byte order mark at the beginning.
type markless struct {
	r     io.Reader
	begun bool
}

func (m *markless) Read(p []byte) (int, error) {
	if m.begun || len(p) < 3 {
		return m.r.Read(p)
	}
	m.begun = true
	n, err := io.ReadAtLeast(m.r, p, 3)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	if n >= 3 && string(p[:3]) == "\ufeff" {
		n = copy(p, p[3:n])
	}
	return n, err
}

// openRegular opens a file inside the run's folder that is no link, as it was listed.
func openRegular(root *os.Root, p string) (*os.File, error) {
	f, err := root.OpenFile(p, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("open %s: it is no regular file", p)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// listNames are the lists that have a file.
func listNames(files []runFile) []string {
	var names []string
	for _, f := range files {
		if f.list != "" && !slices.Contains(names, f.list) {
			names = append(names, f.list)
		}
	}
	return names
}

// sealedSum is what the manifest says about a file; a file that was added later has none.
func sealedSum(m *publish.Manifest, p string) string {
	i := slices.IndexFunc(m.Files, func(f publish.RunFile) bool { return f.Path == p })
	if i < 0 {
		return ""
	}
	return m.Files[i].SHA256
}
