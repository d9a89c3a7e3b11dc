package serve

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/publish"
)

const (
	shownSegments = 2000
	shownRows     = 100
)

// segments shows every segment with its customers, revenue and profit.
func (s *Server) segments(w http.ResponseWriter, r *request) error {
	l := s.shelf.take()
	defer s.shelf.give(l)
	words := s.words[r.lang]
	content := sheet{Heading: words.Say("serve.segments")}
	if !hasColumn(l.Run, "segments", "segment") {
		content.Text = []string{words.Say("error.not_found")}
		return s.show(w, r, l.Manifest, content)
	}
	t, err := l.Rows(r.Context(), "segments", shownSegments)
	if err != nil {
		return err
	}
	by, one := slices.Index(t.Columns, "segmentation"), slices.Index(t.Columns, "segment")
	for _, segmentation := range distinct(t, by) {
		part := part{ID: "by-" + strconv.Itoa(len(content.Parts)), Heading: words.Term("segmentation", segmentation)}
		of := &Table{Columns: t.Columns, Types: t.Types}
		for _, row := range t.Rows {
			if row[by] == segmentation {
				of.Rows = append(of.Rows, row)
			}
		}
		part.Grid = tableGrid(words, of, "segmentation")
		part.Grid.Caption = part.Heading
		at := slices.IndexFunc(part.Grid.Heads, func(h head) bool { return h.Text == "segment" })
		for i, row := range of.Rows {
			c := &part.Grid.Rows[i][at]
			c.Text = publish.Shorten(words.Segment(segmentation, row[one]), 60)
			if r.who.sees(customers) {
				c.To = r.at(s, "/segment", "by", segmentation, "segment", row[one])
			}
		}
		content.Parts = append(content.Parts, part)
	}
	return s.show(w, r, l.Manifest, content)
}

func distinct(t *Table, column int) []string {
	var out []string
	for _, row := range t.Rows {
		if !slices.Contains(out, row[column]) {
			out = append(out, row[column])
		}
	}
	return out
}

// segment shows the members of a segment.
func (s *Server) segment(w http.ResponseWriter, r *request) error {
	l := s.shelf.take()
	defer s.shelf.give(l)
	by, segment := r.query("by"), r.query("segment")
	if by == "" || len(by)+len(segment) > longestQuestion || !hasColumn(l.Run, "segment_members", "segment") {
		return errNotFound
	}
	t, err := l.Members(r.Context(), by, segment)
	if err != nil {
		return err
	}
	if len(t.Rows) == 0 {
		return errNotFound
	}
	words := s.words[r.lang]
	p := part{ID: "members", Heading: words.Say("segments.members"), Grid: s.customerGrid(r, t)}
	p.Grid.Caption = p.Heading
	if t.Total > int64(len(t.Rows)) {
		p.Text = []string{words.Say("segments.first", words.Number(int64(len(t.Rows))))}
	}
	return s.show(w, r, l.Manifest, sheet{Heading: words.Term("segmentation", by) + " · " + publish.Shorten(words.Segment(by, segment), 80),
		Links: []link{{Text: words.Say("serve.segments"), To: r.at(s, "/segments")}}, Parts: []part{p}})
}

// marts lists the tables of the run.
func (s *Server) marts(w http.ResponseWriter, r *request) error {
	l := s.shelf.take()
	defer s.shelf.give(l)
	words := s.words[r.lang]
	g := &grid{Caption: words.Say("marts.caption"), Heads: []head{{Text: words.Say("quality.mart")}, {Text: words.Say("workbook.row"), Class: "text"},
		{Text: words.Say("workbook.rows"), Class: "n"}, {Text: words.Say("marts.columns"), Class: "n"}}}
	for _, m := range l.Marts {
		g.Rows = append(g.Rows, []cell{{Text: m.Name, To: r.at(s, "/mart", "mart", m.Name), Code: true}, {Text: words.Term("mart", m.Name), Class: "text"},
			{Text: words.Number(m.Rows), Class: "n"}, {Text: words.Number(int64(len(m.Columns))), Class: "n"}})
	}
	return s.show(w, r, l.Manifest, sheet{Heading: words.Say("serve.marts"), Parts: []part{{ID: "marts", Heading: words.Say("marts.caption"), Grid: g}}})
}

// mart shows the first rows of a table.
func (s *Server) mart(w http.ResponseWriter, r *request) error {
	l := s.shelf.take()
	defer s.shelf.give(l)
	at := slices.IndexFunc(l.Marts, func(m Mart) bool { return m.Name == r.query("mart") })
	if at < 0 {
		return errNotFound
	}
	m, words := l.Marts[at], s.words[r.lang]
	t, err := l.Rows(r.Context(), m.Name, shownRows)
	if err != nil {
		return err
	}
	content := sheet{Heading: words.Term("mart", m.Name), Text: []string{publish.Plain(m.Sentence)},
		Links: []link{{Text: words.Say("serve.definitions"), To: r.at(s, "/definitions") + "#mart-" + m.Name}}}
	p := part{ID: "rows", Heading: words.Say("marts.preview", words.Number(int64(len(t.Rows))))}
	var hidden []string
	if m.Name == "quarantine" { // a value that broke a rule may be an address or a number of a person
		hidden = []string{"value"}
		p.Text = append(p.Text, words.Say("marts.hidden", "value"))
	}
	p.Grid = tableGrid(words, t, hidden...)
	p.Grid.Caption = p.Heading
	s.linkCustomers(r, t, p.Grid)
	content.Parts = []part{p}
	return s.show(w, r, l.Manifest, content)
}

// linkCustomers makes the ids of customers links to their pages.
func (s *Server) linkCustomers(r *request, t *Table, g *grid) {
	at := slices.IndexFunc(g.Heads, func(h head) bool { return h.Text == "customer_id" })
	from := slices.Index(t.Columns, "customer_id")
	if at < 0 || from < 0 || !r.who.sees(customers) {
		return
	}
	for i := range g.Rows {
		if id := t.Rows[i][from]; id != Null {
			g.Rows[i][at].To = r.at(s, "/customer", "id", id)
		}
	}
}

// definitions says what the figures mean, and describes every table.
func (s *Server) definitions(w http.ResponseWriter, r *request) error {
	l := s.shelf.take()
	defer s.shelf.give(l)
	words := s.words[r.lang]
	content := sheet{Heading: words.Say("serve.definitions")}
	kpis := part{ID: "kpis", Heading: words.Say("defs.kpis")}
	for _, k := range inReadingOrder(l.KPIs) {
		if words.Known("kpi_is", k.Name) {
			kpis.Facts = append(kpis.Facts, fact{Name: words.Term("kpi", k.Name), Value: words.Say("kpi_is." + k.Name), ID: "kpi-" + k.Name})
		}
	}
	if len(kpis.Facts) > 0 {
		content.Parts = append(content.Parts, kpis)
	}
	content.Parts = append(content.Parts, part{ID: "tables", Heading: words.Say("defs.tables"), Text: []string{words.Say("defs.english")}})
	for _, m := range l.Marts {
		grain := words.Say("defs.single")
		if len(m.Grain) > 0 && m.Grain[0] != "none" {
			grain = words.Say("defs.grain", strings.Join(m.Grain, ", "))
		}
		g := &grid{Caption: words.Term("mart", m.Name), Heads: []head{{Text: words.Say("workbook.column")}, {Text: words.Say("workbook.type")}, {Text: words.Say("workbook.unit")}, {Text: words.Say("workbook.meaning"), Class: "text"}}}
		for _, c := range m.Columns {
			g.Rows = append(g.Rows, []cell{{Text: c.Name, Code: true}, {Text: c.Type, Code: true}, {Text: c.Unit}, {Text: publish.Plain(c.Sentence), Class: "text"}})
		}
		content.Parts = append(content.Parts, part{ID: "mart-" + m.Name, Heading: words.Term("mart", m.Name) + " · " + m.Name, Text: []string{publish.Plain(m.Sentence), grain}, Grid: g, Closed: true})
	}
	return s.show(w, r, l.Manifest, content)
}
