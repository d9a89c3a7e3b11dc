package main

import (
	"strings"
	"unicode"
)

// nearestHint is "; nearest: name" for the candidate that a person most likely meant, or nothing
// when none is near.
func nearestHint(word string, candidates []string) string {
	if name := nearest(word, candidates); name != "" {
		return "; nearest: " + name
	}
	return ""
}

// nearest is the candidate with the fewest edits to the word, the first of equals, and "" when
// the best one shares too little with it.
func nearest(word string, candidates []string) string {
	if len(word) > 200 {
		return ""
	}
	best, fewest := "", 0
	for _, c := range candidates {
		d := edits(fold(word), fold(c))
		if best == "" || d < fewest {
			best, fewest = c, d
		}
	}
	if limit := max(1, len([]rune(word))/2); best == "" || fewest > limit {
		return ""
	}
	return best
}

// fold ignores case and separators, so that OrderID is near order_id.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// edits counts insertions, deletions, substitutions and swaps of neighbours between two words.
func edits(a, b string) int {
	s, t := []rune(a), []rune(b)
	var before []int // the row two above, for swaps
	above := make([]int, len(t)+1)
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(s); i++ {
		row := make([]int, len(t)+1)
		row[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above = above, row
	}
	return above[len(t)]
}
