package main

import (
	"path/filepath"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline"
)

// The README of the demo company tells why its customers left. The marts have to find it in the
// company's own files.
func TestTheMartsFindWhyTheCustomersOfTheDemoLeft(t *testing.T) {
	dir := demoDir(t)
	cfg, err := loadConfig(filepath.Join(dir, "pharos.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := pipeline.OpenRun(t.Context(), cfg, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	lately := "churned_on >= date '2025-09-01' and "
	for _, told := range []struct{ story, sql, want string }{
		{"three customers were lost to a competitor after a price complaint",
			"select count(*), min(competitor), max(competitor) from churn where class = 'competitive' and evidence like '%case_category=价格投诉'", "3|远曜光子|远曜光子"},
		{"nine were lost to that competitor by price in all, and the summary says so",
			"select class, sub_class, customers from churn_summary where class = 'competitive'", "competitive|price|9"},
		{"one region was lost to late deliveries: where most customers left for them, most left for them",
			"select region, count(*) >= 8 from churn inner join customers using (customer_id) where " + lately + "class = 'fault' and sub_class = 'delivery' group by region order by count(*) desc limit 1", "西南|true"},
		{"nearly all dealers of that region are gone, and more of them for late deliveries than for all else",
			`select count(*) filter (where state = 'churned') >= 14, count(*) filter (where state <> 'churned') <= 3, count(*) filter (where sub_class = 'delivery') > count(*) filter (where state = 'churned' and sub_class <> 'delivery')
				from churn inner join customers using (customer_id) where region = '西南' and kind = 'dealer'`, "true|true|true"},
		{"two moved away", "select customers from churn_summary where class = 'natural' and sub_class = 'moved'", "2"},
		{"what nobody has a word for is listed", "select string_agg(word, ' ' order by word) from churn_unmapped", "没有说明 联系不上"},
		{"the causes are all who left, each once", "select sum(customers) = (select value from kpis where kpi = 'churned_customers') from churn_summary", "true"},
		{"one said goodbye for the price and came back within ten days", "select rule, class, sub_class, days_away, left_again_on is null from win_backs where rule = 'stated_departure'", "stated_departure|fault|price|9|true"},
		{"the sources that could say who left are counted, and those that decide are named",
			"select string_agg(source, ' ' order by position) filter (where is_used), string_agg(source, ' ' order by position) filter (where not is_used) from churn_sources", "departure contract rhythm|flag model"},
	} {
		if got := answer(t, c, told.sql); got != told.want {
			t.Errorf("%s: %s\n got  %s\n want %s", told.story, told.sql, got, told.want)
		}
	}
}
