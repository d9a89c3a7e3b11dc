package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// Some relations need everybody's rows and yet no customer can be explained without them. The run
// keeps them beside its parameters; then one customer's rows are enough. keptWhole are small, most
// often empty, or, of prices, at most as many as are asked of anybody; and what Go steps say of customers beside the marts, which no reader can compute again.
func keptWhole() []string {
	return []string{"core.repeated_orders", "core.cost_shares", "core.identities", "core.window_sources", "core.shared_pools", ledgerOrders, "analysis.price_places", totalsRelation, tiersRelation,
		"publish.report_ranking", "publish.report_states", "publish.report_light", "publish.report_lists", // the five ends of every list's candidates among them: a few rows of the report each, so that it is rendered again at once
		"fit.purchase_model", "fit.models", "fit.holdouts", "fit.contract_models", "fit.survival", "fit.summaries", "fit.purchase_scores", "fit." + modelLimits}
}

// Two small relations of the report say where tier high ends.
const (
	totalsRelation = "publish.report_totals"
	tiersRelation  = "publish.report_tiers"
)

// ledgerOrders are the orders that ledger entries without a customer name, each with its customer.
const ledgerOrders = "core.ledger_orders"

// sharesRelation holds what was allocated to each customer. Only the shares in the window W are
// kept, ordered by customer, so that a reader finds one without reading all.
const sharesRelation = "core.allocations"

func keepShares(ctx context.Context, m *marts, dir string) error {
	if !slices.ContainsFunc(m.plan.models, func(md model.Model) bool { return md.Relation() == sharesRelation }) {
		return nil
	}
	_, err := freeze(ctx, m.DuckDB, "select profit_window, kind, customer_id, driver, weight, amount from "+sharesRelation+" where profit_window = 'current'",
		filepath.Join(dir, "run", sharesRelation+".parquet"), "customer_id", "kind")
	return err
}

// parsedFile holds what the parser said of the run's models.
const parsedFile = "parsed.json"

func keepParsed(models []model.Model, draft *publish.Draft) error {
	path, err := draft.Path("run", parsedFile)
	if err != nil {
		return err
	}
	text, err := json.Marshal(model.ParsedOf(models))
	if err != nil {
		return fmt.Errorf("keep what was parsed: %w", err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return fmt.Errorf("keep what was parsed: %w", err)
	}
	return nil
}

// parsedBefore is what a run kept, nothing when it kept none: then everything is parsed.
func parsedBefore(dir string) model.Parsed {
	text, err := os.ReadFile(filepath.Join(dir, "run", parsedFile))
	if err != nil {
		return nil
	}
	var before model.Parsed
	if json.Unmarshal(text, &before) != nil {
		return nil
	}
	return before
}
