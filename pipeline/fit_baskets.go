package pipeline

import (
	"context"
	"fmt"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

// testBaskets gives the chance of so many common baskets, for every combination of counts that
// some pair of products has: there are far fewer of them than of pairs.
func testBaskets(ctx context.Context, from model.Reader, add func(...any) error) error {
	type counts struct{ together, ofA, ofB, all int64 }
	var waiting []counts
	// rows are added between two reads: a step's rows are appended on the connection that it reads from
	err := from.Each(ctx, "select distinct together, of_a, of_b, baskets from analysis.basket_counts order by together, of_a, of_b, baskets", func(row []any) error {
		waiting = append(waiting, counts{row[0].(int64), row[1].(int64), row[2].(int64), row[3].(int64)})
		return nil
	})
	if err != nil {
		return err
	}
	for _, c := range waiting {
		chance, err := analysis.FisherUpper(c.together, c.ofA, c.ofB, c.all)
		if err != nil {
			return fmt.Errorf("test of a pair: %w", err)
		}
		if err := add(c.together, c.ofA, c.ofB, c.all, chance); err != nil {
			return err
		}
	}
	return nil
}
