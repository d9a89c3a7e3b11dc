package model

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// Severities of a check and verdicts of its result, as they stand in the mart quality.
const (
	severityError   = "error"
	severityWarning = "warning"

	VerdictPassed  = "passed"
	VerdictWarning = "warning"
	VerdictFailed  = "failed" // an error: the run must not be published
)

// grainCheck is the check of every mart that its grain is unique and not null.
const grainCheck = "grain"

// Setting changes a check for one company: Name is check_name, or table_name.check_name, which wins.
type Setting struct {
	Name     string
	Severity string // error, warning; empty: as the check says
	AtMostBP int64  // share of failing rows that still passes, in basis points; negative: not set
}

// CheckResult is one row of the mart quality.
type CheckResult struct {
	CheckName, TableName string
	Severity             string
	Failing, Tested      int64
	Verdict              string
	Detail               string // what failed, by name, where the check says it; empty otherwise
}

// RunChecks runs the checks of a computed plan: the models of schema checks, whose rows are
// table_name varchar, failing bigint, tested bigint and, if they like, detail varchar, a sentence
// that names what failed; and the grain of every mart. Results are ordered by check, then table. A
// failing check is no error; its verdict says what it means.
func RunChecks(ctx context.Context, eng Engine, plan []Model, settings []Setting) ([]CheckResult, error) {
	var results []CheckResult
	for _, m := range plan {
		found, err := runCheck(ctx, eng, m)
		if err != nil {
			return nil, err
		}
		results = append(results, found...)
	}
	for i := range results {
		results[i].judge(settings)
	}
	slices.SortFunc(results, func(a, b CheckResult) int {
		return strings.Compare(a.CheckName+"\x00"+a.TableName, b.CheckName+"\x00"+b.TableName)
	})
	return results, nil
}

// runCheck runs a check model, or the grain check of a mart.
func runCheck(ctx context.Context, eng Engine, m Model) ([]CheckResult, error) {
	switch {
	case m.Schema == "checks":
		if _, err := eng.Build(ctx, m, ""); err != nil {
			return nil, err
		}
		query := "select * from " + quoteRelation(m.Relation())
		return readCheck(ctx, eng, m, query, CheckResult{CheckName: m.Name, Severity: m.Severity})
	case m.Mart && len(m.Grain) > 0:
		return readCheck(ctx, eng, m, grainQuery(m), CheckResult{CheckName: grainCheck, Severity: severityError})
	}
	return nil, nil
}

// grainQuery counts, in one pass, the rows whose grain is incomplete or not alone.
func grainQuery(m Model) string {
	incomplete := make([]string, len(m.Grain))
	for i, column := range m.Grain {
		incomplete[i] = quoteName(column) + " is null"
	}
	columns := quoteNames(m.Grain)
	return "select " + quoteText(m.Name) + " as table_name," +
		" cast(coalesce(sum(case when same > 1 or " + strings.Join(incomplete, " or ") + " then same end), 0) as bigint) as failing," +
		" cast(coalesce(sum(same), 0) as bigint) as tested" +
		" from (select " + columns + ", count(*) as same from " + quoteRelation(m.Relation()) + " group by " + columns + ") as keys"
}

// readCheck reads the columns of a check.
func readCheck(ctx context.Context, eng Engine, m Model, query string, result CheckResult) ([]CheckResult, error) {
	rows, err := eng.Query(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("check %s (%s): %w", result.CheckName, m.Path, err)
	}
	var results []CheckResult
	for _, row := range rows.Values {
		value := func(column string) any {
			if i := slices.Index(rows.Columns, column); i >= 0 {
				return row[i]
			}
			return nil
		}
		table, isText := value("table_name").(string)
		failing, isCount := value("failing").(int64)
		tested, isTotal := value("tested").(int64)
		if !isText || !isCount || !isTotal {
			return nil, fmt.Errorf("%s:1: a check gives table_name varchar, failing bigint, tested bigint, never NULL; this one gave %v", m.Path, row)
		}
		result.TableName, result.Failing, result.Tested = table, failing, tested
		result.Detail, _ = value("detail").(string) // NULL, or no such column: nothing to say
		results = append(results, result)
	}
	return results, nil
}

// judge applies the settings and sets the verdict.
func (r *CheckResult) judge(settings []Setting) {
	allowed := int64(0)
	for _, name := range []string{r.CheckName, r.TableName + "." + r.CheckName} {
		for _, s := range settings {
			if s.Name != name {
				continue
			}
			if s.Severity != "" {
				r.Severity = s.Severity
			}
			if s.AtMostBP >= 0 {
				allowed = s.AtMostBP
			}
		}
	}
	switch {
	case withinShare(r.Failing, r.Tested, allowed):
		r.Verdict = VerdictPassed
	case r.Severity == severityWarning:
		r.Verdict = VerdictWarning
	default:
		r.Verdict = VerdictFailed
	}
}

// withinShare compares failing/tested with a share in basis points, exactly and for any counts.
func withinShare(failing, tested, basisPoints int64) bool {
	share := new(big.Int).Mul(big.NewInt(failing), big.NewInt(10_000))
	limit := new(big.Int).Mul(big.NewInt(tested), big.NewInt(basisPoints))
	return failing == 0 || share.Cmp(limit) <= 0
}

// UnknownSettings reports settings that name no check among all loaded models, with the nearest
// names, so that a typing error is not silently without effect.
func UnknownSettings(models []Model, settings []Setting) error {
	known := []string{grainCheck}
	for _, m := range models {
		if m.Schema == "checks" {
			known = append(known, m.Name)
		}
	}
	var errs []error
	for _, s := range settings {
		name := s.Name[strings.LastIndexByte(s.Name, '.')+1:]
		if !slices.Contains(known, name) {
			errs = append(errs, fmt.Errorf("unknown check %s%s", s.Name, DidYouMean(name, known)))
		}
	}
	return errors.Join(errs...)
}
