package publish

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/govalues/decimal"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// A list is good for a month.
const listValidDays = 30

// ListData is what the target lists of one run are written from.
type ListData struct {
	Run, Company, Currency, Lang string
	AsOf                         time.Time
	Key                          []byte // secrets.key_file; keys the row ids
	OptOuts                      bool   // whether opt-out data is mapped
	Policy                       string // the consent policy
	Withheld                     string // why no list is written; empty: they are
	Format                       ListFormat
	Members                      []ListMember          // who is called, ordered by list and rank
	Left                         []LeftOut             // the suppressed and the control group, ordered by list
	Before                       map[string]ListBefore // by list: what was handed over for the same as-of day
}

// LeftOut is a candidate who is not called: suppressed, or in the control group.
type LeftOut struct {
	List, CustomerID string
	Reason           string // why suppressed; empty: in the control group
}

// ListMember is a row of mart list_members who is called, with the customer's name and contact.
type ListMember struct {
	List, CustomerID, Name        string
	Rank                          int64
	ValueAtStake, Profit, Revenue decimal.Decimal
	CLV                           *decimal.Decimal
	Tier, State, Class, SubClass  string
	Rule                          string // of churn: what decided the state
	DaysSilent, ExpectedGap       *int64
	ReasonCodes                   []string // the list's own reason first
	OwnerID                       string   // who calls
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

// WriteLists writes one folder per list: list.csv, list.xlsx, list.json and list.parquet with the
// same rows, owners/ with those of each caller, suppressed.csv with ids and reasons, control.csv with
// the ids of who is left alone to measure what calling does, difference.csv where another version was
// handed over for the same as-of day, schema.json, and README. Contacts are masked, and only of who is
// called. Where lists are withheld there is one file that says why. It gives the version of each list.
func WriteLists(dir string, d ListData, summaries []ListSummary) ([]ListVersion, error) {
	s := newSpeech(d.Lang, d.Currency)
	if d.Withheld != "" {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("write lists: %w", err)
		}
		text := s.say("list.withheld", s.say("withheld."+d.Withheld)) + "\n\n" + s.say("withheld.do."+d.Withheld) + "\n" + s.say("list.run") + " " + d.Run + "\n"
		if err := os.WriteFile(filepath.Join(dir, "README"), []byte(text), 0o600); err != nil {
			return nil, fmt.Errorf("write lists: %w", err)
		}
		return nil, s.complete()
	}
	members, left := map[string][]ListMember{}, map[string][]LeftOut{}
	eachRun(d.Members, func(m ListMember) string { return m.List }, func(list string, of []ListMember) { members[list] = of })
	eachRun(d.Left, func(l LeftOut) string { return l.List }, func(list string, of []LeftOut) { left[list] = of })
	var versions []ListVersion
	for _, sum := range summaries {
		folder := filepath.Join(dir, sum.Name)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return nil, fmt.Errorf("write list %s: %w", sum.Name, err)
		}
		v, err := writeList(folder, s, d, sum, members[sum.Name], left[sum.Name])
		if err != nil {
			return nil, fmt.Errorf("write list %s: %w", sum.Name, err)
		}
		versions = append(versions, v)
	}
	return versions, s.complete()
}

// eachRun gives every stretch of items that have a key in common.
func eachRun[T any](items []T, key func(T) string, give func(string, []T)) {
	for at := 0; at < len(items); {
		end := at + 1
		for end < len(items) && key(items[end]) == key(items[at]) {
			end++
		}
		give(key(items[at]), items[at:end])
		at = end
	}
}

func writeList(folder string, s *speech, d ListData, sum ListSummary, members []ListMember, left []LeftOut) (v ListVersion, err error) {
	columns := listColumns()
	rows := make([][]string, 0, len(members))
	for _, m := range members {
		rows = append(rows, listRow(s, d, sum, m))
	}
	files, err := d.Format.writeRows(s, folder, "list", columns, rows, ListXLSX, ListCSV, ListJSON)
	if err != nil {
		return v, err
	}
	if err := lake.WriteRows(filepath.Join(folder, "list.parquet"), columns, nullable(rows)); err != nil {
		return v, err
	}
	owners, err := d.Format.writeOwners(s, folder, columns, rows)
	if err != nil {
		return v, err
	}
	if err := writeLeft(folder, left, !d.Format.Plain); err != nil {
		return v, err
	}
	if v, err = d.version(folder, sum.Name, columns); err != nil {
		return v, err
	}
	about := listAbout{d: d, sum: sum, version: v, files: append(files, "list.parquet"), owners: owners}
	if err := about.writeSchema(filepath.Join(folder, "schema.json"), s, columns); err != nil {
		return v, err
	}
	return v, os.WriteFile(filepath.Join(folder, "README"), []byte(about.readme(s)), 0o600)
}

// writeLeft writes who is not called, by id alone.
func writeLeft(folder string, left []LeftOut, marked bool) error {
	var suppressed, control [][]string
	for _, l := range left {
		if l.Reason == "" {
			control = append(control, []string{l.CustomerID})
		} else {
			suppressed = append(suppressed, []string{l.CustomerID, l.Reason})
		}
	}
	if err := writeCSV(filepath.Join(folder, "suppressed.csv"), []lake.Column{{Name: "customer_id"}, {Name: "reason"}}, suppressed, marked); err != nil {
		return err
	}
	// by id: the rank would tell nothing, but nobody needs it
	slices.SortFunc(control, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	return writeCSV(filepath.Join(folder, "control.csv"), []lake.Column{{Name: "customer_id"}}, control, marked)
}

// nullable makes empty cells NULL.
func nullable(rows [][]string) [][]*string {
	out := make([][]*string, len(rows))
	for i, row := range rows {
		out[i] = make([]*string, len(row))
		for j := range row {
			if row[j] != "" {
				out[i][j] = &row[j]
			}
		}
	}
	return out
}
