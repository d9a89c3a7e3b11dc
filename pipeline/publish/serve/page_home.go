package serve

import (
	"cmp"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// view is a run that a page is about, with what of its folder can be handed out.
type view struct {
	manifest *publish.Manifest
	dir      string
	root     *os.Root
	files    []runFile
	current  bool
}

func (v *view) close() { v.root.Close() }

// file finds a file by the names that a request gives.
func (v *view) file(list, name string) (runFile, bool) {
	i := slices.IndexFunc(v.files, func(f runFile) bool { return f.list == list && f.name == name })
	if i < 0 {
		return runFile{}, false
	}
	return v.files[i], true
}

// view finds the run that a request names: the shown one, or another of the workspace.
func (s *Server) view(r *request) (*view, error) {
	l := s.shelf.take()
	shown := l.Manifest.ID
	s.shelf.give(l)
	m, dir, err := s.manifests.find(cmp.Or(r.query("run"), shown))
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open run %s: %w", m.ID, err)
	}
	v := &view{manifest: m, dir: dir, root: root, current: m.ID == shown}
	if m.Status != publish.StatusFailed {
		if v.files, err = filesOf(root); err != nil {
			v.close()
			return nil, err
		}
	}
	return v, nil
}

// overview is the first page: the key figures of the current run, and the report.
func (s *Server) overview(w http.ResponseWriter, r *request) error {
	l := s.shelf.take()
	defer s.shelf.give(l)
	words, m := s.words[r.lang], l.Manifest
	passed := 0
	for _, c := range m.Checks {
		if c.Verdict == "passed" {
			passed++
		}
	}
	content := sheet{
		Heading: words.Say("serve.overview"),
		Text:    []string{words.Say("overview.as_of", m.AsOf)},
		Links:   []link{{Text: words.Say("overview.read"), To: r.at(s, "/report")}, {Text: words.Say("overview.files"), To: r.at(s, "/run", "run", m.ID)}},
		Facts:   []fact{{Name: words.Say("prov.run"), Value: m.ID, IsID: true}, {Name: words.Say("prov.window"), Value: m.WindowStart + " – " + m.AsOf}},
	}
	checks := fact{Name: words.Say("serve.quality"), Value: words.Say("overview.checked", strconv.Itoa(passed), strconv.Itoa(len(m.Checks)))}
	if r.who.sees(quality) {
		checks.To = r.at(s, "/quality")
	}
	content.Facts = append(content.Facts, checks)
	if m.Withheld != "" {
		content.Facts = append(content.Facts, fact{Name: words.Say("serve.lists"), Value: words.Say("lists.withheld", words.Say("lists.withheld."+m.Withheld))})
	}
	if len(l.KPIs) > 0 {
		g := &grid{Caption: words.Say("overview.kpis"), Heads: []head{{Text: words.Say("overview.col.kpi")}, {Text: words.Say("overview.value"), Class: "n"}, {Text: words.Say("overview.before"), Class: "n"}}}
		for _, k := range inReadingOrder(l.KPIs) {
			g.Rows = append(g.Rows, []cell{{Text: words.Term("kpi", k.Name), To: r.at(s, "/definitions") + "#kpi-" + k.Name},
				{Text: words.Figure(k.Value, k.Unit), Class: "n"}, {Text: words.Figure(k.Previous, k.Unit), Class: "n"}})
		}
		content.Parts = append(content.Parts, part{ID: "kpis", Heading: words.Say("overview.kpis"), Grid: g})
	}
	return s.show(w, r, m, content)
}

// inReadingOrder puts the key figures in the order of their definitions; others follow by name.
func inReadingOrder(kpis []KPI) []KPI {
	order := publish.KPIOrder()
	place := func(k KPI) int {
		if i := slices.Index(order, k.Name); i >= 0 {
			return i
		}
		return len(order)
	}
	kpis = slices.Clone(kpis)
	slices.SortStableFunc(kpis, func(a, b KPI) int { return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a.Name, b.Name)) })
	return kpis
}

func sortNewest(runs []listed) {
	slices.SortStableFunc(runs, func(a, b listed) int {
		return cmp.Or(b.m.Observed.FinishedAt.Compare(a.m.Observed.FinishedAt), strings.Compare(b.m.ID, a.m.ID))
	})
}

// runs lists all runs.
func (s *Server) runs(w http.ResponseWriter, r *request) error {
	l := s.shelf.take()
	defer s.shelf.give(l)
	all, err := s.manifests.all()
	if err != nil {
		return err
	}
	words := s.words[r.lang]
	g := &grid{Caption: words.Say("runs.caption"), Heads: []head{{Text: words.Say("runs.col.run")}, {Text: words.Say("runs.col.as_of")},
		{Text: words.Say("runs.col.finished")}, {Text: words.Say("runs.col.seconds"), Class: "n"}, {Text: words.Say("runs.col.status")}}}
	for _, one := range all {
		status := words.Say("runs." + one.m.Status)
		if one.m.ID == l.Manifest.ID && one.m.Status == publish.StatusPublished {
			status = words.Say("runs.current")
		}
		o := one.m.Observed
		g.Rows = append(g.Rows, []cell{{Text: one.m.ID, To: r.at(s, "/run", "run", one.m.ID), Code: true}, {Text: one.m.AsOf},
			{Text: o.FinishedAt.UTC().Format("2006-01-02 15:04")}, {Text: words.Number(int64(o.FinishedAt.Sub(o.StartedAt).Seconds())), Class: "n"}, {Text: status}})
	}
	return s.show(w, r, l.Manifest, sheet{Heading: words.Say("serve.runs"), Parts: []part{{ID: "runs", Heading: words.Say("runs.caption"), Grid: g}}})
}

// oneRun shows what a run holds, as far as the caller may have it.
func (s *Server) oneRun(w http.ResponseWriter, r *request) error {
	v, err := s.view(r)
	if err != nil {
		return err
	}
	defer v.close()
	words, m := s.words[r.lang], v.manifest
	content := sheet{Heading: words.Say("run.title", m.ID), Facts: []fact{
		{Name: words.Say("runs.col.status"), Value: words.Say("runs." + m.Status)}, {Name: words.Say("prov.as_of"), Value: m.AsOf},
		{Name: words.Say("prov.window"), Value: m.WindowStart + " – " + m.AsOf}, {Name: words.Say("prov.version"), Value: publish.Plain(m.Version)},
		{Name: words.Say("prov.config"), Value: shortHash(m.ConfigHash), IsID: true}}}
	if r.who.sees(quality) {
		content.Links = append(content.Links, link{Text: words.Say("serve.quality"), To: r.at(s, "/quality", "run", m.ID)})
	}
	if len(listNames(v.files)) > 0 && r.who.sees(lists) {
		content.Links = append(content.Links, link{Text: words.Say("serve.lists"), To: r.at(s, "/lists", "run", m.ID)})
	}
	var files []runFile
	for _, f := range v.files {
		if f.area == reports && r.who.sees(reports) {
			files = append(files, f)
		}
	}
	if slices.ContainsFunc(files, func(f runFile) bool { return f.kind == "html" }) {
		content.Links = append([]link{{Text: words.Say("overview.read"), To: r.at(s, "/report", "run", m.ID)}}, content.Links...)
	}
	if len(files) > 0 {
		content.Parts = append(content.Parts, part{ID: "files", Heading: words.Say("list.page.files"), Text: []string{words.Say("list.page.logged")}, Grid: s.fileGrid(r, v, files)})
	}
	return s.show(w, r, m, content)
}

// fileGrid lists files with where to get them.
func (s *Server) fileGrid(r *request, v *view, files []runFile) *grid {
	words := s.words[r.lang]
	g := &grid{Caption: words.Say("lists.page.rows"), Heads: []head{{Text: words.Say("list.page.file")}, {Text: words.Say("list.page.size"), Class: "n"}, {Text: words.Say("workbook.row"), Class: "text"}}}
	for _, f := range files {
		what := ""
		if f.kind != "" {
			what = words.Say("file.report_" + f.kind)
		}
		g.Rows = append(g.Rows, []cell{{Text: publish.Shorten(publish.Plain(f.name), longestCell), To: r.at(s, "/download", "run", v.manifest.ID, "list", f.list, "file", f.name), Code: true},
			{Text: words.Number(f.size), Class: "n"}, {Text: what, Class: "text"}})
	}
	return g
}

func shortHash(hash string) string { return hash[:min(len(hash), 12)] }
