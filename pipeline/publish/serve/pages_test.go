package serve

import (
	"context"
	"html"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// hostile are texts that a source may hold as a name, an id, a segment or a value.
func hostile() []string {
	return []string{
		"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "javascript:alert(1)", "'; drop table customers; --", "</title></style><svg onload=alert(1)>",
		"\u202egnp.exe\u202c \u2066mirror\u2069", "\x1b[31mred\x1b[0m\x07", "line\r\nSet-Cookie: a=b", "nul\x00nul", "{{.Secret}} ${7*7}", "../../etc/passwd", "&lt;b&gt;", strings.Repeat("長い名前", 2500), "=cmd|' /C calc'!A0", "\u200b\ufeff", "%00%2e%2e%2f", "a\u2028b\xff\xfe",
	}
}

// hostileRun says the text wherever a run can say one.
func hostileRun(text string) func(*Run) {
	return func(r *Run) {
		all := func(t Table) Table {
			t.Rows = slices.Clone(t.Rows)
			for i, row := range t.Rows {
				row = slices.Clone(row)
				for j := range row {
					row[j] = text
				}
				t.Rows[i] = row
			}
			t.Sentence = text
			return t
		}
		customer := func(ctx context.Context, id string) (*Customer, error) {
			c := &Customer{ID: text, MergedFrom: text, SourceIDs: []string{text}, Summary: Summary{Name: text, Kind: text, Parent: text, Tier: text, PreviousTier: text, Basis: text, Profit: text,
				Parts: []Amount{{text, text}}, Rank: text, Customers: text, ToCut: text, Churn: text, Class: text, SubClass: text, EvidenceEN: text, EvidenceZH: text, Segments: [][2]string{{text, text}}, Lists: [][2]string{{text, text}}}}
			for _, t := range townTables() {
				c.Tables = append(c.Tables, all(t))
			}
			return c, nil
		}
		r.Customer, r.Explain = customer, customer
		found := all(Table{Columns: []string{"customer_id", "name", "kind", "region", "tier", "profit"}, Types: []string{"varchar", "varchar", "varchar", "varchar", "varchar", "decimal(38,4)"}, Rows: [][]string{make([]string, 6)}})
		r.Search = func(context.Context, string) (*Table, error) { return &found, nil }
		r.Members = func(context.Context, string, string) (*Table, error) { return &found, nil }
		r.Figure = func(context.Context, string, string, string) (*Figure, error) {
			t := all(townTables()[0])
			return &Figure{Customer: text, Mart: text, Column: text, Sentence: text, Meaning: text, Value: text, Formula: text, Row: t, Entries: &t, IsSum: true, Sum: text, Basis: []Table{t}}, nil
		}
		rows := r.Rows
		r.Rows = func(ctx context.Context, mart string, most int) (*Table, error) {
			t, err := rows(ctx, mart, most)
			if err != nil {
				return nil, err
			}
			h := all(*t)
			return &h, nil
		}
		r.Marts[0].Sentence, r.Marts[0].Columns[0].Sentence = text, text
	}
}

func townTables() []Table {
	c, _ := townRun(&publish.Manifest{}).Customer(context.Background(), "C1")
	return c.Tables
}

// sheets are the pages that show what a run says.
func pagePaths() []string {
	var paths []string
	for _, row := range visible {
		if row.local == http.StatusOK && !strings.HasPrefix(row.path, "/download") && !strings.HasPrefix(row.path, "/report") && !strings.HasSuffix(row.path, ".css") && !strings.HasSuffix(row.path, ".svg") {
			paths = append(paths, row.path)
		}
	}
	return paths
}

func TestHostileNamesAreHarmlessOnEveryPage(t *testing.T) {
	allowed := regexp.MustCompile(`^(?:html|head|meta|title|link|body|a|header|p|strong|bdi|span|nav|ul|li|div|form|label|input|button|main|h1|h2|section|dl|dt|dd|code|table|caption|thead|tbody|tr|th|td|details|summary|footer)$`)
	tag := regexp.MustCompile(`<([a-zA-Z!][^\s>/]*)`)
	for _, text := range hostile() {
		w := newTown(t)
		files := townFiles(firstRun)
		files["lists/keep/list.csv"] = "customer_id,name,contact,reason\n\"" + strings.ReplaceAll(text, `"`, `""`) + "\",\"" + strings.ReplaceAll(text, `"`, `""`) + "\",x,y\n"
		w.write(firstRun, publish.StatusPublished, files)
		w.answers = hostileRun(text)
		w.start(false, func(o *Options) { o.Company = text })
		for _, path := range pagePaths() {
			for _, lang := range []string{"en", "zh"} {
				joint := "?"
				if strings.Contains(path, "?") {
					joint = "&"
				}
				got := w.get(path+joint+"lang="+lang, "")
				if got.status != 200 {
					t.Errorf("%.30q on %s: %d", text, path, got.status)
					continue
				}
				for _, m := range tag.FindAllStringSubmatch(got.body, -1) {
					if !allowed.MatchString(m[1]) && m[1] != "!DOCTYPE" {
						t.Errorf("%.30q on %s made the element %s", text, path, m[1])
					}
				}
				for _, attribute := range regexp.MustCompile(`(?i)\s(on[a-z]+|style|src|formaction)=|href="(?:javascript|data):`).FindAllString(withoutTexts(got.body), -1) {
					t.Errorf("%.30q on %s made the attribute %q", text, path, attribute)
				}
				for _, r := range html.UnescapeString(got.body) {
					if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028') {
						t.Errorf("%.30q on %s leaves %U", text, path, r)
						break
					}
				}
				if len(got.body) > 400_000 {
					t.Errorf("%.30q on %s makes a page of %d bytes", text, path, len(got.body))
				}
			}
		}
		if has(w.said, "\x1b") {
			t.Errorf("%.30q reaches the operator's terminal as it is", text)
		}
	}
}

// withoutTexts leaves the tags of a page, without what stands in quotes except for href.
func withoutTexts(page string) string {
	tags := strings.Join(regexp.MustCompile(`<[a-zA-Z][^>]*>`).FindAllString(page, -1), "\n")
	return regexp.MustCompile(`(title|value|aria-label|content)="[^"]*"`).ReplaceAllString(tags, "")
}

func TestPagesHoldNoScriptAndAreInOrder(t *testing.T) {
	w := newTown(t).start(false)
	people := newTown(t).start(true)
	pages := map[string]string{"/login": people.get("/login", "").body, "error": w.get("/nothing", "").body, "zh": w.get("/customer?id=C1&lang=zh", "").body}
	for _, path := range pagePaths() {
		pages[path] = w.get(path, "").body
	}
	for path, page := range pages {
		if strings.Contains(strings.ToLower(page), "<script") || strings.Contains(page, "http://") || strings.Contains(page, "https://") || strings.Contains(page, "style=") {
			t.Errorf("%s holds a script, a style or an address of another place", path)
		}
		last := 0
		for _, h := range regexp.MustCompile(`<h([1-6])`).FindAllStringSubmatch(page, -1) {
			level := int(h[1][0] - '0')
			if level > last+1 || level == 1 && last > 0 {
				t.Errorf("%s: a heading of level %d after %d", path, level, last)
			}
			last = level
		}
		if strings.Count(page, "<h1") != 1 || !strings.Contains(page, `<a class="skip" href="#content">`) || !strings.Contains(page, `id="content"`) || !regexp.MustCompile(`<html lang="(en|zh-Hans)">`).MatchString(page) {
			t.Errorf("%s has no one heading, no skip link or no language", path)
		}
		for _, th := range regexp.MustCompile(`<th[^e][^>]*>`).FindAllString(page, -1) {
			if !strings.Contains(th, "scope=") {
				t.Errorf("%s: %s has no scope", path, th)
			}
		}
		for _, input := range regexp.MustCompile(`<input id="([^"]*)"`).FindAllStringSubmatch(page, -1) {
			if !strings.Contains(page, `<label for="`+input[1]+`"`) {
				t.Errorf("%s: the field %s has no label", path, input[1])
			}
		}
		ids := map[string]bool{}
		for _, id := range regexp.MustCompile(`\sid="([^"]*)"`).FindAllStringSubmatch(page, -1) {
			if ids[id[1]] {
				t.Errorf("%s: the id %s stands twice", path, id[1])
			}
			ids[id[1]] = true
		}
	}
	if !strings.Contains(pages["zh"], `<html lang="zh-Hans">`) || !strings.Contains(pages["zh"], "利润构成") || !strings.Contains(pages["zh"], `href="/figure?column=profit&amp;id=C1&amp;lang=zh`) {
		t.Error("the Chinese page is not Chinese, or its links are not")
	}
}

func TestEveryFigureOfACustomerLeadsToItsRows(t *testing.T) {
	w := newTown(t).start(false)
	page := html.UnescapeString(w.get("/customer?id=C1", "").body)
	for _, column := range []string{"profit", "share", "basis"} {
		if !strings.Contains(page, "/figure?column="+column+"&id=C1&mart=customer_profit") {
			t.Errorf("%s leads nowhere", column)
		}
	}
	if !strings.Contains(page, "/figure?column=tier&id=C1&mart=tier_history") {
		t.Error("a column of several rows leads nowhere")
	}
}

func TestEveryWordOfThePagesIsUsedAndKnown(t *testing.T) {
	var text strings.Builder
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range append(files, templateFiles(t)...) {
		name := f.Name()
		if strings.HasSuffix(name, ".gohtml") {
			name = "templates/" + name
		}
		if f.IsDir() || strings.HasSuffix(name, "_test.go") {
			continue
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text.Write(b)
	}
	words := publish.NewWords("en", "EUR")
	for _, m := range regexp.MustCompile(`(?:Say\(|Say |title: |word = [\w., ]*|word := )"([a-z_]+(?:\.[a-z_]+)+)"`).FindAllStringSubmatch(text.String(), -1) {
		if strings.HasSuffix(m[1], "_") || words.Say(m[1]) != m[1] {
			continue
		}
		t.Errorf("the pages say %q, for which there is no word", m[1])
	}
	catalogue, err := os.ReadFile("../words_serve.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`\t"([a-z_]+)\.([a-z_.]+)":`).FindAllStringSubmatch(string(catalogue), -1) {
		group := `"` + m[1] + `."` // joined with a key
		term := `Term("` + m[1] + `"`
		if !strings.Contains(text.String(), `"`+m[1]+"."+m[2]+`"`) && !strings.Contains(text.String(), group) && !strings.Contains(text.String(), term) && m[1]+"."+strings.TrimRight(m[2], "abcdefghijklmnopqrstuvwxyz") != "file.report_" {
			t.Errorf("no page says %s.%s", m[1], m[2])
		}
	}
}

func templateFiles(t *testing.T) []os.DirEntry {
	t.Helper()
	files, err := os.ReadDir("templates")
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(files, func(f os.DirEntry) bool { return !strings.HasSuffix(f.Name(), ".gohtml") })
}
