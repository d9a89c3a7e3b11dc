package model

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Issue is a place where a model leaves the house style or the subset of SQL that DuckDB and
// Trino compute alike.
type Issue struct {
	Path      string
	Line, Col int
	Rule      string // short name: bare-division, join-kind, …
	Message   string // what to write instead
}

// String is the issue as compilers print theirs.
func (i Issue) String() string {
	return fmt.Sprintf("%s:%d:%d: %s (%s)", i.Path, i.Line, i.Col, i.Message, i.Rule)
}

const (
	maxLineWidth = 88
	maxLines     = 100 // of the select; the header does not count
)

// Lint finds the issues of the models, ordered by path and place. It works on tokens, so a word in
// a comment or text never counts.
func Lint(models []Model) []Issue {
	var issues []Issue
	for _, m := range models {
		f := newLintFile(m)
		f.lintLayout()
		f.lintPortability()
		f.lintStyle()
		issues = append(issues, f.issues...)
	}
	slices.SortStableFunc(issues, func(a, b Issue) int {
		if d := strings.Compare(a.Path, b.Path); d != 0 {
			return d
		}
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Col - b.Col
	})
	return issues
}

// lintFile is a model's tokens with their brackets matched.
type lintFile struct {
	model  Model
	tokens []token
	texts  []string // what rules compare: words in lower case, signs; empty for names, texts, numbers
	opener []int    // per token, the innermost ( around it, or -1
	closer []int    // per (, its ), or the number of tokens
	issues []Issue
}

func newLintFile(m Model) *lintFile {
	f := &lintFile{model: m, tokens: tokenize(m.SQL)}
	f.texts, f.opener = make([]string, len(f.tokens)), make([]int, len(f.tokens))
	f.closer = slices.Repeat([]int{len(f.tokens)}, len(f.tokens))
	var open []int
	for i, t := range f.tokens {
		if t.kind == word || t.kind == operator {
			f.texts[i] = strings.ToLower(t.text)
		}
		if t.text == ")" && len(open) > 0 {
			f.closer[open[len(open)-1]] = i
			open = open[:len(open)-1]
		}
		f.opener[i] = -1
		if len(open) > 0 {
			f.opener[i] = open[len(open)-1]
		}
		if t.text == "(" {
			open = append(open, i)
		}
	}
	return f
}

// text is what stands at a place, empty outside the file.
func (f *lintFile) text(i int) string {
	if i < 0 || i >= len(f.texts) {
		return ""
	}
	return f.texts[i]
}

// kind is the kind of a token; outside the file it is an operator.
func (f *lintFile) kind(i int) tokenKind {
	if i < 0 || i >= len(f.tokens) {
		return operator
	}
	return f.tokens[i].kind
}

// follows says whether these words or signs stand at a place.
func (f *lintFile) follows(i int, texts ...string) bool {
	for j, text := range texts {
		if f.text(i+j) != text {
			return false
		}
	}
	return true
}

// within says whether a word stands between two places, brackets included.
func (f *lintFile) within(from, to int, texts ...string) bool {
	for i := from; i < to; i++ {
		if f.follows(i, texts...) {
			return true
		}
	}
	return false
}

// inCall says whether a place lies, at any depth, inside the brackets of a function.
func (f *lintFile) inCall(i int, function string) bool {
	for open := f.opener[i]; open >= 0; open = f.opener[open] {
		if f.text(open-1) == function {
			return true
		}
	}
	return false
}

// report notes an issue; of several at one place the first says enough.
func (f *lintFile) report(i int, rule, format string, args ...any) {
	line, column := position(f.model.SQL, f.tokens[i].offset)
	if slices.ContainsFunc(f.issues, func(other Issue) bool { return other.Line == line && other.Col == column }) {
		return
	}
	f.issues = append(f.issues, Issue{f.model.Path, line, column, rule, fmt.Sprintf(format, args...)})
}

// lintLayout looks at lines.
func (f *lintFile) lintLayout() {
	text := strings.TrimSuffix(f.model.SQL, "\n")
	add := func(line, column int, rule, message string) {
		f.issues = append(f.issues, Issue{f.model.Path, line, column, rule, message})
	}
	selectLines, inHeader := 0, true
	for i, line := range strings.Split(text, "\n") {
		inHeader = inHeader && strings.HasPrefix(line, "--")
		if !inHeader {
			selectLines++
		}
		if width := utf8.RuneCountInString(line); width > maxLineWidth {
			add(i+1, maxLineWidth+1, "line-width", fmt.Sprintf("the line has %d columns: at most %d", width, maxLineWidth))
		}
		if trimmed := strings.TrimRight(line, " \t\r"); trimmed != line {
			add(i+1, utf8.RuneCountInString(trimmed)+1, "blanks", "the line ends in blanks")
		}
		indent := len(line) - len(strings.TrimLeft(line, " \t"))
		if strings.Contains(line[:indent], "\t") || indent%4 != 0 {
			add(i+1, 1, "indent", "indent by 4 spaces")
		}
	}
	if selectLines > maxLines {
		add(1, 1, "length", fmt.Sprintf("the select has %d lines: at most %d, make it two models", selectLines, maxLines))
	}
	if !strings.HasSuffix(f.model.SQL, "\n") {
		add(1, 1, "blanks", "the file does not end with a line break")
	}
}
