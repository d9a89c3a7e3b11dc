package main

import (
	"math"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline"
)

func TestWhatACustomerBuysIsExplainedByTheirLines(t *testing.T) {
	_, config := mixedRun(t)
	cfg, err := loadConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, customer := range []string{"A", "B", "C"} {
		c, err := pipeline.OpenRun(t.Context(), cfg, "")
		if err != nil {
			t.Fatal(err)
		}
		explain := func(column string) *pipeline.Figure {
			f, err := c.ExplainFigure(t.Context(), customer, "needs", column, 0)
			if err != nil {
				t.Fatalf("needs.%s of %s: %v", column, customer, err)
			}
			return f
		}
		for _, column := range []string{"net_money", "lines", "products"} {
			if f := explain(column); !f.IsSum || !f.Agrees() || f.Total == 0 {
				t.Errorf("needs.%s of %s is %s; its %d rows add up to %s", column, customer, f.Value, f.Total, f.Sum)
			}
		}
		// the places are those among everybody's prices, though only the customer's rows are read
		position, sum := explain("price_position"), 0.0
		for _, row := range position.Entries.Values {
			place, ok := row[len(row)-1].(float64)
			if !ok {
				t.Fatalf("a line of %s has no place: %v", customer, row)
			}
			sum += place
		}
		for i, name := range position.Row.Columns {
			if name == "price_position" {
				compared++
				if v := position.Row.Values[0][i].(float64); math.Abs(v-sum/float64(len(position.Entries.Values))) > 1e-9 {
					t.Errorf("price_position of %s is %v, the mean of its lines %v", customer, v, sum/float64(len(position.Entries.Values)))
				}
			}
		}
		if f := explain("top_category"); f.Entries.Values[0][0] != f.Value {
			t.Errorf("the top category of %s is %s, the first of the rows %v", customer, f.Value, f.Entries.Values[0])
		}
		if f := explain("change"); f.Formula == "" {
			t.Errorf("the change of %s is not explained", customer)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	if compared != 3 {
		t.Errorf("%d price positions were compared", compared)
	}
}
