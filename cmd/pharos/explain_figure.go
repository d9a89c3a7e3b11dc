package main

import (
	"fmt"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

// printFigure writes one figure: what it means, its value, and what it is made of.
func (a *app) printFigure(c *pipeline.Console, f *pipeline.Figure) error {
	fmt.Fprintf(a.out, "customer %s in run %s, window %s to %s, %s\n", inert(f.Customer), c.Manifest.ID, c.Manifest.WindowStart, c.Manifest.AsOf, c.Manifest.Currency)
	fmt.Fprintf(a.out, "\n%s  %s\n", a.styled(f.Mart), inert(f.Sentence))
	if f.Meaning != "" {
		fmt.Fprintf(a.out, "  %s  %s\n", f.Column, inert(f.Meaning))
	}
	switch {
	case len(f.Row.Values) == 0:
		fmt.Fprintf(a.out, "\nthe mart has no row for this customer\n")
		return nil
	case len(f.Row.Values) > 1:
		fmt.Fprintln(a.out)
		if err := a.printRows(f.Row, int64(len(f.Row.Values))); err != nil {
			return err
		}
	default:
		value := f.Value
		if value == "" {
			value = "-"
		}
		fmt.Fprintf(a.out, "\n%s = %s\n", a.styled(f.Column), inert(value))
	}
	if f.Formula != "" {
		fmt.Fprintf(a.out, "  how: %s\n", inert(f.Formula))
	}
	if f.Entries != nil {
		fmt.Fprintln(a.out)
		if err := a.printRows(f.Entries, f.Total); err != nil {
			return err
		}
	}
	if f.IsSum {
		fmt.Fprintf(a.out, "  sum of the contributions of %d rows: %s\n", f.Total, inert(sumText(f)))
	}
	for _, s := range f.Basis {
		if err := a.printSection(s); err != nil {
			return err
		}
	}
	return nil
}

// sumText is the sum beside what it must be.
func sumText(f *pipeline.Figure) string {
	sum := f.Sum
	if sum == "" {
		sum = "0"
	}
	if f.Agrees() {
		return sum + ", the value"
	}
	return sum + ", but the value is " + f.Value + ": the rows that the run was computed from are not all there"
}

type sectionJSON struct {
	Relation string              `json:"relation"`
	Total    int64               `json:"total"`
	Rows     []map[string]string `json:"rows"`
}

// rowsJSON are rows by column name; NULL is left out.
func rowsJSON(rows *model.Rows) []map[string]string {
	out := []map[string]string{}
	if rows == nil {
		return out
	}
	for _, row := range rows.Values {
		cells := map[string]string{}
		for i, v := range row {
			if v != nil {
				cells[rows.Columns[i]] = model.Text(v, rows.Types[i])
			}
		}
		out = append(out, cells)
	}
	return out
}

func sectionsJSON(sections []pipeline.Section) []sectionJSON {
	out := []sectionJSON{}
	for _, s := range sections {
		out = append(out, sectionJSON{s.Relation, s.Total, rowsJSON(s.Rows)})
	}
	return out
}

func explainJSON(run string, e *pipeline.Explanation) any {
	s := e.Summary
	return struct {
		Customer  string            `json:"customer"`
		MergedIDs []string          `json:"merged_ids,omitempty"`
		Run       string            `json:"run"`
		Parts     []pipeline.Amount `json:"profit_parts"`
		Profit    string            `json:"profit,omitempty"`
		Tier      string            `json:"tier,omitempty"`
		Rank      string            `json:"rank,omitempty"`
		CutRank   string            `json:"cut_rank,omitempty"`
		CutProfit string            `json:"cut_profit,omitempty"`
		ToCut     string            `json:"to_cut,omitempty"`
		Sections  []sectionJSON     `json:"sections"`
	}{e.Customer, e.SourceIDs, run, s.Parts, s.Profit, s.Tier, s.Rank, s.CutRank, s.CutProfit, s.ToCut, sectionsJSON(e.Sections)}
}

func figureJSON(c *pipeline.Console, f *pipeline.Figure) any {
	return struct {
		Customer string              `json:"customer"`
		Run      string              `json:"run"`
		Mart     string              `json:"mart"`
		Column   string              `json:"column"`
		Meaning  string              `json:"meaning,omitempty"`
		Unit     string              `json:"unit,omitempty"`
		Value    string              `json:"value"`
		Formula  string              `json:"formula,omitempty"`
		IsSum    bool                `json:"is_sum"`
		Sum      string              `json:"sum,omitempty"`
		Total    int64               `json:"total"`
		Rows     []map[string]string `json:"rows"`
		MartRow  []map[string]string `json:"mart_rows"`
		Basis    []sectionJSON       `json:"stands_on"`
	}{f.Customer, c.Manifest.ID, f.Mart, f.Column, f.Meaning, f.Unit, f.Value, f.Formula, f.IsSum, f.Sum, f.Total, rowsJSON(f.Entries), rowsJSON(f.Row), sectionsJSON(f.Basis)}
}
