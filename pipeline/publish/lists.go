package publish

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/govalues/decimal"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// A list is good for a month.
const listValidDays = 30

// ListData is what the target lists of one run are written from.
type ListData struct {
	Run, Company, Currency, Lang string
	AsOf                         time.Time
	Key                          []byte       // secrets.key_file; keys the row ids
	OptOuts                      bool         // whether opt-out data is mapped
	Policy                       string       // the consent policy
	Withheld                     string       // why no list is written; empty: they are
	Members                      []ListMember // the chosen, the suppressed and the control group, ordered by list and rank
}

// ListMember is a row of mart list_members with the customer's name, and of a chosen one the contact.
type ListMember struct {
	List, CustomerID, Name        string
	Rank                          int64
	ValueAtStake, Profit, Revenue decimal.Decimal
	CLV                           *decimal.Decimal
	Tier, State, Class, SubClass  string
	Rule                          string // of churn: what decided the state
	DaysSilent, ExpectedGap       *int64
	ReasonCodes                   []string // the list's own reason first
	Status                        string   // chosen, control, suppressed; nobody else is in a file
	SuppressedReason              string
	OwnerID                       string // who calls
	Channel, Contact              string
	ConsentBasis                  string
	ConsentOn                     *time.Time
	Offer                         string
	DueBy                         time.Time
	LastContactOn, CoolDownUntil  *time.Time
	StartedOn, ContractDueOn      *time.Time
	OpenCases                     int64
}

// ListSummary is a row of publish.report_lists: Rows + Suppressed + OnOtherList + Control + OverCapacity = Candidates, always.
type ListSummary struct {
	Name                                                             string
	Candidates, Rows, Suppressed, OnOtherList, Control, OverCapacity int64
	Value                                                            decimal.Decimal // at stake with the chosen rows
	Action, Owner                                                    string
	Policy, Withheld                                                 string // the consent policy; why no list is written, or none
}

// WriteLists writes one folder per list: list.csv and list.parquet with the same rows,
// suppressed.csv with ids and reasons, control.csv with the ids of who is left alone to measure
// what calling does, schema.json, and README. Contacts are masked, and only of who is called.
// Where lists are withheld there is one file that says why.
func WriteLists(dir string, d ListData, summaries []ListSummary) error {
	s := newSpeech(d.Lang, d.Currency)
	if d.Withheld != "" {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("write lists: %w", err)
		}
		text := s.say("list.withheld", s.say("withheld."+d.Withheld)) + "\n\n" + s.say("withheld.do."+d.Withheld) + "\n" + s.say("list.run") + " " + d.Run + "\n"
		if err := os.WriteFile(filepath.Join(dir, "README"), []byte(text), 0o600); err != nil {
			return fmt.Errorf("write lists: %w", err)
		}
		return s.complete()
	}
	of := map[string][]ListMember{}
	for _, m := range d.Members {
		of[m.List] = append(of[m.List], m)
	}
	for _, sum := range summaries {
		folder := filepath.Join(dir, sum.Name)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return fmt.Errorf("write list %s: %w", sum.Name, err)
		}
		if err := writeList(folder, s, d, sum, of[sum.Name]); err != nil {
			return fmt.Errorf("write list %s: %w", sum.Name, err)
		}
	}
	return s.complete()
}

func writeList(folder string, s *speech, d ListData, sum ListSummary, members []ListMember) error {
	var rows, suppressed, control [][]string
	for _, m := range members {
		switch m.Status {
		case "chosen":
			rows = append(rows, listRow(s, d, sum, m))
		case "suppressed":
			suppressed = append(suppressed, []string{m.CustomerID, m.SuppressedReason})
		case "control":
			control = append(control, []string{m.CustomerID})
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
	slices.SortFunc(control, slices.Compare) // by id: the rank would tell nothing, but nobody needs it
	if err := writeCSV(filepath.Join(folder, "control.csv"), []lake.Column{{Name: "customer_id"}}, control); err != nil {
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
	names := []string{"list", "run", "as_of", "valid_until", "row_id", "customer_id", "name", "channel", "contact", "consent_basis", "consent_on",
		"rank", "value_at_stake", "currency", "tier", "churn_state", "churn_class", "sub_class", "clv", "profit", "revenue", "days_silent", "expected_gap_days",
		"reason_codes", "reason", "action", "offer", "owner", "due_by", "last_contact_on", "cool_down_until", "status", "outcome", "note"}
	types := map[string]lake.Type{"as_of": lake.Date, "valid_until": lake.Date, "due_by": lake.Date, "consent_on": lake.Date, "last_contact_on": lake.Date,
		"cool_down_until": lake.Date, "rank": lake.Integer, "value_at_stake": lake.Money, "clv": lake.Money,
		"profit": lake.Money, "revenue": lake.Money, "days_silent": lake.Integer, "expected_gap_days": lake.Integer}
	columns := make([]lake.Column, len(names))
	for i, n := range names {
		columns[i] = lake.Column{Name: n, Type: types[n]}
	}
	return columns
}

func listRow(s *speech, d ListData, sum ListSummary, m ListMember) []string {
	clv := ""
	if m.CLV != nil {
		clv = m.CLV.String()
	}
	return []string{
		m.List, d.Run, dayText(&d.AsOf), d.AsOf.AddDate(0, 0, listValidDays).Format(time.DateOnly), rowID(d.Key, m.List, m.CustomerID), m.CustomerID, m.Name,
		wordOrEmpty(m.Channel), Mask(m.Contact), wordOrEmpty(m.ConsentBasis), dayText(m.ConsentOn),
		strconv.FormatInt(m.Rank, 10), m.ValueAtStake.String(), d.Currency,
		m.Tier, wordOrEmpty(m.State), wordOrEmpty(m.Class), wordOrEmpty(m.SubClass), clv, m.Profit.String(), m.Revenue.String(),
		countText(m.DaysSilent), countText(m.ExpectedGap), strings.Join(m.ReasonCodes, " "), reasonSentence(s, m), sum.Action, wordOrEmpty(m.Offer),
		m.OwnerID, dayText(&m.DueBy), dayText(m.LastContactOn), dayText(m.CoolDownUntil), "", "", "",
	}
}

func dayText(day *time.Time) string {
	if day == nil {
		return ""
	}
	return day.Format(time.DateOnly)
}

// Mask leaves of an e-mail address its first letter, and of a number its last two digits: enough to
// see that there is one, not to use it. A domain may be a person's own and is not shown.
func Mask(contact string) string {
	if contact == "" {
		return ""
	}
	if at := strings.Index(contact, "@"); at > 0 {
		_, n := utf8.DecodeRuneInString(contact)
		return contact[:n] + "***@***"
	}
	runes := []rune(contact)
	if len(runes) < 6 {
		return "***"
	}
	return "***" + string(runes[len(runes)-2:])
}

// rowID is the same for the same customer on the same list in every run, and says nothing about
// the customer to who does not hold the key.
func rowID(key []byte, list, customer string) string {
	h := hmac.New(sha256.New, key)
	fmt.Fprintf(h, "row\x00%s\x00%s", list, customer)
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// reasonSentence says in figures why a customer stands on a list: the list's own reason, the cause
// of leaving, and what else a caller has to know.
func reasonSentence(s *speech, m ListMember) string {
	clv := ""
	if m.CLV != nil {
		clv = s.money(*m.CLV)
	}
	args := []string{s.money(m.Profit), s.money(m.Revenue), s.money(m.ValueAtStake), countText(m.DaysSilent), countText(m.ExpectedGap),
		clv, dayText(m.ContractDueOn), dayText(m.StartedOn), s.number(m.OpenCases)}
	var text strings.Builder
	for i, code := range m.ReasonCodes {
		id := "list.also." + code
		if i == 0 {
			id = "list.reason." + code
		}
		if code == "big_at_risk" && (m.Rule == "contract_due" || m.DaysSilent == nil || m.ExpectedGap == nil) {
			id = "list.reason.big_contract_due"
		}
		text.WriteString(s.say(id, args...))
		if i == 0 && m.SubClass != "" && m.SubClass != "none" {
			text.WriteString(s.say("list.reason.cause", s.term("class", m.Class), s.term("sub", m.SubClass)))
		}
	}
	return text.String()
}

func listReadme(s *speech, d ListData, sum ListSummary) string {
	var b strings.Builder
	if !d.OptOuts {
		b.WriteString(s.say("list.no_optouts") + "\n\n")
	}
	n := func(v int64) string { return s.number(v) }
	fmt.Fprintf(&b, "%s\n\n", s.say("list.title", s.term("list", sum.Name), plain(d.Company), d.AsOf.Format(time.DateOnly)))
	fmt.Fprintf(&b, "%s\n", s.say("list.counts", n(sum.Candidates), n(sum.Rows), n(sum.Suppressed), n(sum.OnOtherList), n(sum.Control), n(sum.OverCapacity)))
	fmt.Fprintf(&b, "%s\n", s.say("list.value", s.money(sum.Value)))
	fmt.Fprintf(&b, "%s\n", s.say("list.action", plain(sum.Action)))
	fmt.Fprintf(&b, "%s\n", s.say("list.policy", s.term("policy", orNone(sum.Policy))))
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

func orNone(word string) string {
	if word == "" {
		return "none"
	}
	return word
}

// wordOrEmpty turns the marts' stand-in for nothing into an empty cell.
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
