package publish

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/govalues/decimal"

	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/segment"
)

// A list is good for a month, and a call from it is due within two weeks of the as-of day.
const (
	listValidDays = 30
	listDueDays   = 14
)

// ListData is what the target lists of one run are written from.
type ListData struct {
	Run, Company, Currency, Lang string
	AsOf                         time.Time
	Key                          []byte       // secrets.key_file; keys the row ids
	OptOuts                      bool         // whether opt-out data is mapped
	Members                      []ListMember // ordered by list and rank
}

// ListMember is a row of mart list_members with the customer's name.
type ListMember struct {
	List, CustomerID, Name        string
	Rank                          int64
	ValueAtStake, Profit, Revenue decimal.Decimal
	Tier, State, Class, SubClass  string
	Rule                          string // of churn: what decided the state
	DaysSilent, ExpectedGap       *int64
	ReasonCode, Status            string // chosen, on_other_list, suppressed, over_capacity
	OtherList, SuppressedReason   string
	OwnerID                       string
}

// ListSummary is a row of publish.report_lists: Rows + Suppressed + OnOther + OverCapacity = Candidates, always.
type ListSummary struct {
	Name                                                    string
	Candidates, Rows, Suppressed, OnOtherList, OverCapacity int64
	Value                                                   decimal.Decimal // at stake with the chosen rows
	Action, Owner                                           string
}

// WriteLists writes one folder per list: list.csv and list.parquet with the same rows,
// suppressed.csv with ids and reasons, schema.json, and README. Nobody's contact is in them.
func WriteLists(dir string, d ListData, summaries []ListSummary) error {
	s := newSpeech(d.Lang, d.Currency)
	for _, sum := range summaries {
		folder := filepath.Join(dir, sum.Name)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return fmt.Errorf("write list %s: %w", sum.Name, err)
		}
		if err := writeList(folder, s, d, sum); err != nil {
			return fmt.Errorf("write list %s: %w", sum.Name, err)
		}
	}
	return s.complete()
}

func writeList(folder string, s *speech, d ListData, sum ListSummary) error {
	var rows, suppressed [][]string
	for _, m := range d.Members {
		switch {
		case m.List != sum.Name:
		case m.Status == "chosen":
			rows = append(rows, listRow(s, d, sum, m))
		case m.Status == "suppressed":
			suppressed = append(suppressed, []string{m.CustomerID, m.SuppressedReason})
		}
	}
	columns := listColumns()
	if err := writeCSV(filepath.Join(folder, "list.csv"), columns, rows); err != nil {
		return err
	}
	cells := make([][]*string, len(rows))
	for i, r := range rows {
		for j := range r {
			cells[i] = append(cells[i], orNil(r[j]))
		}
	}
	if err := lake.WriteRows(filepath.Join(folder, "list.parquet"), columns, cells); err != nil {
		return err
	}
	if err := writeCSV(filepath.Join(folder, "suppressed.csv"), []lake.Column{{Name: "customer_id"}, {Name: "reason"}}, suppressed); err != nil {
		return err
	}
	if err := writeSchema(filepath.Join(folder, "schema.json"), s, columns); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "README"), []byte(listReadme(s, d, sum)), 0o600)
}

// listColumns are the columns of a list, typed as in the lake. The last three are empty: people
// fill them in.
func listColumns() []lake.Column {
	names := []string{"list", "run", "as_of", "valid_until", "row_id", "customer_id", "name", "rank", "value_at_stake", "currency",
		"tier", "churn_state", "churn_class", "sub_class", "profit", "revenue", "days_silent", "expected_gap_days",
		"reason_code", "reason", "action", "owner", "due_by", "status", "outcome", "note"}
	types := map[string]lake.Type{"as_of": lake.Date, "valid_until": lake.Date, "due_by": lake.Date, "rank": lake.Integer,
		"value_at_stake": lake.Money, "profit": lake.Money, "revenue": lake.Money, "days_silent": lake.Integer, "expected_gap_days": lake.Integer}
	columns := make([]lake.Column, len(names))
	for i, n := range names {
		columns[i] = lake.Column{Name: n, Type: types[n]}
	}
	return columns
}

func listRow(s *speech, d ListData, sum ListSummary, m ListMember) []string {
	day := func(after int) string { return d.AsOf.AddDate(0, 0, after).Format(time.DateOnly) }
	owner := sum.Owner
	if owner == segment.AccountManager {
		owner = m.OwnerID
	}
	if owner == "" || owner == "unknown" {
		owner = "unowned"
	}
	return []string{
		m.List, d.Run, day(0), day(listValidDays), rowID(d.Key, m.List, m.CustomerID), m.CustomerID, m.Name,
		strconv.FormatInt(m.Rank, 10), m.ValueAtStake.String(), d.Currency,
		m.Tier, wordOrEmpty(m.State), wordOrEmpty(m.Class), wordOrEmpty(m.SubClass), m.Profit.String(), m.Revenue.String(),
		countText(m.DaysSilent), countText(m.ExpectedGap), m.ReasonCode, reasonSentence(s, m), sum.Action, owner, day(listDueDays), "", "", "",
	}
}

// rowID is the same for the same customer on the same list in every run, and says nothing about
// the customer to who does not hold the key.
func rowID(key []byte, list, customer string) string {
	h := hmac.New(sha256.New, key)
	fmt.Fprintf(h, "row\x00%s\x00%s", list, customer)
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// reasonSentence says in figures why a customer stands on a list.
func reasonSentence(s *speech, m ListMember) string {
	args := []string{s.money(m.Profit), s.money(m.Revenue), s.money(m.ValueAtStake), countText(m.DaysSilent), countText(m.ExpectedGap)}
	id := "list.reason." + m.ReasonCode
	if m.ReasonCode == "big_at_risk" && (m.Rule == "contract_due" || m.DaysSilent == nil || m.ExpectedGap == nil) {
		id = "list.reason.big_contract_due"
	}
	text := s.say(id, args...)
	if m.SubClass != "" && m.SubClass != "none" {
		text += s.say("list.reason.cause", s.term("class", m.Class), s.term("sub", m.SubClass))
	}
	return text
}

func listReadme(s *speech, d ListData, sum ListSummary) string {
	var b strings.Builder
	if !d.OptOuts {
		b.WriteString(s.say("list.no_optouts") + "\n\n")
	}
	n := func(v int64) string { return s.number(v) }
	fmt.Fprintf(&b, "%s\n\n", s.say("list.title", s.term("list", sum.Name), plain(d.Company), d.AsOf.Format(time.DateOnly)))
	fmt.Fprintf(&b, "%s\n", s.say("list.counts", n(sum.Candidates), n(sum.Rows), n(sum.Suppressed), n(sum.OnOtherList), n(sum.OverCapacity)))
	fmt.Fprintf(&b, "%s\n", s.say("list.value", s.money(sum.Value)))
	fmt.Fprintf(&b, "%s\n", s.say("list.action", plain(sum.Action)))
	fmt.Fprintf(&b, "%s\n", s.say("list.files", d.AsOf.AddDate(0, 0, listValidDays).Format(time.DateOnly)))
	if len(d.Key) == 0 {
		fmt.Fprintf(&b, "%s\n", s.say("list.no_key"))
	}
	fmt.Fprintf(&b, "%s %s\n", s.say("list.run"), d.Run)
	return b.String()
}

// complete fails on words that the language lacks: a fault of the program, not of the data.
func (s *speech) complete() error {
	if len(s.missing) > 0 {
		return fmt.Errorf("no word for %s", strings.Join(sortedKeys(s.missing), ", "))
	}
	return nil
}

// writeSchema names and types the columns, for programs that read the list.
func writeSchema(path string, s *speech, columns []lake.Column) error {
	type column struct {
		Name    string `json:"name"`
		Type    string `json:"type"`
		Meaning string `json:"meaning"`
	}
	names := map[lake.Type]string{lake.Text: "varchar", lake.Money: "decimal(18,4)", lake.Date: "date", lake.Integer: "bigint"}
	var out []column
	for _, c := range columns {
		out = append(out, column{Name: c.Name, Type: names[c.Type], Meaning: s.say("list.column." + c.Name)})
	}
	b, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(b, '\n'), 0o600)
}

// known turns the marts' stand-in for nothing into an empty cell.
func wordOrEmpty(word string) string {
	if word == "none" {
		return ""
	}
	return word
}

func countText(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

func orNil(cell string) *string {
	if cell == "" {
		return nil
	}
	return &cell
}
