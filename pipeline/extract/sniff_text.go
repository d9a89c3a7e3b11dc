package extract

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// sniffTextInto guesses how a text file is written.
func sniffTextInto(spec *Spec, name string, head []byte, notes *[]string) error {
	encoding, why := sniffEncoding(head)
	*notes = append(*notes, "encoding "+encoding+": "+why)
	enc, err := encodingNamed(encoding)
	if err != nil {
		return err
	}
	var text textReader
	if err := text.open(bytes.NewReader(head), name, enc); err != nil {
		return err
	}
	lower := strings.TrimSuffix(strings.ToLower(name), ".gz")
	isJSON := strings.HasSuffix(lower, ".jsonl") || strings.HasSuffix(lower, ".ndjson")
	if first, _, _ := bytes.Cut(text.window(), []byte{'\n'}); isJSON || isJSONObject(first) {
		spec.JSONL = &Files{Path: name}
		*notes = append((*notes)[:0], "JSON lines: every line is an object")
		return nil
	}
	lines := sniffLines(text, len(head) == sniffed)
	if dialect, ok := bestDialect(lines); ok {
		spec.CSV = &CSV{Path: name, Encoding: encoding, Delimiter: dialect.delimiter}
		dialect.describe(spec.CSV, notes)
		return nil
	}
	if layout := sniffFixed(lines); layout != nil && len(layout.Columns) > 1 {
		layout.Path, layout.Encoding = name, encoding
		spec.Fixed = layout
		*notes = append(*notes, fmt.Sprintf("fixed-width text: %d columns between places that are blank on every line; widen and name them", len(layout.Columns)))
		return nil
	}
	spec.CSV = &CSV{Path: name, Encoding: encoding, Delimiter: ","}
	*notes = append(*notes, "no delimiter divides the lines alike: taken as one column")
	return nil
}

// sniffEncoding tells the encoding of the beginning of a file, and why.
func sniffEncoding(head []byte) (name, why string) {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return "utf-8", "byte order mark"
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return "utf-16", "byte order mark"
	case zeroShare(head, 1) > 40:
		return "utf-16le", "every second byte is zero"
	case zeroShare(head, 0) > 40:
		return "utf-16be", "every second byte is zero"
	case utf8.Valid(head[:len(head)-cutRune(head)]):
		return "utf-8", "all bytes are valid"
	}
	pairs, characters := chinesePairs(head)
	if characters > 0 && pairs*2 >= characters {
		return "gb18030", fmt.Sprintf("no UTF-8, and %d of %d characters beyond ASCII are common Chinese ones (gbk is a part of it)", pairs, characters)
	}
	for _, b := range head {
		if b >= 0x80 && b <= 0x9f {
			return "windows-1252", "no UTF-8 and no Chinese; it has characters that Latin-1 lacks"
		}
	}
	return "latin-1", "no UTF-8 and no Chinese; compare an accented name"
}

// zeroShare is the percentage of zero bytes at even (0) or odd (1) places.
func zeroShare(head []byte, odd int) int {
	zeros, n := 0, 0
	for i := odd; i < len(head); i += 2 {
		n++
		if head[i] == 0 {
			zeros++
		}
	}
	return zeros * 100 / max(n, 1)
}

// chinesePairs counts the characters beyond ASCII if the bytes are GB18030, and those of them
// that lie among the common characters of GB 2312. Western text may be valid GB18030 too, but
// its accents stand beside plain letters, which makes rare characters. Zero: not GB18030.
func chinesePairs(head []byte) (pairs, characters int) {
	whole := head[:bytes.LastIndexByte(head, '\n')+1]
	if len(whole) == 0 {
		whole = head
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(whole)
	if err != nil || bytes.Contains(text, []byte("\uFFFD")) {
		return 0, 0
	}
	for i := 0; i+1 < len(whole); i++ {
		if whole[i] < 0x80 {
			continue
		}
		characters++
		if whole[i] >= 0xa1 && whole[i] <= 0xf7 && whole[i+1] >= 0xa1 {
			pairs++
		}
		i++
	}
	return pairs, characters
}

// sniffLines decodes the head; its last line may be cut off.
func sniffLines(text textReader, cut bool) string {
	for !text.eof {
		if text.fill() != nil {
			break // the cut may have split a character
		}
	}
	lines := string(text.window())
	if end := strings.LastIndexByte(lines, text.eol); cut && end >= 0 {
		lines = lines[:end+1]
	}
	return lines
}

// dialectGuess is how well one delimiter and quote divide the lines.
type dialectGuess struct {
	delimiter string
	quoting   bool
	records   [][]string
	lines     []int64 // where the records start
	bad       int
	width     int // the most frequent number of fields
	even      int // records of that width
}

// bestDialect tries the usual delimiters. The best divides the most records alike, then into
// the most fields.
func bestDialect(text string) (best dialectGuess, ok bool) {
	for _, quoting := range []bool{true, false} {
		for _, delimiter := range []string{",", ";", "\t", "|"} {
			g := tryDialect(text, delimiter, quoting)
			if g.width < 2 || g.even*10 < (len(g.records)+g.bad)*6 {
				continue
			}
			score := g.even - best.even - g.bad + best.bad
			if !ok || score > 0 || score == 0 && g.width > best.width {
				best, ok = g, true
			}
		}
	}
	return best, ok
}

func tryDialect(text, delimiter string, quoting bool) dialectGuess {
	const most = 500
	g := dialectGuess{delimiter: delimiter, quoting: quoting}
	var r textReader
	if r.open(strings.NewReader(text), "", nil) != nil {
		return g
	}
	s := newCSVScanner(&r, csvDialect{delimiter: []byte(delimiter), quote: '"', quoting: quoting})
	widths := map[int]int{}
	for len(g.records) < most {
		ok, err := s.next()
		if !ok || err != nil {
			break
		}
		if s.record.rule != "" {
			g.bad++
			continue
		}
		fields := make([]string, len(s.record.fields))
		for i, f := range s.record.fields {
			value, _ := s.value(f, nil)
			fields[i] = strings.TrimSpace(string(value))
		}
		g.records, g.lines = append(g.records, fields), append(g.lines, s.record.line)
		widths[len(fields)]++
	}
	for width, n := range widths {
		if n > g.even || n == g.even && width > g.width {
			g.width, g.even = width, n
		}
	}
	return g
}

// describe fills in what the records of the dialect show.
func (g dialectGuess) describe(c *CSV, notes *[]string) {
	note := func(format string, args ...any) { *notes = append(*notes, fmt.Sprintf(format, args...)) }
	note("delimiter %q divides %d of %d lines into %d columns", g.delimiter, g.even, len(g.records)+g.bad, g.width)
	if !g.quoting {
		c.Quote = "none"
		note("quote none: quotes stand within values")
	}
	first := slices.IndexFunc(g.records, func(r []string) bool { return len(r) == g.width })
	if line := int(g.lines[first]); line > 1 {
		c.HeaderRow = line
		note("header_row %d: the lines above have another number of columns", line)
	}
	body := slices.DeleteFunc(slices.Clone(g.records[first+1:]), func(r []string) bool { return len(r) != g.width })
	if slices.ContainsFunc(g.records[first], looksNumeric) {
		without := false
		c.Header = &without
		body = append(body, g.records[first])
		note("header false: the first line holds numbers; the columns are called c1, c2, …")
	}
	commas, points, words := countSigns(body)
	if commas > 0 && points == 0 {
		c.Decimal = ","
		note("decimal comma: %d values such as 1234,5 and none with a point", commas)
	} else if commas > 0 {
		note("decimal point, though %d values look like 1234,5 and %d like 1234.5: look at the amounts", commas, points)
	}
	if len(words) > 0 {
		c.Null = append([]string{""}, words...)
		note("null words: %s", strings.Join(words, ", "))
	}
}

// countSigns counts values that can only be decimals with a comma or with a point, and finds
// the usual words for NULL.
func countSigns(records [][]string) (commas, points int, null []string) {
	for _, r := range records {
		for _, v := range r {
			switch {
			case v == "NULL" || v == "null" || v == `\N`:
				if !slices.Contains(null, v) {
					null = append(null, v)
				}
			case hasDecimals(v, ','):
				commas++
			case hasDecimals(v, '.'):
				points++
			}
		}
	}
	slices.Sort(null)
	return commas, points, null
}

// hasDecimals says that a number ends in digits behind the sign that cannot be a group of
// thousands: there is one such sign only, and not three digits follow it.
func hasDecimals(v string, sign byte) bool {
	at := strings.LastIndexByte(v, sign)
	if at < 1 || strings.IndexByte(v, sign) != at || len(v)-at-1 == 3 || len(v)-at-1 == 0 {
		return false
	}
	return looksNumeric(v) && strings.Trim(v[at+1:], "0123456789") == ""
}

// looksNumeric says that a text has digits and besides them only what amounts and dates have.
func looksNumeric(v string) bool {
	return strings.ContainsAny(v, "0123456789") && strings.Trim(v, "0123456789") != v &&
		strings.TrimLeft(v, "+-$€¥£ (0123456789.,)/:") == ""
}

// sniffFixed finds columns between the places that are blank on every line, when the lines are
// of nearly one length; nil when they are not. A first line without digits is the header.
func sniffFixed(text string) *Fixed {
	var lines [][]rune
	var names []string
	layout := &Fixed{}
	longest, alike := 0, 0
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \r\n")
		switch {
		case line == "":
		case len(lines) == 0 && layout.SkipRows == 0 && !strings.ContainsAny(line, "0123456789"):
			layout.SkipRows, names = 1, strings.Fields(line)
		default:
			lines = append(lines, []rune(line))
			longest = max(longest, utf8.RuneCountInString(line))
		}
	}
	used := make([]bool, longest+1)
	for _, line := range lines {
		if len(line)*10 >= longest*8 {
			alike++
		}
		for i, r := range line {
			used[i] = used[i] || r != ' '
		}
	}
	if len(lines) < 3 || alike*10 < len(lines)*9 {
		return nil
	}
	layout.Columns = usedRuns(used)
	for i := range layout.Columns {
		if len(names) == len(layout.Columns) {
			layout.Columns[i].Name = names[i]
		}
	}
	return layout
}

// usedRuns makes a column of every run of places that some line uses; the last place is unused.
func usedRuns(used []bool) []FixedColumn {
	var columns []FixedColumn
	for i := range len(used) - 1 {
		if used[i] && (i == 0 || !used[i-1]) {
			columns = append(columns, FixedColumn{Name: fmt.Sprintf("c%d", len(columns)+1), From: i + 1})
		}
		if used[i] && !used[i+1] {
			columns[len(columns)-1].To = i + 1
		}
	}
	return columns
}
