package publish

import (
	"regexp"
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline/publish/reporttest"
)

func TestNothingOverlapsIsCutOrFaintInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("many pages in a browser; -short leaves them out")
	}
	var pages []reporttest.Page
	all := cases()
	for _, name := range sortedNames(all) {
		for _, lang := range []string{"en", "zh"} {
			if lang == "en" || name != "two_years" && name != "million" { // the same words as company's
				pages = append(pages, reporttest.Page{Name: name + "_" + lang, HTML: render(t, all[name], lang)})
			}
		}
	}
	for _, seen := range reporttest.Look(t, pages, reporttest.Views()) {
		t.Run(seen.Page.Name+"_"+seen.View.String(), func(t *testing.T) {
			for _, fault := range seen.Faults {
				t.Error(fault)
			}
			if seen.Width > float64(seen.View.Width) && !seen.View.Print { // paper turns its widest tables across: the printed sheets are measured
				t.Errorf("the page is %v wide and scrolls sideways", seen.Width)
			}
			if seen.View.Width == 1440 && seen.StripBottom > 900 {
				t.Errorf("page one ends at %v, below a window of 900", seen.StripBottom)
			}
			if strings.HasPrefix(seen.Page.Name, "company") && seen.Charts < 6 {
				t.Errorf("only %d charts are seen", seen.Charts)
			}
			if want := seen.View.Dark && !seen.View.Print; seen.DarkGround != want {
				t.Errorf("the ground is dark: %t", seen.DarkGround)
			}
		})
	}
}

func TestAFaultWouldBeFound(t *testing.T) {
	page := render(t, company(), "en")
	broken := strings.NewReplacer("default-src 'none'", "default-src *", "</main>", `<svg class="chart" viewBox="0 0 100 20" width="400" height="80"><text x="5" y="15" font-size="9">one</text>`+
		`<text x="9" y="15" font-size="9">two</text><rect style="fill:#eeeeee" width="5" height="5"/><text x="50" y="9" font-size="5" style="fill:#bbbbbb">faint</text></svg>`+
		`<p style="width:60px;overflow:hidden;white-space:nowrap">much too long a sentence</p><div style="width:2000px">wide</div><h6>too deep</h6>`+
		`<p style="color:#bbbbbb">faint</p><img src="file:///nowhere.png"><script>console.error(1)</script></main>`, "</head>", "<script>undefined.x</script></head>").Replace(page)
	broken = strings.Replace(broken, "default-src *", "default-src * 'unsafe-inline'", 1)
	m := reporttest.Look(t, []reporttest.Page{{Name: "broken", HTML: broken}}, []reporttest.View{{Width: 1440, Axe: true}})[0]
	text := strings.Join(m.Faults, "\n")
	for _, want := range []string{"“one” overlaps “two”", "cut: “much", "a mark of class null has a contrast", "“faint” has a contrast", "axe heading-order", "axe color-contrast", "axe image-alt",
		"the page asks for file:///nowhere.png", "console.error", "uncaught", "holds a script"} {
		if !strings.Contains(text, want) {
			t.Errorf("not found: %s in\n%s", want, text)
		}
	}
	if m.Width <= 1440 {
		t.Errorf("the page is only %v wide", m.Width)
	}
}

func TestThePrintedReportHoldsEveryTable(t *testing.T) {
	whole := regexp.MustCompile(`-?[0-9][0-9.,-]*[0-9]|\b[a-z]{3,12}\b`) // what no line break divides
	for _, lang := range []string{"en", "zh"} {
		page := render(t, twoYears(), lang)
		sheets := reporttest.Print(t, page)
		squeeze := func(s string) string { return strings.Join(strings.Fields(strings.ReplaceAll(s, minus, "-")), "") }
		printed := squeeze(strings.Join(sheets.Pages, " "))
		for name, rows := range tables(page) {
			for _, row := range rows {
				for _, cell := range row {
					for _, word := range whole.FindAllString(cell, -1) {
						if !strings.Contains(printed, word) {
							t.Errorf("%s: %q of table %s is not printed", lang, word, name)
						}
					}
				}
			}
		}
		if n := len(sheets.Pages); n < 5 || n > 32 {
			t.Errorf("%s: the report prints on %d pages", lang, n)
		}
		if !strings.Contains(squeeze(sheets.Pages[0]), "2026-09-01-4f1c09ab77de") {
			t.Errorf("%s: the first page runs over onto the second", lang)
		}
		for _, fault := range sheets.Outside(t) {
			t.Errorf("%s: %s", lang, fault)
		}
	}
}
