package serve

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// quality shows what a run's figures stand on, out of its manifest: checks, what was read and set
// aside, what was not computed, and how the sources were read. Values of rows are not shown.
func (s *Server) quality(w http.ResponseWriter, r *request) error {
	v, err := s.view(r)
	if err != nil {
		return err
	}
	defer v.close()
	words, m := s.words[r.lang], v.manifest
	content := sheet{Heading: words.Say("serve.quality"), Facts: []fact{{Name: words.Say("prov.run"), Value: m.ID, IsID: true}, {Name: words.Say("runs.col.status"), Value: words.Say("runs." + m.Status)}}}
	content.Parts = append(content.Parts, part{ID: "checks", Heading: words.Say("quality.checks"), Grid: checkGrid(words, m)})
	loads := &grid{Caption: words.Say("quality.loads"), Heads: []head{{Text: words.Say("trust.col.table")}, {Text: words.Say("trust.col.source")},
		{Text: words.Say("trust.col.rows"), Class: "n"}, {Text: words.Say("quality.aside"), Class: "n"}, {Text: words.Say("quality.filtered"), Class: "n"}}}
	for _, load := range m.Loads {
		loads.Rows = append(loads.Rows, []cell{{Text: words.Relation(load.Table)}, {Text: publish.Plain(load.Source), Code: true},
			{Text: words.Number(load.Rows), Class: "n"}, {Text: words.Number(load.Quarantined), Class: "n"}, {Text: words.Number(load.Filtered), Class: "n"}})
	}
	content.Parts = append(content.Parts, part{ID: "loads", Heading: words.Say("quality.loads"), Grid: loads})
	if len(m.NotComputed) > 0 {
		missing := &grid{Caption: words.Say("quality.missing"), Heads: []head{{Text: words.Say("quality.mart")}, {Text: words.Say("quality.reason"), Class: "text"}}}
		for _, n := range m.NotComputed {
			missing.Rows = append(missing.Rows, []cell{{Text: words.Term("mart", n.Mart)}, {Text: publish.Plain(n.Reason), Class: "text"}})
		}
		content.Parts = append(content.Parts, part{ID: "missing", Heading: words.Say("quality.missing"), Grid: missing})
	}
	content.Parts = append(content.Parts, part{ID: "boundary", Heading: words.Say("quality.boundary"), Grid: boundaryGrid(words, m)})
	return s.show(w, r, m, content)
}

// checkGrid lists the checks, those that failed first.
func checkGrid(words *publish.Words, m *publish.Manifest) *grid {
	g := &grid{Caption: words.Say("quality.checks"), Heads: []head{{Text: words.Say("trust.col.check")}, {Text: words.Say("trust.col.table")}, {Text: words.Say("trust.col.verdict")},
		{Text: words.Say("trust.col.failing"), Class: "n"}, {Text: words.Say("trust.col.tested"), Class: "n"}, {Text: words.Say("quality.detail"), Class: "text"}}}
	checks := slices.Clone(m.Checks)
	place := func(c publish.Check) int {
		if c.Verdict == "passed" {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(checks, func(a, b publish.Check) int { return cmp.Compare(place(a), place(b)) })
	for _, c := range checks {
		detail := publish.Plain(c.Detail)
		g.Rows = append(g.Rows, []cell{{Text: words.Term("check", c.Name)}, {Text: words.Relation(c.Table)}, {Text: words.Term("verdict", c.Verdict)},
			{Text: words.Number(c.Failing), Class: "n"}, {Text: words.Number(c.Tested), Class: "n"}, {Text: publish.Shorten(detail, longestCell), Class: "text"}})
	}
	return g
}

func boundaryGrid(words *publish.Words, m *publish.Manifest) *grid {
	g := &grid{Caption: words.Say("quality.boundary"), Heads: []head{{Text: words.Say("trust.col.source")}, {Text: words.Say("quality.severity")}, {Text: words.Say("quality.finding"), Class: "text"}}}
	for _, source := range m.Observed.Boundary {
		if len(source.Findings) == 0 {
			g.Rows = append(g.Rows, []cell{{Text: publish.Plain(source.Source), Code: true}, {Text: "–"}, {Text: words.Say("quality.read_only"), Class: "text"}})
		}
		for _, f := range source.Findings {
			g.Rows = append(g.Rows, []cell{{Text: publish.Plain(source.Source), Code: true}, {Text: words.Term("severity", f.Severity)}, {Text: publish.Plain(f.Item), Code: true, Class: "text"}})
		}
	}
	return g
}
