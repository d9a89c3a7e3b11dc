package serve

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// frame is a page as the template takes it: every word said, every figure formatted.
type frame struct {
	*publish.Words
	Title, Company string
	Menu           []link
	Who            string // name and role; empty where nobody logs in
	Other          link   // this page in the other language
	OtherLang      string
	News           string
	Foot           string
	Sheet          sheet
	Next, Problem  string // of the login
	Language       string
	Fallback       string
}

// link is somewhere to go to.
type link struct {
	Text, To string
	Here     bool
}

// sheet is what a page holds.
type sheet struct {
	Heading string
	Text    []string
	Search  *search
	Facts   []fact
	Links   []link
	Parts   []part
}

// search is the field of the customers' page.
type search struct{ Label, Button, Value string }

// part is a section of a page under its heading.
type part struct {
	ID, Heading string
	Text        []string
	Facts       []fact
	Grid        *grid
	Links       []link
	Closed      bool // behind a summary
}

// fact is a name and what is said of it.
type fact struct {
	Name, Value, Full, To, ID string
	Code, IsID                bool // the name, or the value, is an identifier
}

// grid is a table; the first cell of a row is its heading.
type grid struct {
	Caption string
	Heads   []head
	Rows    [][]cell
}

// head is a column's name; Class "n" aligns figures, "text" wraps.
type head struct {
	Text, Class, To string
	Code            bool
}

// cell is one field of a grid.
type cell struct {
	Text, Full, To, Class string
	Code                  bool
}

// at makes an address of this server, in the language of the page.
func (f frame) at(path string, pairs ...string) string {
	return address(f.Language, f.Fallback, path, pairs...)
}

func (r *request) at(s *Server, path string, pairs ...string) string {
	return address(r.lang, s.Language, path, pairs...)
}

// address is empty for what is too long to be asked for.
func address(lang, fallback, path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if len(pairs[i+1]) > longestQuestion {
			return ""
		}
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if lang != fallback {
		q.Set("lang", lang)
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// show answers with a page about a run.
func (s *Server) show(w http.ResponseWriter, r *request, m *publish.Manifest, content sheet) error {
	words := s.words[r.lang]
	return s.write(w, r, http.StatusOK, "sheet", frame{
		Title: content.Heading, Sheet: content,
		Foot: words.Say("serve.foot", m.ID, m.AsOf, publish.Plain(m.Currency)),
	})
}

// write renders a page and answers with it. The tag of a page is the sum of its bytes.
func (s *Server) write(w http.ResponseWriter, r *request, status int, name string, f frame) error {
	s.dress(r, &f)
	var b bytes.Buffer
	if err := s.page.ExecuteTemplate(&b, name, f); err != nil {
		return fmt.Errorf("render page: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	if status != http.StatusOK {
		h.Set("Content-Length", strconv.Itoa(b.Len()))
		w.WriteHeader(status)
		if r.Method != http.MethodHead {
			_, _ = w.Write(b.Bytes()) // the client may be gone
		}
		return nil
	}
	sum := sha256.Sum256(b.Bytes())
	h.Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	http.ServeContent(w, r.Request, "", time.Time{}, bytes.NewReader(b.Bytes()))
	return nil
}

// dress adds what every page has: menu, language, who is logged in, and news of a newer run.
func (s *Server) dress(r *request, f *frame) {
	words := s.words[r.lang]
	f.Words, f.Company, f.Language, f.Fallback = words, publish.Shorten(publish.Plain(s.Company), 60), r.lang, s.Language
	for _, one := range s.menu {
		if r.who != nil && r.who.sees(one.area) {
			f.Menu = append(f.Menu, link{Text: words.Say(one.title), To: f.at(one.path), Here: r.URL.Path == one.path})
		}
	}
	if r.who != nil && r.who.role != Local {
		f.Who = words.Say("serve.as", publish.Plain(r.who.name), words.Say("role."+r.who.role))
	}
	f.Other, f.OtherLang = link{Text: "中文"}, "zh-Hans"
	other := "zh"
	if r.lang == "zh" {
		f.Other, f.OtherLang, other = link{Text: "English"}, "en", "en"
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		q := r.URL.Query()
		q.Set("lang", other)
		f.Other.To = "?" + q.Encode()
	}
	if opening, broken := s.shelf.news(); r.who != nil && opening != "" {
		f.News = words.Say("serve.opening", opening)
	} else if r.who != nil && broken != "" {
		f.News = words.Say("serve.newer", broken)
	}
}

// style and icon are the two files that pages load.
func (s *Server) style(w http.ResponseWriter, r *request) error {
	return s.static(w, r, "templates/style.css", "text/css; charset=utf-8")
}

func (s *Server) icon(w http.ResponseWriter, r *request) error {
	return s.static(w, r, "templates/icon.svg", "image/svg+xml")
}

func (s *Server) static(w http.ResponseWriter, r *request, name, kind string) error {
	b, err := templates.ReadFile(name)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	sum := sha256.Sum256(b)
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	http.ServeContent(w, r.Request, "", time.Time{}, bytes.NewReader(b))
	return nil
}

// tableGrid shows rows of a relation, without the hidden columns: figures as people read them, their
// exact text as a hint.
func tableGrid(words *publish.Words, t *Table, hidden ...string) *grid {
	g := &grid{}
	var shown []int
	for i, name := range t.Columns {
		if slices.Contains(hidden, name) {
			continue
		}
		shown = append(shown, i)
		class := ""
		switch {
		case isNumber(t.Types[i]):
			class = "n"
		case t.Types[i] == "date":
			class = "day"
		case t.Types[i] == "varchar":
			class = "text"
		}
		g.Heads = append(g.Heads, head{Text: publish.Plain(name), Class: class, Code: true})
	}
	for _, row := range t.Rows {
		cells := make([]cell, len(shown))
		for j, i := range shown {
			text, full := shownValue(words, t.Columns[i], t.Types[i], row[i])
			cells[j] = cell{Text: text, Full: full, Class: g.Heads[j].Class}
			if len(text) > sentenceBytes && g.Heads[j].Class == "text" {
				g.Heads[j].Class = "text long"
			}
		}
		g.Rows = append(g.Rows, cells)
	}
	return g
}

// sentenceBytes is where a text is a sentence, which wants a wider column.
const sentenceBytes = 40

func isNumber(kind string) bool {
	return kind == "bigint" || kind == "double" || kind == "integer" || strings.HasPrefix(kind, "decimal")
}

// longestCell is how wide a text may be in a table, in half-width characters; the rest is its hint.
const longestCell = 160

// shownValue is a value for people, and its exact text where that says more.
func shownValue(words *publish.Words, column, kind, value string) (text, full string) {
	switch {
	case value == Null:
		return "–", ""
	case kind == "bigint":
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			return words.Number(n), ""
		}
	case strings.HasPrefix(kind, "decimal"):
		if text = words.Amount(value); text != value {
			full = exact(value)
		}
		return publish.Shorten(text, longestCell), full
	case kind == "double":
		if v, err := strconv.ParseFloat(value, 64); err == nil {
			return words.Figure(&v, "number"), exact(value)
		}
	case kind == "varchar":
		plain := publish.Plain(value)
		if group := termGroup(column); group != "" {
			plain = words.Term(group, value)
		}
		text = publish.Shorten(plain, longestCell)
		if text != plain {
			full = exact(value)
		}
		return text, full
	}
	return publish.Shorten(publish.Plain(value), longestCell), ""
}

// exact is the whole of a value, as far as a hint can hold it.
func exact(value string) string { return publish.Shorten(publish.Plain(value), 2000) }

// termGroup is where the words for a column's keys stand.
func termGroup(column string) string {
	switch column {
	case "tier", "previous_tier", "from_tier", "to_tier":
		return "tier"
	case "churn_state":
		return "state"
	case "churn_class":
		return "class"
	case "sub_class":
		return "sub"
	case "segmentation":
		return "segmentation"
	case "list":
		return "list"
	}
	return ""
}
