package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/govalues/decimal"

	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// WorkbookSetting is `publish: { workbook: … }`: what report.xlsx holds.
type WorkbookSetting struct {
	Rows  int      // the most rows of one sheet
	Marts []string // empty: those of DefaultWorkbook that the run has
	Pos   string   // where the marts are named, for errors
}

// DefaultWorkbook are the marts that people read beside the report, in its order. The others are
// read with SQL.
func DefaultWorkbook() []string {
	return []string{
		"kpis", "light", "customer_profit", "profit_tiers", "pareto", "whale_curve", "big_customers", "parent_profit", "profit_bridge", "tier_movement", "movement_causes",
		"segments", "rfm", "retention_cohorts", "retention_curve", "retention_periods", "lifecycle", "contract_retention", "contract_bridge", "contract_renewals", "renewals_due",
		"churn", "churn_summary", "churn_rates", "win_backs", "retention_money", "clv", "potential", "needs", "needs_by", "basket_pairs", "next_products", "satisfaction", "satisfaction_by", "satisfaction_response",
		"funnel", "signing", "pipeline", "stuck_deals", "entry_discipline", "reconciliation", "restatements", "receivables", "quality", "freshness", "findings", "customers",
	}
}

// unknownMarts reports marts of the workbook that there are not.
func unknownMarts(cfg *Config, models []model.Model) error {
	var errs []error
	var marts []string
	for _, md := range models {
		if md.Mart {
			marts = append(marts, md.Name)
		}
	}
	for _, name := range cfg.Workbook.Marts {
		if !slices.Contains(marts, name) {
			errs = append(errs, fmt.Errorf("%s: publish.workbook.marts: there is no mart %q%s", cfg.Workbook.Pos, name, model.DidYouMean(name, marts)))
		}
	}
	return errors.Join(errs...)
}

// writeWorkbook writes report.xlsx of computed marts. from holds them under their names.
func writeWorkbook(ctx context.Context, from model.Reader, cfg *Config, models []model.Model, data publish.ReportData, lang, temp string, w io.Writer) error {
	b := publish.Workbook{Data: data, Lang: lang, TempDir: temp}
	names := cfg.Workbook.Marts
	if len(names) == 0 {
		names = DefaultWorkbook()
	}
	known := func(name string) int {
		return slices.IndexFunc(models, func(md model.Model) bool { return md.Mart && md.Name == name })
	}
	byProfit := known("profit_tiers") >= 0
	for _, name := range names {
		i := known(name)
		if i < 0 {
			continue // its data is not there, which the report says
		}
		sheet, err := sheetOf(ctx, from, models[i], int64(cfg.Workbook.Rows), byProfit)
		if err != nil {
			return fmt.Errorf("write workbook: %w", err)
		}
		b.Sheets = append(b.Sheets, sheet)
	}
	return publish.WriteWorkbook(w, b)
}

// sheetOf describes a mart as a sheet of at most so many rows. Where the rows are customers and
// there are more of them, those with the largest profit or loss come first.
func sheetOf(ctx context.Context, from model.Reader, md model.Model, most int64, byProfit bool) (publish.Sheet, error) {
	found, err := from.Query(ctx, "select * from "+md.Relation()+" where false")
	if err != nil {
		return publish.Sheet{}, err
	}
	s := publish.Sheet{Mart: md.Name, Sentence: md.Sentence}
	for i, name := range found.Columns {
		s.Columns = append(s.Columns, publish.SheetColumn{Name: name, Type: found.Types[i], Unit: md.Units[name], Sentence: md.Columns[name]})
	}
	counted, err := from.Query(ctx, "select count(*) as n from "+md.Relation())
	if err != nil {
		return publish.Sheet{}, err
	}
	s.Rows, _ = counted.Values[0][0].(int64)
	s.Shown = min(s.Rows, most)
	s.ByProfit = byProfit && s.Shown < s.Rows && slices.Contains(found.Columns, "customer_id")
	s.Each = func(row func([]any) error) error {
		return from.Each(ctx, sheetQuery(md, s), func(values []any) error {
			for i, v := range values {
				text, ok := v.(model.Decimal)
				if !ok {
					continue
				}
				d, err := decimal.Parse(string(text))
				if err != nil { // wider than any amount of a company: shown as it is
					values[i] = string(text)
					continue
				}
				values[i] = d
			}
			return row(values)
		})
	}
	return s, nil
}

// sheetQuery reads the rows of a sheet in its order.
func sheetQuery(md model.Model, s publish.Sheet) string {
	var grain []string
	for _, column := range md.Grain {
		if column != "none" {
			grain = append(grain, "shown."+quoted(column))
		}
	}
	order := strings.Join(grain, ", ")
	if !s.ByProfit {
		query := "select * from " + md.Relation() + " as shown"
		if order != "" {
			query += " order by " + order
		}
		return query + fmt.Sprintf(" limit %d", s.Shown)
	}
	return fmt.Sprintf(`select shown.* from %s as shown left join segment.profit_tiers as tiers on shown.customer_id = tiers.customer_id
		order by abs(tiers.profit) desc nulls last, %s limit %d`, md.Relation(), order, s.Shown)
}

// WriteWorkbook writes the workbook of a finished run again, in any language.
func (c *Console) WriteWorkbook(ctx context.Context, cfg *Config, w io.Writer, lang string) error {
	data, err := c.reportData(ctx, cfg)
	if err != nil {
		return err
	}
	return writeWorkbook(ctx, c, cfg, c.Marts(), data, lang, c.temp, w)
}
