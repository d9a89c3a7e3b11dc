package pipeline

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/pipeline/publish"
	"github.com/pharos-analytics/pharos/segment"
)

// returnable is what rows that come back are held against.
type returnable struct {
	workspace *publish.Workspace
	key       []byte
	list      string
	names     []string // of all lists
	handovers []publish.Handover
	runs      map[string]*handedOver
}

// handedOver is a list as a run handed it over.
type handedOver struct {
	known bool              // the run was current once
	rows  map[string]string // row id -> customer; nil: the run is no longer kept, and only the key can tell
	ways  map[string]string // row id -> channel
}

// judge gives the rows as publish.OutcomeColumns, or everything that is wrong with them.
func (k *returnable) judge(rows []publish.Returned) (kept [][]string, faults []publish.Fault) {
	lines := map[string]int{} // run and row id -> line
	for _, r := range rows {
		fault := func(column, why string, args ...any) {
			faults = append(faults, publish.Fault{Line: r.Line, Column: column, Why: fmt.Sprintf(why, args...)})
		}
		if r.List != k.list {
			fault("list", "the row is of list %q, not of %s: import it with pharos list import %s", shortened(r.List), k.list, orWord(inWord(r.List), "NAME"))
			continue
		}
		from, err := k.of(r.Run)
		if err != nil {
			fault("run", "%v", err)
			continue
		}
		if column, why := k.stranger(from, r); why != "" {
			fault(column, "%s", why)
			continue
		}
		at := r.Run + "\x00" + r.RowID
		if first, twice := lines[at]; twice {
			fault("row_id", "the same row stands on line %d already: keep one of the two", first)
			continue
		}
		lines[at] = r.Line
		status, outcome, bad := worked(r)
		for column, why := range bad {
			fault(column, "%s", why)
		}
		if len(bad) == 0 {
			customer, way := r.CustomerID, ""
			if from.rows != nil {
				customer, way = from.rows[r.RowID], from.ways[r.RowID]
			}
			kept = append(kept, []string{"", r.List, r.Run, r.RowID, customer, way, status, outcome, strings.TrimSpace(r.Note), ""})
		}
	}
	slices.SortStableFunc(faults, func(a, b publish.Fault) int { return cmp.Or(a.Line-b.Line, strings.Compare(a.Column, b.Column)) })
	return kept, faults
}

// worked reads the words that people wrote; bad says what is wrong, by column.
func worked(r publish.Returned) (status, outcome string, bad map[string]string) {
	bad = map[string]string{}
	status, ok := segment.ReadStatus(r.Status)
	if !ok {
		bad["status"] = fmt.Sprintf("%q is no status: use one of %s, or leave it empty%s", shortened(r.Status), strings.Join(segment.ListStatuses(), ", "), model.DidYouMean(shortened(r.Status), segment.ListStatuses()))
	}
	outcome, ok = segment.ReadOutcome(r.Outcome)
	if !ok {
		bad["outcome"] = fmt.Sprintf("%q is no outcome: use one of %s, or leave it empty%s", shortened(r.Outcome), strings.Join(segment.ListOutcomes(), ", "), model.DidYouMean(shortened(r.Outcome), segment.ListOutcomes()))
	}
	if len(bad) > 0 || outcome == "" {
		return status, outcome, bad
	}
	switch status {
	case segment.StatusOpen:
		status = segment.StatusContacted // who said something was spoken to
	case segment.StatusNotReached, segment.StatusSkipped:
		if outcome != segment.OutcomeWrongContact && outcome != segment.OutcomeDoNotContact {
			bad["outcome"] = fmt.Sprintf("the outcome is %s, and yet the status is %s: say %s, or take the outcome out", outcome, status, segment.StatusContacted)
		}
	}
	return status, outcome, bad
}

// stranger finds out that a row is not one of the list that the run handed over.
func (k *returnable) stranger(from *handedOver, r publish.Returned) (column, why string) {
	own := publish.RowID(k.key, r.List, r.CustomerID) == r.RowID
	if from.rows == nil {
		if !own {
			return "row_id", "row id and customer do not belong together, or are of another company: put back the row as it was handed out (run " + r.Run + " is no longer kept)"
		}
		return "", ""
	}
	customer, there := from.rows[r.RowID]
	switch {
	case there && sameCell(r.CustomerID, customer):
		return "", ""
	case there:
		return "customer_id", fmt.Sprintf("%q was changed: the row is of customer %q (a spreadsheet drops leading zeros of a CSV; work in list.xlsx)", shortened(r.CustomerID), shortened(customer))
	case own:
		return "row_id", fmt.Sprintf("customer %q is not on list %s of run %s: take the row out, or name the run whose list they are on", shortened(r.CustomerID), k.list, r.Run)
	}
	for _, other := range k.names {
		if other != k.list && publish.RowID(k.key, other, r.CustomerID) == r.RowID {
			return "row_id", "the row id is one of list " + other + ": the row was copied from there, take it out"
		}
	}
	return "row_id", fmt.Sprintf("%q is no row of list %s of run %s: it was changed, or is another company's; put back the row as it was handed out", shortened(r.RowID), k.list, r.Run)
}

// sameCell compares a cell with the text that was written: a sheet holds no control characters, a
// CSV file no carriage returns.
func sameCell(cell, text string) bool {
	return cell == text || strings.TrimSpace(cell) == strings.TrimSpace(text) || publish.SameText(cell, text)
}

// of finds the list as a run handed it over.
func (k *returnable) of(run string) (*handedOver, error) {
	from, seen := k.runs[run]
	if !seen {
		from = &handedOver{}
		k.runs[run] = from
		if _, from.known = publish.HandoverOf(k.handovers, run); !from.known {
			m, err := k.published(run)
			from.known = err == nil && m.Status == publish.StatusPublished
		}
		if from.known {
			if err := k.read(run, from); err != nil {
				return nil, err
			}
		}
	}
	if !from.known {
		return nil, fmt.Errorf("%q is no run whose lists this company handed over: pharos runs names them", shortened(run))
	}
	return from, nil
}

func (k *returnable) published(run string) (*publish.Manifest, error) {
	if run == "" || run != filepath.Base(run) || run == "." || run == ".." || strings.ContainsRune(run, 0) {
		return nil, publish.ErrNoRun
	}
	return publish.ReadManifest(k.workspace.RunDir(run))
}

// read keeps the rows of a list; of a run that is gone, or had another list of that name, there are none.
func (k *returnable) read(run string, into *handedOver) error {
	if _, err := k.published(run); err != nil {
		return nil // pruned
	}
	into.rows, into.ways = map[string]string{}, map[string]string{}
	path := filepath.Join(k.workspace.RunDir(run), "lists", k.list, "list.parquet")
	if !isFile(path) {
		return nil // withheld, or a list that was not there then: no row is one of it
	}
	rows, err := lake.ReadRows(path, []lake.Column{{Name: "row_id"}, {Name: "customer_id"}, {Name: "channel"}})
	if err != nil {
		return err
	}
	for _, r := range rows {
		into.rows[r[0]], into.ways[r[0]] = r[1], r[2]
	}
	return nil
}

// shortened is a cell of somebody else's file, as far as a line shows it.
func shortened(cell string) string {
	if runes := []rune(cell); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return cell
}

// inWord is a text that can stand in a command that is proposed.
func inWord(text string) string {
	if text == "" || len(text) > 60 || strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
		return ""
	}
	return text
}
