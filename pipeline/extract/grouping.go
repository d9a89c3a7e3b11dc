package extract

import "math"

// grouping judges the separators of an integer part: 1,234,567 and, as in India, 12,34,567.
type grouping struct {
	sep      byte
	length   int // of the group being read
	first    int // length of the first group
	leading  byte
	shortest int // of the groups between the first and the last
	longest  int
	last     int
	mixed    bool
	ended    bool
}

func (g *grouping) digit(c byte) {
	if g.ended {
		return
	}
	if g.length == 0 && g.sep == 0 {
		g.leading = c
	}
	g.length++
}

func (g *grouping) separator(c byte) {
	if g.sep == 0 {
		g.first, g.shortest, g.longest = g.length, math.MaxInt, 0
	} else {
		g.mixed = g.mixed || c != g.sep
		g.shortest, g.longest = min(g.shortest, g.length), max(g.longest, g.length)
	}
	g.sep, g.length = c, 0
}

func (g *grouping) end() {
	if !g.ended {
		g.last, g.ended = g.length, true
	}
}

func (g *grouping) plausible() bool {
	if g.sep == 0 {
		return true
	}
	if g.mixed || g.leading == '0' || g.last != 3 || g.first < 1 || g.first > 3 {
		return false
	}
	if g.shortest == math.MaxInt { // two groups only
		return true
	}
	return g.shortest == 3 && g.longest == 3 || g.first <= 2 && g.shortest == 2 && g.longest == 2
}
