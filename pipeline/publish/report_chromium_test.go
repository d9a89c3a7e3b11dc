package publish

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline/publish/reporttest"
)

func TestNothingOverlapsOrIsCutInABrowser(t *testing.T) {
	var layouts []reporttest.Layout
	all := cases()
	for _, name := range sortedNames(all) {
		for _, lang := range []string{"en", "zh"} {
			for _, width := range []int{1280, 390} {
				layouts = append(layouts, reporttest.Layout{Name: fmt.Sprintf("%s_%s_%d", name, lang, width), Page: render(t, all[name], lang), Width: width})
			}
		}
	}
	for i, m := range reporttest.Measure(t, layouts...) {
		t.Run(layouts[i].Name, func(t *testing.T) {
			for _, fault := range m.Faults {
				t.Error(fault)
			}
			if m.Width > float64(layouts[i].Width) {
				t.Errorf("the page is %v wide and scrolls sideways", m.Width)
			}
			if layouts[i].Width == 1280 && m.StripBottom > 800 {
				t.Errorf("page one ends at %v, below a window of 800", m.StripBottom)
			}
			if strings.HasPrefix(layouts[i].Name, "company") && m.Charts < 6 {
				t.Errorf("only %d charts are seen", m.Charts)
			}
		})
	}
}

func TestAnOverlapWouldBeFound(t *testing.T) {
	page := render(t, oneCustomer(), "en")
	broken := strings.Replace(page, "</main>", `<svg class="chart" viewBox="0 0 100 20" width="400" height="80"><text x="5" y="15" font-size="9">one</text><text x="9" y="15" font-size="9">two</text></svg>`+
		`<p style="width:60px;overflow:hidden;white-space:nowrap">much too long a sentence</p><div style="width:2000px">wide</div></main>`, 1)
	m := reporttest.Measure(t, reporttest.Layout{Name: "broken", Page: broken, Width: 1280})[0]
	text := strings.Join(m.Faults, "\n")
	if !strings.Contains(text, "overlap") || !strings.Contains(text, "cut") || m.Width <= 1280 {
		t.Errorf("the measuring script misses faults: %v", m)
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
