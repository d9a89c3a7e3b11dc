package pipeline

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

// named is a number under its name in a JSON text.
type named struct {
	name  string
	value float64
}

// numbersJSON writes numbers with ten digits, in their order.
func numbersJSON(numbers []named) string {
	var parts []string
	for _, n := range numbers {
		parts = append(parts, strconv.Quote(n.name)+": "+strconv.FormatFloat(n.value, 'g', 10, 64))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// noMargin is the reason of a usable purchase model from which no value follows: what its purchases
// leave as profit is not known.
const noMargin = "no_margin"

// summariseModels writes a row for each model: its parameters by name with what else its numbers
// depend on, and how it did on the hold-out.
func summariseModels(ctx context.Context, from model.Reader, add func(...any) error) error {
	terms, err := readTerms(ctx, from)
	if err != nil {
		return err
	}
	fits, err := readFitted(ctx, from, "select * from fit.purchase_model union all select * from fit.models where role = 'now'")
	if err != nil {
		return err
	}
	slices.SortFunc(fits, func(a, b fitted) int { return strings.Compare(a.model, b.model) })
	given := []named{{"unit_days", terms.unit}, {"horizon", float64(terms.horizon)}, {"discount", terms.discount}}
	margin, hasMargin, err := marginOf(ctx, from, roleNow)
	if err != nil {
		return err
	}
	if hasMargin {
		given = append(given, named{"margin", margin})
	}
	var heldOut any
	then, found, err := cutAs(ctx, from, roleHoldout)
	if err != nil {
		return err
	}
	if found {
		heldOut = then.daysAfter
	}
	trials, err := readTrials(ctx, from)
	if err != nil {
		return err
	}
	used := inUse(fits, terms.model)
	for _, f := range fits {
		row := summary{fitted: f, given: given, heldOut: heldOut, usable: f.fit != nil && f.reason == ""}
		if used != nil && f.model == used.model && !hasMargin {
			row.reason, row.detail = noMargin, "the customers' net revenue in the profit window is not above zero, so it has no profit margin: purchases are expected, no value is"
		}
		if f.model == gammaGamma {
			row.given = nil
		}
		if t, tried := trials[f.model]; tried && t.actual != 0 {
			row.missedBy = t.predicted/t.actual - 1
			if f.model != gammaGamma {
				row.perCustomer = t.absent / float64(t.customers)
			}
		}
		if err := add(row.values()...); err != nil {
			return err
		}
	}
	return summariseContracts(ctx, from, add)
}

// readTrials are the hold-outs over all customers, by model.
func readTrials(ctx context.Context, from model.Reader) (map[string]trial, error) {
	trials := map[string]trial{}
	_, err := bind(ctx, from, "select * from fit.holdouts where bought = "+literal(everybody), func(r record) any {
		trials[r.text("model")] = trial{r.count("customers"), r.share("predicted"), r.share("actual"), r.share("absolute_error")}
		return nil
	})
	return trials, err
}

// summariseContracts writes the rows of the models of contracts.
func summariseContracts(ctx context.Context, from model.Reader, add func(...any) error) error {
	const query = "select * from fit.contract_models order by model"
	fits, err := readFitted(ctx, from, query)
	if err != nil {
		return err
	}
	type extra struct {
		months float64
		missed *float64
	}
	extras, err := bind(ctx, from, query, func(r record) extra {
		return extra{float64(r.count("period_months")), r.shareOrNil("holdout_error")}
	})
	if err != nil {
		return err
	}
	for i, f := range fits {
		row := summary{fitted: f, given: []named{{"period_months", extras[i].months}}, usable: f.fit != nil && f.reason == ""}
		if extras[i].missed != nil {
			row.missedBy = *extras[i].missed
		}
		if err := add(row.values()...); err != nil {
			return err
		}
	}
	return nil
}

// summary is a row of fit.summaries.
type summary struct {
	fitted
	given                          []named
	heldOut, missedBy, perCustomer any
	usable                         bool
}

func (s summary) values() []any {
	row := []any{s.model, nil, nil, nil, nil, nil, s.heldOut, s.missedBy, s.perCustomer, s.correlation, s.usable, orNull(s.reason), orNull(s.detail)}
	if s.fit == nil {
		return row
	}
	row[1], row[2] = numbersJSON(slices.Concat(paired(s.fit, s.fit.Values), s.given)), numbersJSON(paired(s.fit, standardErrors(s.fit)))
	row[3], row[4], row[5] = s.fit.LogLikelihood, s.fit.Customers, s.fit.Gradient
	return row
}

func paired(fit *analysis.Fit, values []float64) []named {
	var out []named
	for i, name := range fit.Names {
		out = append(out, named{name, values[i]})
	}
	return out
}

// standardErrors are those of the parameters themselves: the errors of the logarithms times the
// parameters, to first order.
func standardErrors(fit *analysis.Fit) []float64 {
	var out []float64
	for i, v := range fit.Values {
		out = append(out, v*fit.LogErrors[i])
	}
	return out
}
