package publish

import (
	"strings"
	"testing"
)

func TestEveryFigureOfWhatCustomersBuyIsTheDatas(t *testing.T) {
	d := company()
	text := render(t, d, "en")
	page := tables(text)
	shown := 0
	for _, g := range needGroups(d, "category")[:categoryRows] {
		row := []string{g.Value, whole(g.Customers), cash(g.Revenue), cash(g.Profit), pct(*g.AtRiskShare), pct(*g.ChurnedShare)}
		for _, tier := range tierKeys() {
			row = append(row, whole(needGroup(d, "category", g.Value, tier).Customers))
		}
		expectRow(t, page["needs/By top category"], row...)
		shown++
	}
	others := sumGroups(needGroups(d, "category")[categoryRows:])
	expectRow(t, page["needs/By top category"], "all other categories", "56", cash(others.Revenue), cash(others.Profit), pct(*others.AtRiskShare), pct(*others.ChurnedShare),
		"4", "27", "0", "25")
	if shown != 10 || others.Customers != 22+22+7+5 {
		t.Errorf("%d categories are named, the others have %d customers", shown, others.Customers)
	}
	for level, word := range map[string]string{"high": "high", "low": "low", "unknown": "too few lines to tell"} {
		g := needGroup(d, "price_level", level, "all")
		expectRow(t, page["needs/By price level"], word, whole(g.Customers), cash(g.Revenue), cash(g.Profit), pct(*g.AtRiskShare), pct(*g.ChurnedShare))
	}
	for change, word := range map[string]string{"stopped": "bought nothing any more", "rhythm_slower": "buys less often", "none": "no change"} {
		g := needGroup(d, "change", change, "all")
		expectRow(t, page["needs/What changed since the window before"], word, whole(g.Customers), cash(g.ProfitBefore), cash(g.Profit), pct(*g.AtRiskShare), pct(*g.ChurnedShare))
	}
	plain := strings.ReplaceAll(text, nbsp, " ")
	for _, said := range []string{"Changed for the worse: 27 customers, with", "Something else, or another channel: 19 customers."} {
		if !strings.Contains(plain, said) {
			t.Errorf("the page does not say %q", said)
		}
	}
}

func TestWithoutCategoriesThePageSaysSo(t *testing.T) {
	d := company()
	d.Needs = []NeedGroup{{By: "category", Value: "unknown", Tier: "all", Customers: 3, Revenue: cents(100), AtRiskShare: ptr(0.0), ChurnedShare: ptr(0.0)}}
	text := render(t, d, "en")
	if !strings.Contains(text, "No product has a category") || strings.Contains(text, "needs-wide") {
		t.Error("a company without categories is told a top category")
	}
	d.Needs = nil
	if strings.Contains(render(t, d, "en"), "What customers buy") {
		t.Error("a company without order lines has a section about what customers buy")
	}
}
