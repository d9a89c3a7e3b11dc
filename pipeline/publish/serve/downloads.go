package serve

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"path"
	"strconv"
	"sync"
	"time"
)

// Log is the record of who took what: a JSON object a line, only ever appended to and synced
// before the first byte leaves.
type Log struct {
	mu sync.Mutex
	f  *os.File
}

// Entry is a line of the log.
type Entry struct {
	Time   time.Time `json:"time"`
	Who    string    `json:"who"`
	Role   string    `json:"role"`
	Remote string    `json:"remote"`
	What   string    `json:"what"` // download, or preview: rows with contacts on a page
	Run    string    `json:"run"`
	File   string    `json:"file"`
	SHA256 string    `json:"sha256"`
	Bytes  int64     `json:"bytes"`           // of this answer; the file's own for a preview
	Range  string    `json:"range,omitempty"` // of a part
}

// OpenLog opens or makes the log, readable by its owner only.
func OpenLog(path string) (*Log, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open log of downloads: %w", err)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("open log of downloads: %s is no regular file", path)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &Log{f: f}, nil
}

func (l *Log) add(e Entry) error {
	line, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("write log of downloads: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, err := l.f.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("write log of downloads: %w", err)
	}
	if err := l.f.Sync(); err != nil {
		return fmt.Errorf("write log of downloads: %w", err)
	}
	return nil
}

// Close ends the log.
func (l *Log) Close() error { return l.f.Close() }

// sums are the SHA-256 of files that were read whole once, as long as they stay the same.
type sums struct {
	mu    sync.Mutex
	known map[string]knownSum
}

type knownSum struct {
	stamp fileStamp
	sum   string
}

// mostSums bounds what is remembered.
const mostSums = 10_000

// of is the sum of what a file holds. The name is the file's place in all of the workspace.
func (s *sums) of(name string, f *os.File) (string, error) {
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	stamp := fileStamp{info.ModTime(), info.Size(), info.Mode()}
	s.mu.Lock()
	one, ok := s.known[name]
	s.mu.Unlock()
	if ok && one.stamp == stamp {
		return one.sum, nil
	}
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	one = knownSum{stamp, hex.EncodeToString(h.Sum(nil))}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.known) >= mostSums {
		clear(s.known)
	}
	s.known[name] = one
	return one.sum, nil
}

// contentTypes are those of the files of a run; any other is bytes.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".csv":
		return "text/csv; charset=utf-8"
	case ".json":
		return "application/json"
	case ".xlsx":
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case ".pdf":
		return "application/pdf"
	case "":
		return "text/plain; charset=utf-8"
	}
	return "application/octet-stream"
}

// download hands out a file of a run: ?run=…&list=…&file=….
func (s *Server) download(w http.ResponseWriter, r *request) error {
	v, err := s.view(r)
	if err != nil {
		return err
	}
	defer v.close()
	file, ok := v.file(r.query("list"), r.query("file"))
	if !ok {
		return errNotFound
	}
	if !r.who.sees(file.area) {
		return errForbidden
	}
	f, err := openRegular(v.root, file.path)
	if err != nil {
		return fmt.Errorf("open %s: %w", file.path, err)
	}
	defer f.Close()
	sum, modified, err := s.sealed(v, file.path, f)
	if err != nil {
		return err
	}
	name := path.Base(file.name)
	if file.list != "" {
		name = file.list + "-" + name
	}
	h := w.Header()
	h.Set("Content-Type", contentType(file.path))
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": v.manifest.ID + "-" + name}))
	h.Set("ETag", `"`+sum+`"`)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, no-store")
	if file.area == reports {
		h.Set("Cache-Control", "private, no-cache")
	}
	s.longer(w)
	if r.Method == http.MethodHead {
		http.ServeContent(w, r.Request, "", modified, f)
		return nil
	}
	logged := &loggedWriter{ResponseWriter: w, refuse: func(err error) { s.refuse(w, r, err) }, add: func(bytes int64, status int) error {
		part := ""
		if status == http.StatusPartialContent {
			part = r.Header.Get("Range")
		}
		return s.log.add(Entry{s.now().UTC(), r.who.name, r.who.role, r.remote(), "download", v.manifest.ID, file.path, sum, bytes, part})
	}}
	http.ServeContent(logged, r.Request, "", modified, f)
	return nil
}

// sealed is the sum of an open file, which must be the one of the manifest.
func (s *Server) sealed(v *view, p string, f *os.File) (string, time.Time, error) {
	info, err := f.Stat()
	if err != nil {
		return "", time.Time{}, fmt.Errorf("read %s: %w", p, err)
	}
	sum, err := s.sums.of(v.dir+"/"+p, f)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("read %s: %w", p, err)
	}
	if want := sealedSum(v.manifest, p); want != "" && want != sum {
		s.say("run %s: %s has other content than the manifest says; it is not handed out", v.manifest.ID, p)
		return "", time.Time{}, errChanged
	}
	return sum, info.ModTime(), nil
}

// loggedWriter writes the line of the log when it is known that content will leave, and hands out
// nothing when that fails.
type loggedWriter struct {
	http.ResponseWriter
	add     func(bytes int64, status int) error
	refuse  func(error)
	refused bool
}

func (w *loggedWriter) WriteHeader(status int) {
	if status == http.StatusOK || status == http.StatusPartialContent {
		size, _ := strconv.ParseInt(w.Header().Get("Content-Length"), 10, 64)
		if err := w.add(size, status); err != nil {
			w.refused = true
			w.refuse(errors.Join(errLog, err))
			return
		}
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *loggedWriter) Write(p []byte) (int, error) {
	if w.refused {
		return 0, errLog
	}
	return w.ResponseWriter.Write(p)
}

// ReadFrom lets the kernel copy the file.
func (w *loggedWriter) ReadFrom(r io.Reader) (int64, error) {
	if w.refused {
		return 0, errLog
	}
	return io.Copy(w.ResponseWriter, r)
}
