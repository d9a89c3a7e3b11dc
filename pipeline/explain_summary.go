package pipeline

import (
	"context"
	"slices"

	"github.com/govalues/decimal"

	"github.com/pharos-analytics/pharos/pipeline/model"
)

// Summary is the standing of one customer, as text that is exact. What a run does not know is empty.
type Summary struct {
	Name, Kind, Parent   string
	Tier, PreviousTier   string
	Basis                string
	Parts                []Amount // what the profit is made of, with the sign with which it counts
	Profit               string
	Rank, Customers      string
	CutRank, CutProfit   string // the last customer of tier high
	ToCut                string // own profit less the cut's
	Churn, Rule          string
	Evidence             string
	Segments, Lists      [][2]string // segmentation and segment, list and status
	ChurnClass, SubClass string
	tierProfit           string // as the tiers see it: of customers without a line too
}

// Amount is a named amount of money.
type Amount struct {
	Name  string `json:"name"`
	Value string `json:"amount"`
}

// profitParts are the columns of customer_profit that profit is made of; all but revenue are taken off.
func profitParts() []string {
	return []string{"revenue", "discounts", "returns", "cogs", "cost_to_serve", "bad_debt", "allocated_cost"}
}

// summary reads the standing from the marts' rows and asks only for the cut of the tiers.
func (c *Console) summary(ctx context.Context, e *Explanation) (Summary, error) {
	s := summaryOf(e.Sections)
	if s.Tier == "" {
		return s, nil
	}
	cut, err := c.tierCut(ctx)
	s.place(cut)
	return s, err
}

// summaryOf is the standing that the marts' rows of one customer say.
func summaryOf(sections []Section) Summary {
	cell := func(mart, column string) string {
		i := slices.IndexFunc(sections, func(s Section) bool { return s.Relation == mart })
		if i < 0 {
			return ""
		}
		return cellOf(sections[i].Rows, 0, column)
	}
	s := Summary{
		Name: cell("customers", "name"), Kind: cell("customers", "kind"), Parent: cell("customers", "parent_id"),
		Tier: cell("profit_tiers", "tier"), PreviousTier: cell("profit_tiers", "previous_tier"), Rank: cell("profit_tiers", "rank"),
		tierProfit: cell("profit_tiers", "profit"),
		Basis:      cell("customer_profit", "basis"), Profit: cell("customer_profit", "profit"),
		Churn: cell("churn", "state"), Rule: cell("churn", "rule"), Evidence: cell("churn", "evidence"),
		ChurnClass: cell("churn", "class"), SubClass: cell("churn", "sub_class"),
	}
	for _, part := range profitParts() {
		if v := cell("customer_profit", part); v != "" {
			s.Parts = append(s.Parts, Amount{part, v})
		}
	}
	for _, section := range sections {
		for i := range section.Rows.Values {
			switch section.Relation {
			case "segment_members":
				s.Segments = append(s.Segments, [2]string{cellOf(section.Rows, i, "segmentation"), cellOf(section.Rows, i, "segment")})
			case "list_members":
				s.Lists = append(s.Lists, [2]string{cellOf(section.Rows, i, "list"), cellOf(section.Rows, i, "status")})
			}
		}
	}
	return s
}

// tierCut is where tier high ends, the same for every customer: at the profit of its last rank.
type tierCut struct{ customers, rank, profit string }

func (c *Console) tierCut(ctx context.Context) (tierCut, error) {
	query := `select totals.known as customers, case when totals.tier_cut is not null then high.customers end as cut_rank, totals.tier_cut as cut_profit
		from ` + totalsRelation + ` as totals cross join (select customers from ` + tiersRelation + ` where tier = 'high') as high`
	if !c.known[totalsRelation] || !c.known[tiersRelation] { // a run of some marts only
		query = `select count(*) as customers, max(case when tier = 'high' then rank end) as cut_rank, min(case when tier = 'high' then profit end) as cut_profit
			from segment.profit_tiers`
	}
	rows, err := c.Query(ctx, query)
	if err != nil {
		return tierCut{}, err
	}
	return tierCut{cellOf(rows, 0, "customers"), cellOf(rows, 0, "cut_rank"), cellOf(rows, 0, "cut_profit")}, nil
}

// place puts a customer who has a tier beside the end of the highest.
func (s *Summary) place(cut tierCut) {
	if s.Tier == "" {
		return
	}
	s.Customers, s.CutRank, s.CutProfit = cut.customers, cut.rank, cut.profit
	own, err := decimal.Parse(s.tierProfit)
	end, failed := decimal.Parse(cut.profit)
	if err != nil || failed != nil {
		return // nobody is in tier high
	}
	if rest, err := own.Sub(end); err == nil {
		s.ToCut = rest.String()
	}
}

// cellOf is a value of a result as text, empty for NULL and for a column that is not there.
func cellOf(rows *model.Rows, row int, column string) string {
	i := slices.Index(rows.Columns, column)
	if i < 0 || row >= len(rows.Values) {
		return ""
	}
	return model.Text(rows.Values[row][i], rows.Types[i])
}
