package segment

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Match is one key by which customers are compared, and the columns of customers that hold it.
type Match struct {
	Kind    string // MatchTaxID, MatchEmail, MatchPhone, MatchName, or another column's own name
	Columns []string
}

// Profile is what all sources say of one id.
type Profile struct {
	ID     string
	Place  int64 // of the first mapping that knows it
	Name   string
	Values [][]string // per match, in the order of the matches
}

// What equal keys are worth as evidence that two ids are one customer, each alone; together they
// count as 1 - (1-a)(1-b)…, as evidence does that is not about the same thing.
const (
	taxIDWeight = BasisPoints(9500)
	codeWeight  = BasisPoints(9000)
	emailWeight = BasisPoints(8500)
	phoneWeight = BasisPoints(6500)
	nameWeight  = BasisPoints(7000) // of equal names; similar ones by their similarity
)

// What speaks against it takes a part of the score away.
const (
	otherTaxID = BasisPoints(4000) // is left when both have tax ids, and none of them in common
	otherName  = BasisPoints(8000) // is left when the names have next to nothing in common
)

const (
	leastScore   = BasisPoints(6000) // of a proposal
	leastSimilar = BasisPoints(8500) // names below are no reason to compare two ids
	hardlyAlike  = BasisPoints(3000) // names below are different names
)

// weightOf is the worth of an equal key.
func weightOf(kind string) BasisPoints {
	switch kind {
	case MatchTaxID:
		return taxIDWeight
	case MatchEmail:
		return emailWeight
	case MatchPhone:
		return phoneWeight
	case MatchName:
		return nameWeight
	}
	return codeWeight
}

// compare weighs what two profiles have in common, and says it: "tax_id same, name 0.93". No value
// is repeated in the evidence, because it goes where contacts do not.
func compare(matches []Match, a, b Profile) (score BasisPoints, evidence string) {
	const whole = BasisPoints(10_000)
	doubt, left := whole, whole
	var said []string
	for i, m := range matches {
		x, y := keysOf(m.Kind, a.Values[i]), keysOf(m.Kind, b.Values[i])
		if len(x) == 0 || len(y) == 0 {
			continue
		}
		alike := closest(m.Kind, x, y)
		switch {
		case m.Kind == MatchName:
			doubt = doubt * (whole - nameWeight*alike/whole) / whole
			said = append(said, fmt.Sprintf("name %d.%02d", alike/whole, alike%whole/100))
			if alike < hardlyAlike {
				left = left * otherName / whole
			}
		case alike == whole:
			doubt = doubt * (whole - weightOf(m.Kind)) / whole
			said = append(said, m.Kind+" same")
		case m.Kind == MatchTaxID:
			left = left * otherTaxID / whole
			said = append(said, m.Kind+" different")
		}
	}
	return (whole - doubt) * left / whole, strings.Join(said, ", ")
}

// closest is the best similarity of any two keys: whole or nothing, but for names.
func closest(kind string, x, y []string) BasisPoints {
	best := BasisPoints(0)
	for _, a := range x {
		for _, b := range y {
			switch {
			case a == b:
				return 10_000
			case kind == MatchName:
				best = max(best, keySimilarity(a, b))
			}
		}
	}
	return best
}

// keysOf are the keys of some values, each once.
func keysOf(kind string, values []string) []string {
	var keys []string
	for _, v := range values {
		if key := matchKey(kind, v); key != "" && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// scored is a pair of kept profiles with what it is worth.
type scored struct {
	a, b     Profile // in the order of survival
	score    BasisPoints
	evidence string
}

// propose gives the rows that a person should decide, the likeliest first. Rows that are there
// already count: a pair that the accepted and the open ones connect is not asked for again, and
// neither is one that a refusal keeps apart. So the proposals never say the same thing twice.
func propose(matches []Match, pairs [][2]Profile, rows []MergeRow, decided *Merges) []MergeRow {
	var found []scored
	for _, p := range pairs {
		a, b := p[0], p[1]
		if cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.ID, b.ID)) > 0 {
			a, b = b, a
		}
		if score, evidence := compare(matches, a, b); score >= leastScore {
			found = append(found, scored{a, b, score, evidence})
		}
	}
	slices.SortFunc(found, func(x, y scored) int {
		return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(x.a.ID, y.a.ID), cmp.Compare(x.b.ID, y.b.ID))
	})
	asked := newConnections(rows, decided)
	var out []MergeRow
	for _, f := range found {
		if asked.apart(f.a.ID, f.b.ID) || !asked.connect(f.a.ID, f.b.ID) {
			continue
		}
		out = append(out, MergeRow{
			CustomerID: f.a.ID, OtherID: f.b.ID, Name: f.a.Name, OtherName: f.b.Name, Evidence: f.evidence,
			Score: fmt.Sprintf("%d.%02d", f.score/10_000, f.score%10_000/100),
		})
	}
	return out
}

// connections are the ids that accepted, open and new rows connect, and the refusals.
type connections struct {
	decided *Merges
	parent  map[string]string
	refused map[[2]string]bool // by the groups that are decided
}

func newConnections(rows []MergeRow, decided *Merges) *connections {
	c := &connections{decided: decided, parent: map[string]string{}, refused: map[[2]string]bool{}}
	for _, r := range rows {
		a, b := decided.GroupOf(r.CustomerID), decided.GroupOf(r.OtherID)
		if r.Decision == MergeRefused {
			c.refused[[2]string{a, b}], c.refused[[2]string{b, a}] = true, true
			continue
		}
		c.connect(a, b)
	}
	return c
}

// apart says whether somebody refused that the customers of two ids are one.
func (c *connections) apart(a, b string) bool {
	return c.refused[[2]string{c.decided.GroupOf(a), c.decided.GroupOf(b)}]
}

// connect joins two ids and says whether that was new.
func (c *connections) connect(a, b string) bool {
	a, b = c.root(c.decided.GroupOf(a)), c.root(c.decided.GroupOf(b))
	if a != b {
		c.parent[b] = a
	}
	return a != b
}

func (c *connections) root(id string) string {
	for c.parent[id] != "" {
		if up := c.parent[c.parent[id]]; up != "" {
			c.parent[id] = up
		}
		id = c.parent[id]
	}
	return id
}
