package extract

import (
	"slices"
	"strings"
)

// nearestNames ends a message about a name that is not there with what there is: at most six
// names, the nearest first.
func nearestNames(name string, among []string) string {
	const most = 6
	if len(among) == 0 {
		return "none"
	}
	sorted := slices.Clone(among)
	distance := make(map[string]int, len(among))
	for _, a := range among {
		distance[a] = editDistance(strings.ToLower(name), strings.ToLower(a))
	}
	slices.SortStableFunc(sorted, func(a, b string) int { return distance[a] - distance[b] })
	rest := ""
	if len(sorted) > most {
		sorted, rest = sorted[:most], ", …"
	}
	return strings.Join(sorted, ", ") + rest
}

// editDistance is Levenshtein's: insertions, deletions and replacements of characters.
func editDistance(a, b string) int {
	from, to := []rune(a), []rune(b)
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i, f := range from {
		diagonal := row[0]
		row[0] = i + 1
		for j, t := range to {
			cost := diagonal
			if f != t {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(to)]
}
