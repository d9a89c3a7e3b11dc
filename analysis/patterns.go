package analysis

import "strings"

// Pattern is a word of the company's vocabulary as SQL compares it: lower case, without outer
// blanks. A pattern is matched by `like … escape '\'`: its * is %, its own % and _ are escaped.
type Pattern struct {
	Position        int // 1 for the first word of the file
	Class, SubClass string
	Word            string
	IsPattern       bool
}

// Patterns are the words in file order, as the relation run.class_words holds them. Words that
// Validate refuses as empty are left out, because an empty pattern would fit an empty reason.
func Patterns(words []ClassWord) []Pattern {
	patterns := make([]Pattern, 0, len(words))
	for i, w := range words {
		p := Pattern{Position: i + 1, Class: w.Class, SubClass: w.SubClass, Word: normal(w.Word)}
		if p.Word == "" {
			continue
		}
		if strings.Contains(p.Word, "*") {
			p.Word, p.IsPattern = likePattern(p.Word), true
		}
		patterns = append(patterns, p)
	}
	return patterns
}

// normal is how a word is compared: without regard to width, case and outer blanks, as relation
// analysis.said_texts does with what customers said.
func normal(word string) string {
	return strings.ToLower(strings.TrimSpace(strings.Map(halfWidth, word)))
}

// halfWidth is a letter, digit or common sign of full width in half width.
func halfWidth(r rune) rune {
	switch {
	case r == '\u3000':
		return ' '
	case r >= '０' && r <= '９', r >= 'Ａ' && r <= 'Ｚ', r >= 'ａ' && r <= 'ｚ', strings.ContainsRune("，．：；！？（）－／％＆＋", r):
		return r - 0xFEE0
	}
	return r
}

// likePattern turns * into % and takes the meaning from what like would read as wildcards.
func likePattern(word string) string {
	return strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`, "*", "%").Replace(word)
}
