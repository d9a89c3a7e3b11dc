package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

// The days that customers are looked at from (analysis.lifetime_cuts).
const (
	roleNow      = "now"      // D
	roleHoldout  = "holdout"  // the models are tried on what came after it
	roleBacktest = "backtest" // D a year ago
)

// fittedColumns are those of fit.purchase_model and fit.models: a fit, or why there is none.
// Numbers in texts have every digit; fit.summaries rounds them for people.
var fittedColumns = []string{"role varchar", "model varchar", "reason varchar", "detail varchar", "parameters varchar", "log_errors varchar",
	"log_covariance varchar", "log_likelihood double", "customers bigint", "gradient double", "correlation double"}

// fitSteps are the relations that Go computes. They stand in the graph like models: ordered by
// what they read, skipped when it is missing, computed for an earlier month when something that is
// computed for it reads them.
func fitSteps() []model.Model {
	step := func(name, sentence, grain string, needs string, do model.Step, columns []string, reads ...string) model.Model {
		m := model.Model{Schema: model.StepSchema, Name: name, Path: "fit." + name, Step: do, Output: namedColumns(columns...),
			Header: model.Header{Sentence: sentence, Grain: listed(grain), Needs: listed(needs)}}
		for _, relation := range reads {
			m.Refs = append(m.Refs, refTo(relation))
		}
		return m
	}
	return []model.Model{
		step("purchase_model", "The configured purchase model, fitted to what is known at D, and NBD where it stands in for it.", "role, model", "order_lines", fitPurchaseModel, fittedColumns,
			"run.lifetime", "analysis.lifetime_cuts", "analysis.purchase_groups"),
		step("purchase_scores", "A customer as the purchase model in use sees them at D.", "customer_id", "order_lines", scorePurchases,
			[]string{"customer_id varchar", "p_alive double", "p_none double", "expected_purchases double"},
			"run.lifetime", "fit.purchase_model", "analysis.lifetime_cuts", "analysis.purchase_histories"),
		step("models", "A lifetime model beside the configured one at D, and every model before the hold-out and a year ago.", "role, model", "order_lines", fitModels, fittedColumns,
			"run.lifetime", "fit.purchase_model", "analysis.lifetime_cuts", "analysis.purchase_groups", "analysis.spend_groups"),
		step("holdouts", "What a model learnt before the hold-out says of it, by repeat days until then.", "model, bought", "order_lines", tryModels,
			[]string{"model varchar", "bought varchar", "customers bigint", "predicted double", "actual double", "absolute_error double"},
			"run.lifetime", "fit.models", "analysis.lifetime_cuts", "analysis.holdout_groups", "analysis.holdout_spend"),
		step("customer_values", "A customer's expected value at D.", "customer_id", "order_lines", valueCustomers,
			[]string{"customer_id varchar", "expected_spend double", "clv double", "clv_low double", "clv_high double"},
			"run.lifetime", "fit.purchase_model", "fit.models", "analysis.lifetime_cuts", "analysis.purchase_histories", "analysis.spend_totals", "analysis.profit_margins"),
		step("past_values", "A customer's expected value as it was said a year before D.", "customer_id", "order_lines", valueCustomersThen,
			[]string{"customer_id varchar", "clv double"},
			"run.lifetime", "fit.models", "analysis.lifetime_cuts", "analysis.purchase_histories", "analysis.spend_totals", "analysis.profit_margins"),
		step("contract_models", "A model of how long contracts last.", "model", "", fitContractModels, append(fittedColumns[1:len(fittedColumns)-1:len(fittedColumns)-1], "period_months bigint", "holdout_error double"),
			"analysis.tenures", "analysis.renewal_rhythm"),
		step("survival", "The share of a segment's customers who are still there after so many months.", "segmentation, segment, months", "", estimateSurvival,
			[]string{"segmentation varchar", "segment varchar", "months bigint", "at_risk bigint", "ended bigint", "survival double", "low double", "high double", "median double"},
			"analysis.tenure_groups"),
		step("stage_times", "The median days of a group of opportunities in a stage.", "segmentation, segment, position", "", estimateStageTimes,
			[]string{"segmentation varchar", "segment varchar", "position bigint", "timed bigint", "median_days double"}, "analysis.stage_time_groups"),
		step("satisfaction_slopes", "What goes with one point of score more.", "outcome, timing, element", "", estimateSlopes, slopeColumns, "analysis.score_groups"),
		step("basket_tests", "The chance that two products stand together in so many baskets or more, if neither cares for the other.", "together, of_a, of_b, baskets", "order_lines", testBaskets,
			[]string{"together bigint", "of_a bigint", "of_b bigint", "baskets bigint", "p_value double"}, "analysis.basket_counts"),
		step("summaries", "A lifetime model at D as people read it.", "model", "order_lines | contracts", summariseModels,
			[]string{"model varchar", "parameters varchar", "standard_errors varchar", "log_likelihood double", "customers bigint", "gradient double",
				"holdout_days bigint", "holdout_error double", "holdout_mae double", "correlation double", "usable boolean", "reason varchar", "detail varchar"},
			"run.lifetime", "fit.purchase_model", "fit.models", "fit.holdouts", "fit.contract_models", "analysis.lifetime_cuts", "analysis.profit_margins"),
	}
}

// lifetimeRelation is run.lifetime, the one row that the models, steps and statistics read.
func lifetimeRelation(p analysis.LifetimePolicy) relation {
	return table("run.lifetime", "model varchar", "unit_days bigint", "horizon_units bigint", "horizon_days bigint", "holdout_days bigint", "discount double", "tenure varchar").of([][]any{{
		p.Model, int64(p.UnitDays), int64(p.HorizonUnits()), int64(p.HorizonUnits() * p.UnitDays), int64(p.HoldoutDays), p.Discount(), orNull(p.Tenure)}})
}

// lifetimeTerms is run.lifetime as steps use it.
type lifetimeTerms struct {
	model    analysis.PurchaseModel
	unit     float64 // days
	horizon  int     // units
	discount float64 // per unit
}

func readTerms(ctx context.Context, from model.Reader) (lifetimeTerms, error) {
	rows, err := bind(ctx, from, "select * from run.lifetime", func(r record) lifetimeTerms {
		return lifetimeTerms{analysis.PurchaseModel(r.text("model")), float64(r.count("unit_days")), int(r.count("horizon_units")), r.share("discount")}
	})
	if err != nil {
		return lifetimeTerms{}, err
	}
	return rows[0], nil
}

// fitted is a row of fittedColumns.
type fitted struct {
	role, model string
	fit         *analysis.Fit // nil: refused
	reason      string
	detail      string
	correlation any // of value and number of repeat days; NULL for other models
}

// newFitted takes a fit, or tells a refusal from what must end the run.
func newFitted(role, name string, fit *analysis.Fit, err error) (fitted, error) {
	f := fitted{role: role, model: name, fit: fit}
	var refused *analysis.Refusal
	var lost *analysis.NotConverged
	switch {
	case err == nil:
	case errors.As(err, &refused):
		f.fit, f.reason, f.detail = nil, refused.Reason, refused.Detail
	case errors.As(err, &lost):
		f.fit, f.reason, f.detail = nil, lost.Reason, lost.Detail
	default:
		return f, fmt.Errorf("fit %s: %w", name, err)
	}
	return f, nil
}

// values are the row's values in the order of fittedColumns.
func (f fitted) values() []any {
	row := []any{f.role, f.model, orNull(f.reason), orNull(f.detail), nil, nil, nil, nil, nil, nil, f.correlation}
	if f.fit != nil {
		row[4], row[5], row[6] = exactJSON(f.fit.Values), exactJSON(f.fit.LogErrors), exactJSON(f.fit.LogCovariance)
		row[7], row[8], row[9] = f.fit.LogLikelihood, f.fit.Customers, f.fit.Gradient
	}
	return row
}

// exactJSON writes finite numbers with every digit.
func exactJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return "null" // a fit holds finite numbers only
	}
	return string(b)
}

// parameterNames are those of a model's parameters, in order.
func parameterNames(name string) []string {
	switch name {
	case string(analysis.ParetoNBD):
		return []string{"r", "alpha", "s", "beta"}
	case string(analysis.NBD):
		return []string{"r", "alpha"}
	case gammaGamma:
		return []string{"p", "q", "v"}
	case string(analysis.SBG):
		return []string{"a", "b"}
	case string(analysis.BDW):
		return []string{"a", "b", "c"}
	}
	return []string{"r", "alpha", "a", "b"}
}

// readFitted reads the fits that a query selects.
func readFitted(ctx context.Context, from model.Reader, query string) ([]fitted, error) {
	var broken error
	rows, err := bind(ctx, from, query, func(r record) fitted {
		f := fitted{model: r.text("model"), reason: r.text("reason"), detail: r.text("detail")}
		if _, hasRole := r.columns["role"]; hasRole {
			f.role = r.text("role")
			f.correlation = r.values[r.columns["correlation"]]
		}
		if r.text("parameters") == "" {
			return f
		}
		fit := &analysis.Fit{Names: parameterNames(f.model), LogLikelihood: r.share("log_likelihood"), Customers: r.count("customers"), Gradient: r.share("gradient")}
		broken = errors.Join(broken, json.Unmarshal([]byte(r.text("parameters")), &fit.Values),
			json.Unmarshal([]byte(r.text("log_errors")), &fit.LogErrors), json.Unmarshal([]byte(r.text("log_covariance")), &fit.LogCovariance))
		f.fit = fit
		return f
	})
	return rows, errors.Join(err, broken)
}

// purchases is the fit as a purchase model; nil when it was refused.
func (f fitted) purchases() *analysis.PurchaseFit {
	if f.fit == nil {
		return nil
	}
	return &analysis.PurchaseFit{Model: analysis.PurchaseModel(f.model), Fit: *f.fit}
}

// spend is the fit as a model of spend; nil when it was refused.
func (f fitted) spend() *analysis.SpendFit {
	if f.fit == nil {
		return nil
	}
	return &analysis.SpendFit{Fit: *f.fit}
}
