package serve

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
)

// report shows the report of a run, in the page's language where it is there. The report carries
// one style element and no script: its policy allows exactly these styles.
func (s *Server) report(w http.ResponseWriter, r *request) error {
	v, err := s.view(r)
	if err != nil {
		return err
	}
	defer v.close()
	file, ok := v.file("", "report."+r.lang+".html")
	if !ok || r.lang == v.manifest.Language {
		file, ok = v.file("", "report.html")
	}
	if !ok {
		return errNotFound
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
	styles, err := s.styles.of(sum, f)
	if err != nil {
		return fmt.Errorf("read %s: %w", file.path, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src "+styles+"; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "private, no-cache")
	h.Set("ETag", `"`+sum+`"`)
	http.ServeContent(w, r.Request, "", modified, f)
	return nil
}

// styleHashes are the hashes of the style elements of pages, by the sum of the page.
type styleHashes struct {
	mu    sync.Mutex
	known map[string]string
}

// of gives the sources of a policy that allow the style elements of a page and no others.
func (s *styleHashes) of(sum string, page io.ReadSeeker) (string, error) {
	s.mu.Lock()
	styles, ok := s.known[sum]
	s.mu.Unlock()
	if ok {
		return styles, nil
	}
	const largest = 8 << 20 // a report stays below 1 MB
	text, err := io.ReadAll(io.LimitReader(page, largest))
	if err != nil {
		return "", err
	}
	if _, err := page.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	var sources []string
	for _, found := range regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindAllSubmatch(text, -1) {
		hash := sha256.Sum256(found[1])
		sources = append(sources, "'sha256-"+base64.StdEncoding.EncodeToString(hash[:])+"'")
	}
	if len(sources) == 0 {
		sources = []string{"'none'"}
	}
	styles = strings.Join(sources, " ")
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.known) >= mostSums {
		clear(s.known)
	}
	s.known[sum] = styles
	return styles, nil
}
