package serve

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// previewRows is how much of a list a page shows; the files hold all of it.
const previewRows = 50

// lists shows which lists a run has, and the files of each that the caller may have.
func (s *Server) lists(w http.ResponseWriter, r *request) error {
	v, err := s.view(r)
	if err != nil {
		return err
	}
	defer v.close()
	words := s.words[r.lang]
	content := sheet{Heading: words.Say("serve.lists")}
	g := &grid{Caption: words.Say("lists.page.caption"), Heads: []head{{Text: words.Say("lists.col.list")}, {Text: words.Say("lists.page.rows"), Class: "text"}}}
	for _, name := range listNames(v.files) {
		var files []string
		for _, f := range v.files {
			if f.list == name && r.who.sees(f.area) && !strings.Contains(f.name, "/") {
				files = append(files, publish.Plain(f.name))
			}
		}
		g.Rows = append(g.Rows, []cell{{Text: words.Term("list", name), To: r.at(s, "/list", "run", v.manifest.ID, "list", name)}, {Text: words.List(files), Class: "text"}})
	}
	switch {
	case v.manifest.Withheld != "":
		content.Text = append(content.Text, words.Say("lists.withheld", words.Say("lists.withheld."+v.manifest.Withheld)))
	case len(g.Rows) == 0:
		content.Text = append(content.Text, words.Say("lists.page.none"))
	}
	if len(g.Rows) > 0 {
		content.Text = append(content.Text, words.Say("list.page.logged"))
		content.Parts = []part{{ID: "lists", Heading: words.Say("lists.page.caption"), Grid: g}}
	}
	return s.show(w, r, v.manifest, content)
}

// list shows the first rows of a list and its files. Who may not have contacts sees no contact.
func (s *Server) list(w http.ResponseWriter, r *request) error {
	v, err := s.view(r)
	if err != nil {
		return err
	}
	defer v.close()
	name := r.query("list")
	words := s.words[r.lang]
	content := sheet{Heading: words.Term("list", name)}
	var files []runFile
	known := false
	for _, f := range v.files {
		known = known || f.list == name && name != ""
		if f.list == name && r.who.sees(f.area) {
			files = append(files, f)
		}
	}
	if !known {
		return errNotFound
	}
	if file, ok := v.file(name, "list.csv"); ok {
		p, err := s.preview(r, v, file)
		if err != nil {
			return err
		}
		content.Parts = append(content.Parts, p)
	}
	content.Parts = append(content.Parts, part{ID: "files", Heading: words.Say("list.page.files"), Text: []string{words.Say("list.page.logged")}, Grid: s.fileGrid(r, v, files)})
	return s.show(w, r, v.manifest, content)
}

// preview is the first rows of a list, and, where they hold contacts, a line of the log.
func (s *Server) preview(r *request, v *view, file runFile) (part, error) {
	words := s.words[r.lang]
	f, err := openRegular(v.root, file.path)
	if err != nil {
		return part{}, fmt.Errorf("open %s: %w", file.path, err)
	}
	defer f.Close()
	sum, _, err := s.sealed(v, file.path, f)
	if err != nil {
		return part{}, err
	}
	t, err := firstRows(f, file.path)
	if err != nil {
		return part{}, err
	}
	p := part{ID: "rows", Heading: words.Say("list.page.preview", words.Number(int64(len(t.Rows))))}
	shown := previewColumns(t.Columns)
	if !r.who.sees(people) {
		contacts := contactColumns(t.Columns)
		shown = slices.DeleteFunc(shown, func(name string) bool { return slices.Contains(contacts, name) })
		p.Text = append(p.Text, words.Say("list.page.contact"))
	}
	if len(t.Rows) == 0 {
		p.Text = append(p.Text, words.Say("list.page.empty"))
		return p, nil
	}
	t = t.only(shown)
	p.Grid = tableGrid(words, t)
	p.Grid.Caption = p.Heading
	if v.current {
		s.linkCustomers(r, t, p.Grid)
	}
	if r.who.sees(people) && r.Method == http.MethodGet {
		if err := s.log.add(Entry{s.now().UTC(), r.who.name, r.who.role, r.remote(), "preview", v.manifest.ID, file.path, sum, file.size, ""}); err != nil {
			return part{}, errors.Join(errLog, err)
		}
	}
	return p, nil
}

// previewColumns are the columns of a list that a caller reads first, of those that it has.
func previewColumns(columns []string) []string {
	first := []string{"rank", "customer_id", "name", "channel", "contact", "value_at_stake", "tier", "reason", "action", "offer", "owner", "due_by", "consent_basis", "consent_on", "last_contact_on"}
	return slices.DeleteFunc(first, func(name string) bool { return !slices.Contains(columns, name) })
}

// only leaves the named columns, in this order.
func (t *Table) only(names []string) *Table {
	out := &Table{Relation: t.Relation, Sentence: t.Sentence, Columns: names, Rows: make([][]string, len(t.Rows)), Total: t.Total}
	for _, name := range names {
		at := slices.Index(t.Columns, name)
		out.Types = append(out.Types, t.Types[at])
		for i, row := range t.Rows {
			out.Rows[i] = append(out.Rows[i], row[at])
		}
	}
	return out
}

// contactColumns are those that say how to reach somebody.
func contactColumns(columns []string) []string {
	return slices.DeleteFunc(slices.Clone(columns), func(name string) bool {
		return !strings.HasPrefix(name, "contact") && name != "email" && name != "phone" && name != "address"
	})
}

// firstRows reads the beginning of a list.
func firstRows(f io.Reader, name string) (*Table, error) {
	c := csvReader(f)
	columns, err := c.Read()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	t := &Table{Relation: name, Columns: slices.Clone(columns)}
	for _, column := range columns {
		t.Types = append(t.Types, listType(column))
	}
	for len(t.Rows) < previewRows {
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		cells := slices.Clone(row)
		for i, cell := range cells {
			if cell == "" {
				cells[i] = Null
			}
		}
		t.Rows = append(t.Rows, cells)
	}
	return t, nil
}

// listType is the type of a list's column that people read as a figure.
func listType(column string) string {
	switch column {
	case "value_at_stake", "clv", "profit", "revenue":
		return "decimal(18,4)"
	case "rank", "days_silent", "expected_gap_days":
		return "bigint"
	case "due_by", "consent_on", "last_contact_on":
		return "date"
	}
	return "varchar"
}
