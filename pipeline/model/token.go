package model

import "strings"

// tokenKind is what a piece of SQL is.
type tokenKind int

const (
	word     tokenKind = iota // a name or keyword, as written
	quoted                    // "a name in quotes"
	literal                   // 'a text'
	number                    // 12, 0.5, 1e-9
	operator                  // one or more signs that belong together: ::, <=, ||, (
)

// token is a piece of SQL; comments and blanks are no tokens.
type token struct {
	kind   tokenKind
	text   string
	offset int // byte offset in the file
}

// operators of more than one sign, longest first.
var operators = [...]string{"->>", "::", "//", "||", "<=", ">=", "<>", "!=", "==", "->", ":=", "**"}

// tokenize cuts SQL into tokens. A text or comment that does not end runs to the end of the file;
// the parser reports it.
func tokenize(text string) []token {
	var tokens []token
	for at := 0; at < len(text); {
		rest := text[at:]
		kind, size := operator, 1
		switch c := rest[0]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			at++
			continue
		case strings.HasPrefix(rest, "--"):
			at += until(rest, 2, "\n")
			continue
		case strings.HasPrefix(rest, "/*"):
			at += until(rest, 2, "*/")
			continue
		case c == '\'':
			kind, size = literal, quotedSize(rest, c)
		case c == '"':
			kind, size = quoted, quotedSize(rest, c)
		case isDigit(c) || c == '.' && len(rest) > 1 && isDigit(rest[1]):
			kind, size = number, numberSize(rest)
		case isWordByte(c):
			kind, size = word, wordSize(rest)
		default:
			size = operatorSize(rest)
		}
		tokens = append(tokens, token{kind, rest[:size], at})
		at += size
	}
	return tokens
}

// until is the size up to and including the mark, searched from a place on.
func until(text string, from int, mark string) int {
	if i := strings.Index(text[from:], mark); i >= 0 {
		return from + i + len(mark)
	}
	return len(text)
}

// quotedSize is the size of a quoted piece; a doubled quote stands for itself.
func quotedSize(text string, quote byte) int {
	for i := 1; i < len(text); i++ {
		if text[i] != quote {
			continue
		}
		if i+1 == len(text) || text[i+1] != quote {
			return i + 1
		}
		i++
	}
	return len(text)
}

func numberSize(text string) int {
	i := 0
	for i < len(text) && (isDigit(text[i]) || text[i] == '.') {
		i++
	}
	if i+1 < len(text) && (text[i] == 'e' || text[i] == 'E') {
		j := i + 1
		if text[j] == '-' || text[j] == '+' {
			j++
		}
		for j < len(text) && isDigit(text[j]) {
			i, j = j+1, j+1
		}
	}
	return i
}

func wordSize(text string) int {
	i := 0
	for i < len(text) && (isWordByte(text[i]) || isDigit(text[i])) {
		i++
	}
	return i
}

func operatorSize(text string) int {
	for _, o := range operators {
		if strings.HasPrefix(text, o) {
			return len(o)
		}
	}
	return 1
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isWordByte takes every byte of a multi-byte character for part of a word.
func isWordByte(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
