package publish

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
)

//go:embed templates/*.gohtml templates/*.css
var reportTemplates embed.FS

// Limits of what the report shows, so that its size does not grow with the company's.
const (
	rankedRows       = 20
	cohortRows       = 24
	cohortAges       = 24
	chartPeriods     = 24
	chartPeriodsThin = 12 // on a narrow drawing
	segmentRows      = 12
	segmentations    = 12
	causeRows        = 16
	ruleRows         = 25
	ruleExamples     = 3
	tableRows        = 60 // checks, freshness, not computed
)

// WriteReport writes the executive report as one self-contained HTML file in English ("en") or
// Chinese ("zh"): no script, no external request, under 1 MB whatever the number of customers.
// The same data gives the same bytes. It fails on an unknown language and when w does.
func WriteReport(w io.Writer, d ReportData, lang string) error {
	if lang != "en" && lang != "zh" {
		return fmt.Errorf("write report: no words for language %q: use en or zh", lang)
	}
	s := newSpeech(lang, d.Currency)
	page := newPage(s, d)
	styles, err := reportTemplates.ReadFile("templates/report.css")
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	page.Styles = template.CSS(styles)
	t, err := template.New("").Funcs(template.FuncMap{"say": s.say}).ParseFS(reportTemplates, "templates/*.gohtml")
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	var b strings.Builder
	if err := t.ExecuteTemplate(&b, "report", page); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	if len(s.missing) > 0 {
		return fmt.Errorf("write report: no word for %s", strings.Join(sortedKeys(s.missing), ", "))
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

func sortedKeys(set map[string]bool) []string {
	keys := make([]string, 0, len(set))
	for k := range set {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// page is what the template shows: every word said, every figure formatted.
type page struct {
	Lang, Title, Company, AsOf, Lede, Note string
	Styles                                 template.CSS
	Light                                  lightView
	Drivers                                driversView
	Actions                                actionsView
	Strip                                  []pair
	Sections                               []section
	Provenance                             []pair
	Closing                                string
}

// pair is a term and what is said of it.
type pair struct {
	Name, Value string
	Code        bool // an identifier, not a word
}

// section is one finding: its sentence, its chart, its definition and its tables.
type section struct {
	ID, Heading string
	Findings    []string // the first is the finding, the others support it
	Wide        template.HTML
	Narrow      template.HTML
	Legend      []legendItem
	Figures     []pair
	Heat        *heatMap
	Tables      []table // open
	Details     []table // behind a summary
	Definition  string
	Terms       []pair // definitions, term by term
}

// legendItem explains a colour of a chart.
type legendItem struct{ Class, Name string }

// table is a table of the page; the first cell of each row is its heading.
type table struct {
	Caption string
	Label   string // what a screen reader calls it: no two tables of the page by the same name
	Note    string
	Columns []heading
	Rows    [][]cell
	Total   []cell
}

// heading is a column's name; Class "n" aligns figures, "bar" holds slivers, "text" wraps.
type heading struct{ Name, Class string }

// cell is one field: a text, or a sliver.
type cell struct {
	Text  string
	Full  string // the whole text where Text is shortened
	Code  bool   // an identifier
	Mark  string // tier key, for the dot before it
	Small string // a second, quieter line
	Bar   template.HTML
}

func words(texts ...string) []cell {
	cells := make([]cell, len(texts))
	for i, t := range texts {
		cells[i] = cell{Text: t}
	}
	return cells
}

// customer is the cell of a customer: its name in full as a hint, its number below it.
func customer(name, id string) cell {
	full := fullName(name, id)
	c := cell{Text: shorten(full, 48)}
	if c.Text != full {
		c.Full = shorten(full, 240)
	}
	if id = plain(id); id != full {
		c.Small = shorten(id, 40)
	}
	return c
}

func newPage(s *speech, d ReportData) *page {
	company := shorten(plain(d.Company), 60)
	p := &page{
		Lang: map[string]string{"en": "en", "zh": "zh-Hans"}[s.lang], Company: company, AsOf: s.day(d.AsOf),
		Title: headline(s, d), Lede: lede(s, d),
		Light: light(s, d), Drivers: drivers(s, d), Actions: actions(s, d), Strip: strip(s, d),
		Provenance: provenance(s, d), Closing: s.say("prov.closing"),
	}
	if s.known("note", d.Basis) {
		p.Note = s.say("note." + d.Basis)
	}
	for _, build := range []func(*speech, ReportData) (section, bool){
		sinceSection, lightSection, bridgeSection, whaleSection, tierSection, movementSection, rankingSection,
		cohortSection, staySection, periodSection, contractSection, renewalSection, lifecycleSection, moneySection, churnSection, potentialSection, offerSection, needSection, funnelSection, signingSection, satisfactionSection, segmentSection,
		listSection, kpiSection, ledgerSection, restatementSection, trustSection,
	} {
		if sec, ok := build(s, d); ok {
			p.Sections = append(p.Sections, sec.labelled(s))
		}
	}
	if d.IsAliased {
		p.Note = s.sentences(p.Note, s.say("alias.note"))
	}
	return p
}

// labelled names each table for those who do not see where it stands: by its caption, else by its
// section, and by its place where the section has another of that name.
func (sec section) labelled(s *speech) section {
	seen := map[string]int64{}
	for _, tables := range [][]table{sec.Tables, sec.Details} {
		for i := range tables {
			name := tables[i].Caption
			if name == "" {
				name = s.say("table")
			}
			name = s.say("table.of", sec.Heading, name)
			if seen[name]++; seen[name] > 1 {
				name += " " + s.number(seen[name])
			}
			tables[i].Label = name
		}
	}
	return sec
}
