package pipeline

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

// gammaGamma is the model of spend, by the name it has in model_fit.
const gammaGamma = "gamma_gamma"

// purchaseModels are the models of purchases and leaving that every run fits, so that model_fit can
// say which of them predicted this company's hold-out best.
func purchaseModels() []analysis.PurchaseModel {
	return []analysis.PurchaseModel{analysis.MBGNBD, analysis.BGNBD, analysis.ParetoNBD}
}

func listed(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ", ")
}

func refTo(relation string) model.Ref {
	schema, name, _ := strings.Cut(relation, ".")
	return model.Ref{Schema: schema, Name: name}
}

// cut is a day of analysis.lifetime_cuts.
type cut struct {
	on        time.Time
	daysAfter int64
	history   int64 // days from the first activity of all
	roles     []string
}

func (c cut) is(role string) bool {
	for _, r := range c.roles {
		if r == role {
			return true
		}
	}
	return false
}

func readCuts(ctx context.Context, from model.Reader) ([]cut, error) {
	return bind(ctx, from, "select * from analysis.lifetime_cuts order by cut_on", func(r record) cut {
		c := cut{on: r.day("cut_on"), daysAfter: r.count("days_after"), history: r.count("history_days")}
		for _, role := range []string{roleNow, roleHoldout, roleBacktest} {
			if r.flag("is_" + role) {
				c.roles = append(c.roles, role)
			}
		}
		return c
	})
}

// cutAs is the day in a role, if there is one.
func cutAs(ctx context.Context, from model.Reader, role string) (cut, bool, error) {
	cuts, err := readCuts(ctx, from)
	for _, c := range cuts {
		if c.is(role) {
			return c, true, err
		}
	}
	return cut{}, false, err
}

func (c cut) where() string { return " where cut_on = date '" + c.on.Format(time.DateOnly) + "'" }

// buyers are the grouped histories of a cut, times in units of the models.
func (c cut) buyers(ctx context.Context, from model.Reader, unit float64) ([]analysis.Buyers, error) {
	var groups []analysis.Buyers
	err := from.Each(ctx, "select repeat_days, recency_days, age_days, customers from analysis.purchase_groups"+c.where(), func(row []any) error {
		groups = append(groups, analysis.Buyers{X: int(row[0].(int64)), TX: float64(row[1].(int64)) / unit, T: float64(row[2].(int64)) / unit, N: row[3].(int64)})
		return nil
	})
	return groups, err
}

// spenders are the grouped repeat days of a cut with their mean value.
func (c cut) spenders(ctx context.Context, from model.Reader) ([]analysis.Spend, error) {
	var groups []analysis.Spend
	err := from.Each(ctx, "select repeat_days, cast(repeat_value as double), customers from analysis.spend_groups"+c.where(), func(row []any) error {
		x := row[0].(int64)
		groups = append(groups, analysis.Spend{X: int(x), Z: row[1].(float64) / float64(x), N: row[2].(int64)})
		return nil
	})
	return groups, err
}

// fitPurchaseModel fits the configured model to all that is known at D.
func fitPurchaseModel(ctx context.Context, from model.Reader, add func(...any) error) error {
	terms, err := readTerms(ctx, from)
	if err != nil {
		return err
	}
	var groups []analysis.Buyers
	now, found, err := cutAs(ctx, from, roleNow)
	if err == nil && found {
		groups, err = now.buyers(ctx, from, terms.unit)
	}
	if err != nil {
		return err
	}
	fits, err := fitInUse(roleNow, terms.model, groups)
	if err != nil {
		return err
	}
	for _, f := range fits {
		if err := add(f.values()...); err != nil {
			return err
		}
	}
	return nil
}

// fitInUse fits the configured model and, where it says that nobody leaves, NBD: what every model
// of leaving comes to then, and what is used in its place.
func fitInUse(role string, m analysis.PurchaseModel, groups []analysis.Buyers) ([]fitted, error) {
	f, err := fitBuyers(role, m, groups)
	if err != nil || f.reason != analysis.ReasonNobodyLeaves {
		return []fitted{f}, err
	}
	nbd, err := fitBuyers(role, analysis.NBD, groups)
	if nbd.fit != nil {
		f.detail += fmt.Sprintf("; %s is used in its place", analysis.NBD)
	}
	return []fitted{f, nbd}, err
}

// inUse is the purchase fit that a day's numbers stand on: that of the configured model, or of NBD
// where it says that nobody leaves; nil without any.
func inUse(fits []fitted, configured analysis.PurchaseModel) *fitted {
	var nbd *fitted
	for i := range fits {
		switch f := &fits[i]; {
		case f.model == string(configured) && f.reason != analysis.ReasonNobodyLeaves:
			if f.fit == nil {
				return nil
			}
			return f
		case f.model == string(analysis.NBD) && f.fit != nil:
			nbd = f
		}
	}
	return nbd
}

func fitBuyers(role string, m analysis.PurchaseModel, groups []analysis.Buyers) (fitted, error) {
	fit, err := analysis.FitPurchases(m, groups)
	if err != nil {
		return newFitted(role, string(m), nil, err)
	}
	return newFitted(role, string(m), &fit.Fit, nil)
}

// fitModels fits what fit.purchase_model leaves: at D the other purchase models and the model of
// spend, before the hold-out all, a year ago those that say who is worth most.
func fitModels(ctx context.Context, from model.Reader, add func(...any) error) error {
	terms, err := readTerms(ctx, from)
	if err != nil {
		return err
	}
	now, err := readFitted(ctx, from, "select * from fit.purchase_model")
	if err != nil {
		return err
	}
	cuts, err := readCuts(ctx, from)
	if err != nil {
		return err
	}
	if len(cuts) == 0 { // nobody has bought: every model says so
		cuts = []cut{{roles: []string{roleNow}}}
	}
	used := inUse(now, terms.model)
	for _, c := range cuts {
		groups, err := c.buyers(ctx, from, terms.unit)
		if err != nil {
			return err
		}
		fits, err := c.fitPurchases(terms.model, used != nil && used.model == string(analysis.NBD), groups)
		if err != nil {
			return err
		}
		spend, err := c.fitSpend(ctx, from)
		if err != nil {
			return err
		}
		for _, f := range append(fits, spend) {
			if err := f.addFor(c, terms.model, add); err != nil {
				return err
			}
		}
	}
	return nil
}

// fitPurchases fits the models that somebody reads of the day. NBD is among them where it is used at
// D, so that it is tried on the hold-out too, and where the configured model finds nobody leaving.
func (c cut) fitPurchases(chosen analysis.PurchaseModel, withNBD bool, groups []analysis.Buyers) ([]fitted, error) {
	alone := func(role string) bool { return len(c.roles) == 1 && c.is(role) }
	var fits []fitted
	for _, m := range purchaseModels() {
		if m == chosen && alone(roleNow) || m != chosen && alone(roleBacktest) {
			continue
		}
		f, err := fitBuyers("", m, groups)
		if err != nil {
			return nil, err
		}
		fits = append(fits, f)
		withNBD = withNBD || m == chosen && f.reason == analysis.ReasonNobodyLeaves
	}
	if !withNBD || alone(roleNow) {
		return fits, nil
	}
	nbd, err := fitBuyers("", analysis.NBD, groups)
	return append(fits, nbd), err
}

// addFor adds the fit under every role of its day in which somebody reads it.
func (f fitted) addFor(c cut, chosen analysis.PurchaseModel, add func(...any) error) error {
	for _, role := range c.roles {
		isUsed := f.model == string(chosen) || f.model == string(analysis.NBD)
		if role == roleNow && isUsed || role == roleBacktest && !isUsed && f.model != gammaGamma {
			continue
		}
		f.role = role
		if err := add(f.values()...); err != nil {
			return err
		}
	}
	return nil
}

// mostCorrelated is how far the value of repeat days may go with their number: Gamma-Gamma supposes
// that it does not. Above it the fit is shown, and not called usable.
const mostCorrelated = 0.5

func (c cut) fitSpend(ctx context.Context, from model.Reader) (fitted, error) {
	groups, err := c.spenders(ctx, from)
	if err != nil {
		return fitted{}, err
	}
	var f fitted
	fit, err := analysis.FitSpend(groups)
	if err == nil {
		f, err = newFitted("", gammaGamma, &fit.Fit, nil)
	} else {
		f, err = newFitted("", gammaGamma, nil, err)
	}
	if len(groups) > 1 {
		f.correlation = analysis.Correlation(groups)
	}
	if c, _ := f.correlation.(float64); f.fit != nil && (c > mostCorrelated || c < -mostCorrelated) {
		f.reason = "correlated"
		f.detail = fmt.Sprintf("the value of repeat days goes with their number, correlation %.2f; the model supposes that it does not", c)
	}
	return f, err
}
