package pipeline

import (
	"testing"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// The newest rows are enough to be shown, but not where others of the customer are found by all of them.
func TestRowsByWhichOthersAreFoundAreAllRead(t *testing.T) {
	for _, c := range []struct {
		table  string
		loaded []string
		known  []string
		all    bool
	}{
		{"ledger", []string{"ledger", "contracts"}, nil, false},
		{"contracts", []string{"contracts"}, nil, false},
		{"contracts", []string{"contracts", "ledger"}, nil, true},
		{"order_lines", []string{"order_lines"}, nil, false},
		{"order_lines", []string{"order_lines", "returns"}, nil, true},
		{"order_lines", []string{"order_lines", "products"}, nil, true},
		{"order_lines", []string{"order_lines", "ledger"}, nil, true}, // of a run that did not keep whose the orders are
		{"order_lines", []string{"order_lines", "ledger"}, []string{ledgerOrders}, false},
		{"customers", []string{"customers"}, nil, true}, // has no day
	} {
		console := &Console{newest: 20, snapshot: &lake.Snapshot{}, loaded: map[string]bool{}, known: map[string]bool{}}
		for _, name := range c.loaded {
			console.loaded[name] = true
		}
		for _, name := range c.known {
			console.known[name] = true
		}
		if got := console.newestOf(c.table); (got.Rows == 0) != c.all {
			t.Errorf("%s beside %v: the newest %d", c.table, c.loaded, got.Rows)
		}
	}
}
