package serve

import (
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// longestQuestion bounds what a page looks for, in bytes; ids and names are shorter.
const longestQuestion = 2000

// customers finds customers by number or name.
func (s *Server) customers(w http.ResponseWriter, r *request) error {
	l := s.shelf.take()
	defer s.shelf.give(l)
	words, text := s.words[r.lang], strings.TrimSpace(r.query("q"))
	if len(text) > longestQuestion {
		return errRequest
	}
	t, err := l.Search(r.Context(), text)
	if err != nil {
		return err
	}
	heading := words.Say("customers.found")
	if text == "" {
		heading = words.Say("customers.largest")
	}
	content := sheet{Heading: words.Say("serve.customers"), Search: &search{Label: words.Say("customers.search"), Button: words.Say("customers.find"), Value: publish.Plain(text)}}
	p := part{ID: "found", Heading: heading}
	switch {
	case len(t.Rows) == 0:
		p.Text = []string{words.Say("customers.none")}
	case t.Total > int64(len(t.Rows)) && text != "":
		p.Text = []string{words.Say("customers.more")}
	}
	if len(t.Rows) > 0 {
		p.Grid = s.customerGrid(r, t)
		p.Grid.Caption = heading
	}
	content.Parts = []part{p}
	return s.show(w, r, l.Manifest, content)
}

// customerGrid lists customers: customer_id, name, kind, region, tier, profit.
func (s *Server) customerGrid(r *request, t *Table) *grid {
	words := s.words[r.lang]
	g := &grid{Heads: []head{{Text: words.Say("customers.id")}, {Text: words.Say("customers.name"), Class: "text"}, {Text: words.Say("customers.kind")},
		{Text: words.Say("customers.region")}, {Text: words.Say("customers.tier")}, {Text: words.Say("customers.profit"), Class: "n"}}}
	for _, row := range t.Rows {
		cells := []cell{{Text: orDash(publish.Shorten(publish.Plain(row[0]), 60)), To: r.at(s, "/customer", "id", row[0]), Code: true}}
		for i := 1; i < len(row); i++ {
			text, full := shownValue(words, t.Columns[i], t.Types[i], row[i])
			if t.Columns[i] == "kind" && row[i] != Null {
				text = words.Term("kind", row[i])
			}
			cells = append(cells, cell{Text: text, Full: full, Class: g.Heads[i].Class})
		}
		g.Rows = append(g.Rows, cells)
	}
	return g
}

// isID says whether a text can be somebody's number: no engine takes other bytes than text.
func isID(id string) bool {
	return id != "" && len(id) <= longestQuestion && utf8.ValidString(id) && !strings.ContainsRune(id, 0)
}

func orDash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

// customer shows every figure of a customer; each leads to the rows that it is made of.
func (s *Server) customer(w http.ResponseWriter, r *request) error {
	l := s.shelf.take()
	defer s.shelf.give(l)
	id := r.query("id")
	if !isID(id) {
		return errNotFound
	}
	c, err := l.Customer(r.Context(), id)
	if err != nil {
		return err
	}
	words := s.words[r.lang]
	content := s.standing(r, c)
	content.Links = []link{{Text: words.Say("customer.explain"), To: r.at(s, "/explain", "id", c.ID)}}
	for _, t := range c.Tables {
		content.Parts = append(content.Parts, s.martPart(r, c, &t))
	}
	return s.show(w, r, l.Manifest, content)
}

// explain shows the same down to the source rows.
func (s *Server) explain(w http.ResponseWriter, r *request) error {
	l := s.shelf.take()
	defer s.shelf.give(l)
	id := r.query("id")
	if !isID(id) {
		return errNotFound
	}
	done, err := s.slowly(r)
	if err != nil {
		return err
	}
	defer done()
	c, err := l.Explain(r.Context(), id)
	if err != nil {
		return err
	}
	words := s.words[r.lang]
	content := s.standing(r, c)
	content.Heading = words.Say("explain.title", content.Heading)
	content.Links = []link{{Text: words.Say("customer.to_page"), To: r.at(s, "/customer", "id", c.ID)}}
	for _, t := range c.Tables {
		content.Parts = append(content.Parts, s.martPart(r, c, &t))
	}
	return s.show(w, r, l.Manifest, content)
}

// slowly takes one of the places for questions that take long, or waits for one.
func (s *Server) slowly(r *request) (done func(), err error) {
	select {
	case s.slow <- struct{}{}:
		return func() { <-s.slow }, nil
	default:
	}
	if s.waiting.Add(1) > mostWaiting {
		s.waiting.Add(-1)
		return nil, errBusy
	}
	defer s.waiting.Add(-1)
	select {
	case s.slow <- struct{}{}:
		return func() { <-s.slow }, nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// martPart shows the rows of one relation: a single row as names and values, more as a table.
func (s *Server) martPart(r *request, c *Customer, t *Table) part {
	words := s.words[r.lang]
	p := part{ID: "t-" + strings.ReplaceAll(t.Relation, ".", "-"), Heading: relationTitle(words, t.Relation), Text: []string{publish.Plain(t.Sentence)}}
	isMart := !strings.Contains(t.Relation, ".")
	if t.Total > int64(len(t.Rows)) {
		p.Text = append(p.Text, words.Say("explain.more", words.Number(int64(len(t.Rows))), words.Number(t.Total)))
	}
	if len(t.Rows) != 1 {
		p.Grid = tableGrid(words, t, "customer_id")
		p.Grid.Caption = p.Heading
		if isMart {
			for i := range p.Grid.Heads {
				p.Grid.Heads[i].To = r.at(s, "/figure", "id", c.ID, "mart", t.Relation, "column", p.Grid.Heads[i].Text)
			}
		}
		return p
	}
	for i, column := range t.Columns {
		if column == "customer_id" {
			continue
		}
		text, full := shownValue(words, column, t.Types[i], t.Rows[0][i])
		f := fact{Name: publish.Plain(column), Value: text, Full: full, Code: true}
		if isMart {
			f.To = r.at(s, "/figure", "id", c.ID, "mart", t.Relation, "column", column)
		}
		p.Facts = append(p.Facts, f)
	}
	return p
}

func relationTitle(words *publish.Words, relation string) string {
	if table, ok := strings.CutPrefix(relation, "raw."); ok {
		return words.Relation(table) + " · " + words.Say("trust.col.source")
	}
	if relation == "core.identities" {
		return words.Say("customer.ids")
	}
	return words.Term("mart", relation)
}

// figure takes one figure of a customer apart.
func (s *Server) figure(w http.ResponseWriter, r *request) error {
	l := s.shelf.take()
	defer s.shelf.give(l)
	id, mart, column := r.query("id"), r.query("mart"), r.query("column")
	if !isID(id) || !hasColumn(l.Run, mart, column) {
		return errNotFound
	}
	done, err := s.slowly(r)
	if err != nil {
		return err
	}
	defer done()
	f, err := l.Figure(r.Context(), id, mart, column)
	if err != nil {
		return err
	}
	words := s.words[r.lang]
	content := sheet{
		Heading: publish.Shorten(publish.Plain(f.Customer), 60) + " · " + words.Term("mart", mart) + " · " + column,
		Links:   []link{{Text: words.Say("customer.to_page"), To: r.at(s, "/customer", "id", f.Customer)}},
		Text:    []string{publish.Plain(f.Sentence)},
	}
	if f.Meaning != "" {
		content.Facts = append(content.Facts, fact{Name: column, Value: publish.Plain(f.Meaning), Code: true})
	}
	if len(f.Row.Rows) == 0 {
		content.Text = append(content.Text, words.Say("figure.none"))
		return s.show(w, r, l.Manifest, content)
	}
	if len(f.Row.Rows) == 1 {
		content.Facts = append(content.Facts, fact{Name: words.Say("figure.value"), Value: orDash(publish.Shorten(publish.Plain(f.Value), 400))})
	}
	if f.Formula != "" {
		content.Facts = append(content.Facts, fact{Name: words.Say("figure.how"), Value: publish.Plain(f.Formula)})
	}
	content.Parts = s.figureParts(words, f)
	return s.show(w, r, l.Manifest, content)
}

func (s *Server) figureParts(words *publish.Words, f *Figure) []part {
	var parts []part
	if len(f.Row.Rows) > 1 {
		g := tableGrid(words, &f.Row, "customer_id")
		g.Caption = words.Say("figure.value")
		parts = append(parts, part{ID: "value", Heading: words.Say("figure.value"), Grid: g})
	}
	if f.Entries != nil {
		p := part{ID: "rows", Heading: words.Say("figure.rows"), Grid: tableGrid(words, f.Entries)}
		p.Grid.Caption = p.Heading
		if f.IsSum {
			word := "figure.sum"
			if !f.Agrees {
				word = "figure.differs"
			}
			p.Text = append(p.Text, words.Say(word, words.Number(f.Entries.Total), publish.Plain(f.Sum)))
		}
		if n := int64(len(f.Entries.Rows)); n < f.Entries.Total {
			p.Text = append(p.Text, words.Say("explain.more", words.Number(n), words.Number(f.Entries.Total)))
		}
		parts = append(parts, p)
	}
	for i, t := range f.Basis {
		g := tableGrid(words, &t)
		g.Caption = relationTitle(words, t.Relation)
		parts = append(parts, part{ID: "basis-" + strconv.Itoa(i), Heading: words.Say("figure.basis") + " · " + g.Caption, Text: []string{publish.Plain(t.Sentence)}, Grid: g})
	}
	return parts
}

func hasColumn(run *Run, mart, column string) bool {
	for _, m := range run.Marts {
		for _, c := range m.Columns {
			if m.Name == mart && c.Name == column {
				return true
			}
		}
	}
	return false
}
