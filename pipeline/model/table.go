package model

import (
	"bufio"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// nullText is how a table shows NULL; a text is never shown without its own letters.
const nullText = "NULL"

// writeTable holds the result to align it: names left, numbers right, in the widths of a terminal,
// where a Chinese character takes two places.
func (e *DuckDB) writeTable(ctx context.Context, query string, w *bufio.Writer) error {
	rows, err := e.Query(ctx, query)
	if err != nil {
		return err
	}
	cells := [][]string{make([]string, len(rows.Columns))}
	for i, name := range rows.Columns {
		cells[0][i] = visible(name)
	}
	for _, row := range rows.Values {
		line := make([]string, len(row))
		for i, value := range row {
			line[i] = nullText
			if value != nil {
				line[i] = visible(Text(value, rows.Types[i]))
			}
		}
		cells = append(cells, line)
	}
	widths := columnWidths(cells)
	for i, line := range cells {
		w.WriteString(alignedLine(line, rows.Types, widths))
		if i == 0 {
			w.WriteString(ruler(widths))
		}
	}
	noun := "rows"
	if len(rows.Values) == 1 {
		noun = "row"
	}
	_, err = fmt.Fprintf(w, "(%d %s)\n", len(rows.Values), noun)
	return err
}

func columnWidths(cells [][]string) []int {
	widths := make([]int, len(cells[0]))
	for _, line := range cells {
		for i, cell := range line {
			widths[i] = max(widths[i], displayWidth(cell))
		}
	}
	return widths
}

func alignedLine(line, types []string, widths []int) string {
	var b strings.Builder
	for i, cell := range line {
		if i > 0 {
			b.WriteString("  ")
		}
		padding := strings.Repeat(" ", widths[i]-displayWidth(cell))
		if isNumeric(types[i]) {
			b.WriteString(padding + cell)
		} else {
			b.WriteString(cell + padding)
		}
	}
	return strings.TrimRight(b.String(), " ") + "\n"
}

func ruler(widths []int) string {
	lines := make([]string, len(widths))
	for i, width := range widths {
		lines[i] = strings.Repeat("-", width)
	}
	return strings.Join(lines, "  ") + "\n"
}

func isNumeric(kind string) bool {
	return isDecimal(kind) || slices.Contains([]string{"tinyint", "smallint", "integer", "bigint", "hugeint",
		"utinyint", "usmallint", "uinteger", "ubigint", "uhugeint", "float", "double"}, kind)
}

// visible writes control characters, and marks that turn the reading direction, as escapes: a
// customer's name must not steer the terminal.
func visible(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029':
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// displayWidth is the number of terminal places a text takes (Unicode East Asian Width: wide and
// fullwidth are two, combining marks none).
func displayWidth(text string) int {
	width := 0
	for _, r := range text {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case isWide(r):
			width += 2
		default:
			width++
		}
	}
	return width
}

// isWide covers the blocks that are wide as a whole: Hangul Jamo, CJK with its punctuation, kana,
// Yi, Hangul, compatibility and fullwidth forms, emoji, and the CJK planes.
func isWide(r rune) bool {
	for _, block := range [...][2]rune{
		{0x1100, 0x115f}, {0x2e80, 0x303e}, {0x3041, 0xa4cf}, {0xa960, 0xa97c}, {0xac00, 0xd7a3}, {0xf900, 0xfaff},
		{0xfe30, 0xfe6f}, {0xff01, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff},
		{0x20000, 0x3fffd},
	} {
		if r >= block[0] && r <= block[1] {
			return true
		}
	}
	return false
}
