package segment

import (
	"cmp"
	"slices"
)

// mostSharing is the number of ids above which a value that they share says nothing about any two
// of them: the switchboard's number, nobody@example.com, a name that half a town has.
const mostSharing = 20

// mostInBlock bounds the names that are compared with each other because they share rare letters.
const mostInBlock = 50

// Candidates finds the pairs of profiles that are worth comparing, among a million, without
// comparing all with all. It sees every profile twice, in one and the same order: Add counts their
// keys, and only those that share one are kept in memory by Keep.
//
// Equal keys make a pair. Names make one when they are similar enough: by prefix filtering
// (Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and Srikant 2007) two names of the least
// similarity must share one of the few rarest pairs of letters of each, and only those are looked up.
type Candidates struct {
	matches  []Match
	postings []posting
	names    []string // keys, one after the other
	owners   []uint32 // whose name it is
	added    uint32
	kept     uint32
	pairs    [][2]uint32
	wanted   map[uint32]bool
	profiles map[uint32]Profile
}

// posting says that a profile, or a name, has a key.
type posting struct {
	key uint64
	of  uint32
}

// NewCandidates compares by the given matches.
func NewCandidates(matches []Match) *Candidates {
	return &Candidates{matches: matches, wanted: map[uint32]bool{}, profiles: map[uint32]Profile{}}
}

// Add counts the keys of the next profile.
func (c *Candidates) Add(p Profile) {
	for i, m := range c.matches {
		for _, key := range keysOf(m.Kind, p.Values[i]) {
			c.postings = append(c.postings, posting{hashOf(m.Kind, key), c.added})
			if m.Kind == MatchName {
				c.names, c.owners = append(c.names, key), append(c.owners, c.added)
			}
		}
	}
	c.added++
}

// hashOf is FNV-1a. Keys that share it by accident are compared and found to be different.
func hashOf(parts ...string) uint64 {
	h := uint64(14695981039346656037)
	for _, part := range parts {
		for i := range len(part) {
			h = (h ^ uint64(part[i])) * 1099511628211
		}
		h *= 1099511628211
	}
	return h
}

// Pair ends the counting: from then on Keep is called for the same profiles again.
func (c *Candidates) Pair() {
	eachBlock(c.postings, func(block []posting) {
		if len(block) <= mostSharing {
			c.pairAll(block, func(a, b posting) ([2]uint32, bool) { return [2]uint32{a.of, b.of}, true })
		}
	})
	c.postings = nil
	c.pairNames()
	slices.SortFunc(c.pairs, func(a, b [2]uint32) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	c.pairs = slices.Compact(c.pairs)
	for _, p := range c.pairs {
		c.wanted[p[0]], c.wanted[p[1]] = true, true
	}
}

// pairAll pairs the members of a block that belong to two profiles.
func (c *Candidates) pairAll(block []posting, pair func(a, b posting) ([2]uint32, bool)) {
	for i, a := range block {
		for _, b := range block[i+1:] {
			if p, ok := pair(a, b); ok && p[0] != p[1] {
				c.pairs = append(c.pairs, [2]uint32{min(p[0], p[1]), max(p[0], p[1])})
			}
		}
	}
}

// pairNames pairs names that are similar and not equal; equal ones are pairs already.
func (c *Candidates) pairNames() {
	frequency := map[uint64]uint32{}
	for _, name := range c.names {
		for _, gram := range nameGrams(name) {
			frequency[gram]++
		}
	}
	var postings []posting
	for i, name := range c.names {
		for _, gram := range rarest(nameGrams(name), frequency) {
			// only names with the same numbers in them can be similar
			postings = append(postings, posting{(gram ^ hashOf(numberIn(name))) * 1099511628211, uint32(i)})
		}
	}
	eachBlock(postings, func(block []posting) {
		if len(block) > mostInBlock {
			return
		}
		c.pairAll(block, func(a, b posting) ([2]uint32, bool) {
			x, y := c.names[a.of], c.names[b.of]
			return [2]uint32{c.owners[a.of], c.owners[b.of]}, x != y && keySimilarity(x, y) >= leastSimilar
		})
	})
	c.names, c.owners = nil, nil
}

// rarest are the pairs of letters of which two names of the least similarity t share one: of n,
// the first n - ⌈n·t/(2-t)⌉ + 1 in the order of their frequency. A similar name has at least
// n·t/(2-t) of them, so it cannot miss all of these.
func rarest(grams []uint64, frequency map[uint64]uint32) []uint64 {
	slices.SortFunc(grams, func(a, b uint64) int { return cmp.Or(cmp.Compare(frequency[a], frequency[b]), cmp.Compare(a, b)) })
	const t = int(leastSimilar)
	n := len(grams)
	shared := (n*t + 20_000 - t - 1) / (20_000 - t)
	return grams[:min(n, n-shared+1)]
}

// eachBlock gives the postings that have a key in common, when there are several.
func eachBlock(postings []posting, block func([]posting)) {
	slices.SortFunc(postings, func(a, b posting) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.of, b.of)) })
	for from := 0; from < len(postings); {
		to := from + 1
		for to < len(postings) && postings[to].key == postings[from].key {
			to++
		}
		if to > from+1 {
			block(postings[from:to])
		}
		from = to
	}
}

// Keep takes the same profiles in the same order once more.
func (c *Candidates) Keep(p Profile) {
	if c.wanted[c.kept] {
		c.profiles[c.kept] = p
	}
	c.kept++
}

// Propose weighs the pairs and gives the rows that a person should decide, the likeliest first.
// The rows of merges.csv as they are say what is asked or decided already.
func (c *Candidates) Propose(rows []MergeRow) ([]MergeRow, error) {
	decided, err := Unite(rows)
	if err != nil {
		return nil, err
	}
	pairs := make([][2]Profile, len(c.pairs))
	for i, p := range c.pairs {
		pairs[i] = [2]Profile{c.profiles[p[0]], c.profiles[p[1]]}
	}
	return propose(c.matches, pairs, rows, decided), nil
}
