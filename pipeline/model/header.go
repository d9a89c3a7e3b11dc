package model

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/sql"
)

// headerKeys are the lines a header may have after its first paragraph.
var headerKeys = [...]string{"grain", "needs", "mart", "view", "units", "severity", "column", "segmentation", "part_of"}

// headerParser reads the comment lines on top of one file.
type headerParser struct {
	path   string
	header Header
	seen   map[string]int // key -> line
	errs   []error
}

// parseHeader reads the leading comment lines of a model file: first the sentence that says what
// one row is, then "key: value" lines. A line that is indented by more than one blank continues the
// line before it; an empty comment line separates. The header ends with the first line that is no
// comment. All problems are returned together, each as path:line.
func parseHeader(path, schema, text string) (Header, error) {
	p := headerParser{path: path, seen: map[string]int{}}
	p.header.Units, p.header.Columns = map[string]string{}, map[string]string{}
	for _, e := range headerEntries(text) {
		p.entry(e)
	}
	p.require(schema)
	return p.header, errors.Join(p.errs...)
}

// DiffQuery is the text of a query that compares two runs (sql.Diff).
func DiffQuery(name string) (string, error) {
	text, err := fs.ReadFile(sql.Diff, "diff/"+name+".sql")
	return string(text), err
}

// Sentence is what the leading comment of a query says that one row is.
func Sentence(text string) string {
	for _, e := range headerEntries(text) {
		if e.key == "" {
			return e.value
		}
	}
	return ""
}

// headerEntry is a header line with its continuation lines; key is empty for the sentence.
type headerEntry struct {
	line       int
	key, value string
}

// headerEntries cuts the leading comment into the sentence and its keyed lines.
func headerEntries(text string) []headerEntry {
	var entries []headerEntry
	for i, line := range strings.Split(text, "\n") {
		body, isComment := strings.CutPrefix(strings.TrimRight(line, " \t\r"), "--")
		if !isComment {
			break
		}
		content := strings.TrimSpace(body)
		if content == "" {
			continue
		}
		last := len(entries) - 1
		inSentence := last < 0 || entries[last].key == ""
		key, value, keyed := cutKey(content, inSentence)
		indented := strings.HasPrefix(body, "  ")
		switch {
		case keyed && !indented:
			entries = append(entries, headerEntry{i + 1, key, value})
		case last < 0:
			entries = append(entries, headerEntry{i + 1, "", content})
		case indented || inSentence:
			entries[last].value += " " + content
		default:
			entries = append(entries, headerEntry{i + 1, "?", content})
		}
	}
	return entries
}

// cutKey splits "grain: a, b"; only a lower-case word at the start of the line is a key. While the
// sentence runs, only a key or what is nearly one ends it: prose has colons too.
func cutKey(content string, inSentence bool) (key, value string, ok bool) {
	key, value, ok = strings.Cut(content, ":")
	if !ok || key == "" || strings.Trim(key, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return "", "", false
	}
	nearly := func(k string) bool { return editDistance(k, key) <= 1 }
	if inSentence && !slices.Contains(headerKeys[:], key) && !slices.ContainsFunc(headerKeys[:], nearly) {
		return "", "", false
	}
	return key, strings.TrimSpace(value), true
}

func (p *headerParser) fail(line int, format string, args ...any) {
	p.errs = append(p.errs, fmt.Errorf("%s:%d: %s", p.path, line, fmt.Sprintf(format, args...)))
}

func (p *headerParser) entry(e headerEntry) {
	switch e.key {
	case "":
		if p.header.Sentence != "" {
			p.fail(e.line, "the sentence stands twice: keep one paragraph on top")
		}
		p.header.Sentence = e.value
		return
	case "?":
		p.fail(e.line, "%q is no header line: write key: value, or indent it by two blanks to continue the line above", e.value)
		return
	}
	if first, again := p.seen[e.key]; again && e.key != "column" && e.key != "units" {
		p.fail(e.line, "%s stands twice, first on line %d", e.key, first)
		return
	}
	p.seen[e.key] = e.line
	switch e.key {
	case "grain":
		p.header.Grain = p.names(e)
	case "needs":
		p.header.Needs = p.needs(e)
	case "mart":
		p.header.Mart = p.yesNo(e)
	case "view":
		p.header.View = p.yesNo(e)
	case "units":
		p.units(e)
	case "column":
		p.column(e)
	case "severity":
		p.header.Severity = e.value
	case "segmentation":
		p.header.Segmentation = p.yesNo(e)
	case "part_of":
		p.header.PartOf = e.value
	default:
		p.fail(e.line, "unknown header key %s%s", e.key, DidYouMean(e.key, headerKeys[:]))
	}
}

// names reads a comma list of columns; "none" is a relation of one row.
func (p *headerParser) names(e headerEntry) []string {
	if e.value == "none" {
		return nil
	}
	var names []string
	for _, name := range strings.Split(e.value, ",") {
		name = strings.TrimSpace(name)
		if !isPlainName(name) {
			p.fail(e.line, "%s: %q is no column name", e.key, name)
			continue
		}
		names = append(names, name)
	}
	return names
}

// needs reads "order_lines, contracts | ledger": commas mean all, bars inside mean any.
func (p *headerParser) needs(e headerEntry) []string {
	if e.value == "none" || e.value == "" {
		return nil
	}
	var needs []string
	for _, item := range strings.Split(e.value, ",") {
		tables := alternatives(item)
		for _, table := range tables {
			if !isPlainName(table) {
				p.fail(e.line, "needs: %q is no table name", table)
			}
		}
		needs = append(needs, strings.Join(tables, " | "))
	}
	return needs
}

// alternatives splits one item of needs.
func alternatives(item string) []string {
	tables := strings.Split(item, "|")
	for i := range tables {
		tables[i] = strings.TrimSpace(tables[i])
	}
	return tables
}

func (p *headerParser) yesNo(e headerEntry) bool {
	if e.value != "yes" && e.value != "no" {
		p.fail(e.line, "%s is %q: write yes or no", e.key, e.value)
	}
	return e.value == "yes"
}

func (p *headerParser) units(e headerEntry) {
	for _, item := range strings.Split(e.value, ",") {
		words := strings.Fields(item)
		if len(words) < 2 || !isPlainName(words[0]) {
			p.fail(e.line, "units: %q is not a column and its unit", strings.TrimSpace(item))
			continue
		}
		if _, again := p.header.Units[words[0]]; again {
			p.fail(e.line, "units: %s stands twice", words[0])
		}
		p.header.Units[words[0]] = strings.Join(words[1:], " ")
	}
}

func (p *headerParser) column(e headerEntry) {
	name, sentence, _ := strings.Cut(e.value, " ")
	sentence = strings.TrimSpace(sentence)
	if !isPlainName(name) || sentence == "" {
		p.fail(e.line, "column: %q is not a column and its sentence", e.value)
		return
	}
	if _, again := p.header.Columns[name]; again {
		p.fail(e.line, "column: %s stands twice", name)
	}
	p.header.Columns[name] = sentence
}

// require reports what every header must have.
func (p *headerParser) require(schema string) {
	if p.header.Sentence == "" {
		p.fail(1, "the header has no sentence: say on the first line what one row is")
	}
	if p.seen["grain"] == 0 {
		p.fail(1, "the header has no grain: add `-- grain: column, column`, or `-- grain: none` for one row")
	}
	if p.seen["needs"] == 0 {
		p.fail(1, "the header has no needs: add `-- needs: table, table | table`, or `-- needs: none`")
	}
	p.requireSeverity(schema)
	p.requireSegmentation(schema)
}

// requireSegmentation reports a segmentation that could not give every customer one segment.
func (p *headerParser) requireSegmentation(schema string) {
	if !p.header.Segmentation {
		return
	}
	if schema != "segment" {
		p.fail(p.seen["segmentation"], "a segmentation stands in the folder segment, not in %s", schema)
	}
	if grain := p.seen["grain"]; grain > 0 && !slices.Equal(p.header.Grain, []string{"customer_id"}) {
		p.fail(grain, "a segmentation has one row per customer: write `-- grain: customer_id`")
	}
}

func (p *headerParser) requireSeverity(schema string) {
	line := max(p.seen["severity"], 1)
	severity := p.header.Severity
	switch {
	case schema != "checks" && severity != "":
		p.fail(line, "severity belongs to checks only")
	case schema == "checks" && severity != severityError && severity != severityWarning:
		p.fail(line, "severity is %q: write error or warning", severity)
	}
}

// isPlainName says whether a name needs no quotes: lower case, digits and underscores.
func isPlainName(name string) bool {
	return name != "" && (name[0] < '0' || name[0] > '9') &&
		strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}
