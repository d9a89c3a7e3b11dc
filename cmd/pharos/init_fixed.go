package main

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pharos-analytics/pharos/pipeline/extract"
)

// sniffFixed recognises text whose columns stand at fixed positions: two to sixty columns,
// separated by characters that are blank in every line but perhaps a header of as many words.
// Every line holds a number: prose has blanks in common places too.
func sniffFixed(file string) (*extract.Fixed, bool) {
	lines, ok := firstLines(file, 200)
	if !ok || len(lines) < 3 {
		return nil, false
	}
	header := strings.Fields(lines[0])
	body := lines
	isHeader := !strings.ContainsAny(lines[0], "0123456789")
	if isHeader {
		body = lines[1:]
	}
	if slices.ContainsFunc(body, func(line string) bool { return !strings.ContainsAny(line, "0123456789") }) {
		return nil, false
	}
	columns := runs(body)
	if len(columns) < 2 || len(columns) > 60 {
		return nil, false
	}
	f := &extract.Fixed{}
	if isHeader && len(header) == len(columns) {
		f.SkipRows = 1
	} else if isHeader {
		return nil, false
	}
	for i := range columns {
		columns[i].Name = fmt.Sprintf("c%d", i+1)
		if f.SkipRows == 1 {
			columns[i].Name = header[i]
		}
	}
	f.Columns = columns
	return f, true
}

// firstLines reads up to n non-empty lines of a plain text file without tabs and delimiters.
func firstLines(file string, n int) ([]string, bool) {
	f, err := os.Open(file)
	if err != nil {
		return nil, false
	}
	defer f.Close() // only read from: closing cannot lose anything
	var lines []string
	scan := bufio.NewScanner(f)
	for len(lines) < n && scan.Scan() {
		line := strings.TrimRight(scan.Text(), " \r")
		if !utf8.ValidString(line) || strings.ContainsAny(line, "\t;,|\x00") {
			return nil, false
		}
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines, scan.Err() == nil
}

// runs finds the ranges of characters between those that are blank in every line. The last one
// reaches to the longest line of the sample and some more, for longer values further down. The
// blanks before a range belong to it, because numbers grow to the left.
func runs(lines []string) []extract.FixedColumn {
	width := 0
	rows := make([][]rune, len(lines))
	for i, line := range lines {
		rows[i] = []rune(line)
		width = max(width, len(rows[i]))
	}
	used := make([]bool, width)
	for _, row := range rows {
		for i, r := range row {
			used[i] = used[i] || r != ' '
		}
	}
	var out []extract.FixedColumn
	for i, u := range used {
		switch {
		case u && (i == 0 || !used[i-1]):
			from := 1
			if len(out) > 0 {
				from = out[len(out)-1].To + 1
			}
			out = append(out, extract.FixedColumn{From: from, To: i + 1})
		case u:
			out[len(out)-1].To = i + 1
		}
	}
	if len(out) > 0 {
		out[len(out)-1].To += 10
	}
	return out
}
