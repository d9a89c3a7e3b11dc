package segment

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The decisions that a person writes into a row of merges.csv. An open row has none yet.
const (
	MergeAccepted = "accept"
	MergeRefused  = "refuse"
)

// MergeRow is one row of merges.csv: two ids that may be one customer.
type MergeRow struct {
	Line            int // of the file, 1 is the header
	Decision        string
	CustomerID      string
	OtherID         string
	Score, Evidence string
	Name, OtherName string
}

// Identity says that an id of some source is a merged customer, and by which row.
type Identity struct {
	SourceID, CustomerID string
	LinkedID             string // the other id of the row, one step nearer to the customer
	Line                 int
	Score, Evidence      string
}

// Merges are the groups of ids that the accepted rows make, each one customer.
type Merges struct {
	rows  []MergeRow
	links map[string][]int  // id -> its accepted rows, by index, in the order of the file
	group map[string]string // id -> the first of its group in byte order
}

// Unite makes the groups, transitively. A refused row whose two ids the accepted ones make one
// customer is an error that names all their lines: what a person decided is never outvoted.
func Unite(rows []MergeRow) (*Merges, error) {
	m := &Merges{rows: rows, links: map[string][]int{}, group: map[string]string{}}
	for i, r := range rows {
		if r.Decision == MergeAccepted {
			m.links[r.CustomerID] = append(m.links[r.CustomerID], i)
			m.links[r.OtherID] = append(m.links[r.OtherID], i)
		}
	}
	for id := range m.links {
		if _, known := m.group[id]; known {
			continue
		}
		steps := m.from(id)
		first := slices.MinFunc(steps, func(a, b Identity) int { return cmp.Compare(a.SourceID, b.SourceID) }).SourceID
		for _, s := range steps {
			m.group[s.SourceID] = first
		}
	}
	var errs []error
	for _, r := range rows {
		if r.Decision == MergeRefused && m.Same(r.CustomerID, r.OtherID) {
			errs = append(errs, fmt.Errorf("line %d refuses that %s and %s are one customer, and what is accepted in %s makes them one; change one of these rows",
				r.Line, r.CustomerID, r.OtherID, sayLines(m.path(r.CustomerID, r.OtherID))))
		}
	}
	return m, errors.Join(errs...)
}

// Same says whether two ids are one customer.
func (m *Merges) Same(a, b string) bool { return m.GroupOf(a) == m.GroupOf(b) }

// GroupOf names the group of an id: its first id in byte order, or the id itself, alone.
func (m *Merges) GroupOf(id string) string {
	if first, merged := m.group[id]; merged {
		return first
	}
	return id
}

// IDs are all ids that accepted rows name, in byte order.
func (m *Merges) IDs() []string {
	ids := make([]string, 0, len(m.links))
	for id := range m.links {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Identities gives every id that is merged into another its customer, in byte order of the ids. Of
// a group the id with the lowest place survives (the first mapping that knows it), of these the
// first in byte order.
func (m *Merges) Identities(place func(id string) int64) []Identity {
	survivors := map[string]string{}
	for _, id := range m.IDs() {
		group := m.group[id]
		if best, found := survivors[group]; !found || place(id) < place(best) {
			survivors[group] = id
		}
	}
	var out []Identity
	for _, id := range survivors {
		out = append(out, m.from(id)[1:]...)
	}
	slices.SortFunc(out, func(a, b Identity) int { return cmp.Compare(a.SourceID, b.SourceID) })
	return out
}

// from walks from an id to everybody of its group, nearest first, along the accepted rows.
func (m *Merges) from(start string) []Identity {
	steps := []Identity{{SourceID: start, CustomerID: start, LinkedID: start}}
	seen := map[string]bool{start: true}
	for at := 0; at < len(steps); at++ {
		for _, i := range m.links[steps[at].SourceID] {
			r := m.rows[i]
			next := r.OtherID
			if next == steps[at].SourceID {
				next = r.CustomerID
			}
			if !seen[next] {
				seen[next] = true
				steps = append(steps, Identity{next, start, steps[at].SourceID, r.Line, r.Score, r.Evidence})
			}
		}
	}
	return steps
}

// path are the lines of the accepted rows that lead from one id of a group to another.
func (m *Merges) path(from, to string) []int {
	steps := map[string]Identity{}
	for _, s := range m.from(to) {
		steps[s.SourceID] = s
	}
	var lines []int
	for id := from; id != to; id = steps[id].LinkedID {
		lines = append(lines, steps[id].Line)
	}
	slices.Sort(lines)
	return lines
}

func sayLines(lines []int) string {
	said := make([]string, len(lines))
	for i, l := range lines {
		said[i] = strconv.Itoa(l)
	}
	if len(said) == 1 {
		return "line " + said[0]
	}
	return "lines " + strings.Join(said[:len(said)-1], ", ") + " and " + said[len(said)-1]
}
