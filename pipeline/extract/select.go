package extract

import (
	"errors"
	"fmt"
	"strings"
)

// dialect is how a database writes names, strings and comments.
type dialect int

const (
	postgresSQL dialect = iota
	mysqlSQL
	sqliteSQL
)

// quote writes a name so that any name is only a name.
func (d dialect) quote(name string) string {
	if d == mysqlSQL {
		return "`" + strings.ReplaceAll(name, "`", "``") + "`"
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

// oneSelect checks that a text is one SELECT and gives it without a closing semicolon. It is the
// first of three locks: the servers are asked through protocols that take one statement only, and
// the transaction is read-only.
func oneSelect(d dialect, text string) (string, error) {
	s := sqlScanner{dialect: d, text: text}
	end, started, before := -1, false, ""
	for {
		tok, err := s.next()
		if err != nil {
			return "", err
		}
		if tok.kind == tokenEnd {
			break
		}
		if end >= 0 {
			return "", errors.New("it holds more than one statement; a select is one SELECT")
		}
		word := strings.ToUpper(tok.text)
		switch {
		case tok.kind == tokenSign && word == ";":
			end = tok.at
		case !started && tok.kind == tokenSign && word == "(":
		case !started:
			if started = true; tok.kind != tokenWord || word != "SELECT" && word != "WITH" {
				return "", fmt.Errorf("it begins with %s; a select begins with SELECT or WITH", firstWords(text))
			}
		case tok.kind == tokenWord && before != "." && changesData(before, word):
			return "", fmt.Errorf("it holds the word %s, and Pharos never writes or locks; put a name that reads so in quotes", word)
		}
		before = word
	}
	if !started {
		return "", errors.New("it is empty; give one SELECT")
	}
	if end >= 0 {
		text = text[:end]
	}
	return strings.TrimSpace(text), nil
}

// changesData says that a word makes a SELECT write (data-modifying WITH, SELECT INTO) or lock.
func changesData(before, word string) bool {
	switch word {
	case "INSERT", "UPDATE", "DELETE", "MERGE", "INTO":
		return true
	case "SHARE":
		return before == "FOR" || before == "KEY" || before == "IN"
	}
	return false
}

func firstWords(text string) string {
	words := strings.Fields(text)
	return fmt.Sprintf("%q", strings.Join(words[:min(2, len(words))], " "))
}

type tokenKind int

const (
	tokenEnd    tokenKind = iota
	tokenWord             // a bare word: a keyword or a name
	tokenQuoted           // a string or a quoted name; its text is left out
	tokenSign             // one other character
)

type sqlToken struct {
	kind tokenKind
	text string
	at   int
}

// sqlScanner splits SQL as far as is needed to know what stands in quotes and comments.
type sqlScanner struct {
	dialect dialect
	text    string
	pos     int
}

func (s *sqlScanner) next() (sqlToken, error) {
	if err := s.skipBlank(); err != nil {
		return sqlToken{}, err
	}
	at := s.pos
	if at == len(s.text) {
		return sqlToken{kind: tokenEnd, at: at}, nil
	}
	c := s.text[at]
	switch {
	case c == '\'' || c == '"' || c == '`' && s.dialect != postgresSQL:
		return sqlToken{kind: tokenQuoted, at: at}, s.skipQuoted(c, s.dialect == mysqlSQL && c != '`')
	case c == '[' && s.dialect == sqliteSQL:
		return sqlToken{kind: tokenQuoted, at: at}, s.skipTo("]", "a name in [")
	case c == '$' && s.dialect == postgresSQL:
		if tag := dollarTag(s.text[at:]); tag != "" {
			s.pos += len(tag)
			return sqlToken{kind: tokenQuoted, at: at}, s.skipTo(tag, "a string in "+tag)
		}
	case isWordByte(c):
		for s.pos < len(s.text) && isWordByte(s.text[s.pos]) {
			s.pos++
		}
		word := s.text[at:s.pos]
		if s.dialect == postgresSQL && strings.EqualFold(word, "e") && s.pos < len(s.text) && s.text[s.pos] == '\'' {
			return sqlToken{kind: tokenQuoted, at: at}, s.skipQuoted('\'', true)
		}
		return sqlToken{kind: tokenWord, text: word, at: at}, nil
	}
	s.pos++
	return sqlToken{kind: tokenSign, text: string(c), at: at}, nil
}

func isWordByte(c byte) bool {
	return c == '_' || c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// skipQuoted passes a string or quoted name from its opening quote to behind its closing one; a
// doubled quote stands for itself.
func (s *sqlScanner) skipQuoted(quote byte, backslash bool) error {
	open := s.pos
	for s.pos++; s.pos < len(s.text); s.pos++ {
		switch c := s.text[s.pos]; {
		case c == '\\' && backslash && quote == '"':
			// Whether it escapes depends on the server's ANSI_QUOTES: do not guess.
			return errors.New(`a text in "…" holds a backslash; write strings in single quotes`)
		case c == '\\' && backslash:
			s.pos++
		case c == quote && s.pos+1 < len(s.text) && s.text[s.pos+1] == quote:
			s.pos++
		case c == quote:
			s.pos++
			return nil
		}
	}
	return fmt.Errorf("a quote %c at character %d does not close", quote, open+1)
}

// skipTo passes everything up to and with a closing text.
func (s *sqlScanner) skipTo(closing, what string) error {
	n := strings.Index(s.text[s.pos:], closing)
	if n < 0 {
		return fmt.Errorf("%s at character %d does not close", what, s.pos+1)
	}
	s.pos += n + len(closing)
	return nil
}

// dollarTag gives the opening $tag$ at the start of a text, or "" when there is none.
func dollarTag(text string) string {
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '$':
			return text[:i+1]
		case !isWordByte(c) || i == 1 && '0' <= c && c <= '9':
			return ""
		}
	}
	return ""
}

// skipBlank passes white space and comments.
func (s *sqlScanner) skipBlank() error {
	for s.pos < len(s.text) {
		rest := s.text[s.pos:]
		switch {
		case rest[0] <= ' ':
			s.pos++
		case rest[0] == '#' && s.dialect == mysqlSQL, strings.HasPrefix(rest, "--") && s.isLineComment(rest):
			line, _, _ := strings.Cut(rest, "\n")
			s.pos += len(line)
		case strings.HasPrefix(rest, "/*"):
			if err := s.skipComment(); err != nil {
				return err
			}
		default:
			return nil
		}
	}
	return nil
}

// isLineComment knows that MySQL reads 1--1 as a difference.
func (s *sqlScanner) isLineComment(rest string) bool {
	return s.dialect != mysqlSQL || len(rest) == 2 || rest[2] <= ' '
}

// skipComment passes a /* comment */, which nests in PostgreSQL only. MySQL runs what stands in
// /*! … */, so that is no comment.
func (s *sqlScanner) skipComment() error {
	open := s.pos
	rest := s.text[s.pos:]
	if s.dialect == mysqlSQL && (strings.HasPrefix(rest, "/*!") || strings.HasPrefix(rest, "/*M!")) {
		return errors.New("it holds a /*! comment */, which the server runs; write it out")
	}
	for depth := 0; s.pos < len(s.text); {
		rest := s.text[s.pos:]
		switch {
		case strings.HasPrefix(rest, "/*") && (depth == 0 || s.dialect == postgresSQL):
			depth++
			s.pos += 2
		case strings.HasPrefix(rest, "*/"):
			s.pos += 2
			if depth--; depth == 0 {
				return nil
			}
		default:
			s.pos++
		}
	}
	return fmt.Errorf("a comment at character %d does not close", open+1)
}
