package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// Languages are those that every run writes its report in; the company's own is report.html.
func Languages() []string { return []string{"en", "zh"} }

// write writes the lists and then the report, which counts them. A partial run has neither.
func (n *night) write(ctx context.Context, m *marts, manifest *publish.Manifest, draft *publish.Draft) error {
	if manifest.Status == publish.StatusPartial {
		return nil
	}
	since := n.opt.Now()
	summaries, err := n.writeLists(ctx, m, manifest, draft)
	if err != nil {
		return err
	}
	n.step("publish", "lists", 0, since)
	since = n.opt.Now()
	data, err := reportData(ctx, m, n.cfg, manifest, summaries)
	if err != nil {
		return err
	}
	if err := n.writeReports(ctx, m, data, draft); err != nil {
		return err
	}
	n.step("publish", "report", 0, since)
	return n.writeWorkbook(ctx, m, manifest, data, draft)
}

func (n *night) writeWorkbook(ctx context.Context, m *marts, manifest *publish.Manifest, data publish.ReportData, draft *publish.Draft) (err error) {
	since := n.opt.Now()
	path, err := draft.Path("report.xlsx")
	if err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := writeWorkbook(ctx, m, n.cfg, m.plan.models, data, n.cfg.Company.Language, m.temp, file); err != nil {
		return err
	}
	n.step("publish", "workbook", 0, since)
	return nil
}

func (n *night) writeLists(ctx context.Context, m *marts, manifest *publish.Manifest, draft *publish.Draft) ([]publish.ListSummary, error) {
	if !computedIn(manifest)("list_members") {
		return nil, nil
	}
	summaries, err := listSummaries(ctx, m)
	if err != nil {
		return nil, err
	}
	key, err := readKey(n.cfg.KeyFile)
	if err != nil {
		return nil, err
	}
	members, err := listMembers(ctx, m)
	if err != nil {
		return nil, err
	}
	left, err := leftOutOf(ctx, m)
	if err != nil {
		return nil, err
	}
	d := publish.ListData{
		Run: manifest.ID, Company: n.cfg.Company.Name, Currency: n.cfg.Company.Currency, Lang: n.cfg.Company.Language,
		AsOf: n.opt.AsOf, Key: key, OptOuts: hasLoad(manifest.Loads, suppressions) || n.ownOptOuts(), Withheld: manifest.Withheld,
		Format: n.cfg.ListFormat, Members: members, Left: left, Before: n.listsBefore(manifest),
	}
	manifest.Lists, err = publish.WriteLists(filepath.Join(draft.Dir, "lists"), d, summaries)
	return summaries, err
}

// listMembers are those who are called, with the contact.
func listMembers(ctx context.Context, from asker) ([]publish.ListMember, error) {
	return bind(ctx, from, `select list_members.*, customers.name, churn.rule,
			case when list_members.channel = 'email' then trim(persons.email)
			when list_members.channel in ('phone', 'sms') then trim(persons.phone) end as contact
		from publish.list_members as list_members
		left join segment.customers as customers on customers.customer_id = list_members.customer_id
		left join analysis.churn as churn on churn.customer_id = list_members.customer_id
		left join staging.persons as persons on persons.customer_id = list_members.customer_id
		where list_members.status = 'chosen'
		order by list_members.list, list_members.rank, list_members.customer_id`, listMember)
}

// leftOutOf are those who are not called though they qualify: by id alone.
func leftOutOf(ctx context.Context, from asker) ([]publish.LeftOut, error) {
	return bind(ctx, from, `select list, customer_id, case when status = 'suppressed' then suppressed_reason else '' end as reason
		from publish.list_members where status in ('suppressed', 'control')
		order by list, rank, customer_id`, func(r record) publish.LeftOut {
		return publish.LeftOut{List: r.text("list"), CustomerID: r.text("customer_id"), Reason: r.text("reason")}
	})
}

func listSummaries(ctx context.Context, from asker) ([]publish.ListSummary, error) {
	return bind(ctx, from, "select * from publish.report_lists order by position", func(r record) publish.ListSummary {
		return publish.ListSummary{
			Name: r.text("list"), Candidates: r.count("candidates"), Rows: r.count("chosen"), Suppressed: r.count("suppressed"),
			OnOtherList: r.count("on_other_list"), Control: r.count("control"), OverCapacity: r.count("over_capacity"), Value: r.money("value"),
			Action: r.text("action"), Owner: r.text("owner"), Policy: r.text("policy"), Withheld: r.text("withheld"),
		}
	})
}

func listMember(r record) publish.ListMember {
	return publish.ListMember{
		List: r.text("list"), CustomerID: r.text("customer_id"), Name: r.text("name"), Rank: r.count("rank"),
		ValueAtStake: r.money("value_at_stake"), Profit: r.money("profit"), Revenue: r.money("revenue"), CLV: r.moneyOrNil("clv"),
		Rule: r.text("rule"), Tier: r.text("tier"), State: r.text("churn_state"), Class: r.text("churn_class"), SubClass: r.text("sub_class"),
		DaysSilent: r.countOrNil("days_silent"), ExpectedGap: r.countOrNil("expected_gap_days"),
		ReasonCodes: strings.Fields(r.text("reason_codes")), OwnerID: r.text("owner_id"),
		Channel: r.text("channel"), Contact: r.text("contact"), ConsentBasis: r.text("consent_basis"), ConsentOn: r.dayOrNil("consent_on"),
		Offer: r.text("offer"), DueBy: r.day("due_by"), LastContactOn: r.dayOrNil("last_contact_on"), CoolDownUntil: r.dayOrNil("cool_down_until"),
		StartedOn: r.dayOrNil("started_on"), ContractDueOn: r.dayOrNil("due_on"), OpenCases: r.count("open_cases"),
	}
}

// readKey reads the key that row ids are made with. Without a file there is no key, and each
// list's README says so.
func readKey(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read key file: %w", err)
	}
	return bytes.TrimSpace(b), nil
}

func hasLoad(loads []lake.Load, table string) bool {
	return slices.ContainsFunc(loads, func(l lake.Load) bool { return l.Table == table })
}

func floatOf(text string) float64 {
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil {
		return 0 // the configuration was validated
	}
	return v
}

// What the report reads beside marts, and other models read too.
const (
	renewalPeriods  = "analysis.renewal_periods"
	unconvertedRows = "staging.unconverted_rows"
)

// reportData is what the report of a finished run shows.
func (c *Console) reportData(ctx context.Context, cfg *Config) (publish.ReportData, error) {
	needed := "publish.report_lists publish.report_totals publish.report_tiers publish.report_ranking " +
		"publish.report_states publish.report_light"
	if computedIn(c.Manifest)("contract_renewals") {
		needed += " " + renewalPeriods
	}
	if hasLoad(c.Manifest.Loads, "exchange_rates") {
		needed += " " + unconvertedRows
	}
	if err := c.Prepare(ctx, needed); err != nil {
		return publish.ReportData{}, err
	}
	summaries, err := listSummaries(ctx, c)
	if err != nil {
		return publish.ReportData{}, err
	}
	return reportData(ctx, c, cfg, c.Manifest, summaries)
}

// Lists sums up the target lists of a finished run.
func (c *Console) Lists(ctx context.Context) ([]publish.ListSummary, error) {
	if !computedIn(c.Manifest)("list_members") {
		return nil, nil
	}
	if err := c.Prepare(ctx, "publish.report_lists"); err != nil {
		return nil, err
	}
	return listSummaries(ctx, c)
}
