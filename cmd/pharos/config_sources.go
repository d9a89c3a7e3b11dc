package main

import (
	"path/filepath"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/pharos-analytics/pharos/pipeline/extract"
)

// sourceKinds are the systems that can be read, as keys of a source.
func sourceKinds() []string {
	return []string{"postgres", "mysql", "sqlite", "csv", "fixed", "excel", "parquet", "jsonl"}
}

// sources decodes the section sources: a name for each, and exactly one kind.
func (d *decoder) sources(n node) []extract.Spec {
	var out []extract.Spec
	alike := map[string]member{}
	for _, m := range n.members() {
		if before, twice := alike[fold(m.key)]; twice {
			d.add(m.keyAt.Line, m.keyAt.Column, "source %q is named like %q at %s; give them names that nobody mixes up", m.key, before.key, before.pos())
			continue
		}
		alike[fold(m.key)] = m
		if !isWord(m.key) {
			d.add(m.keyAt.Line, m.keyAt.Column, "source %q: a name is made of letters, digits, _ and -", m.key)
		}
		spec := extract.Spec{Name: m.key, Dir: d.dir, Pos: m.pos()}
		m.mapping(func(f *fields) {
			kind := f.oneOf(sourceKinds()...)
			for _, k := range sourceKinds() {
				f.get(k) // a second kind is reported once, by oneOf
			}
			if kind != "" {
				f.get(kind).source(kind, &spec)
			}
		})
		out = append(out, spec)
	}
	return out
}

// source decodes the settings of one kind into the spec.
func (n node) source(kind string, spec *extract.Spec) {
	switch kind {
	case "postgres":
		spec.Postgres = n.server()
	case "mysql":
		spec.MySQL = n.server()
	case "sqlite":
		spec.SQLite = n.files()
	case "parquet":
		spec.Parquet = n.files()
	case "jsonl":
		spec.JSONL = n.files()
	case "csv":
		spec.CSV = n.csv()
	case "fixed":
		spec.Fixed = n.fixed()
	case "excel":
		spec.Excel = n.excel()
	}
}

func (n node) server() *extract.Server {
	n.private = true
	s := &extract.Server{}
	n.mapping(func(f *fields) {
		host := f.need("host", "the server's name, or the folder of its socket")
		s.Host = host.text("")
		if strings.ContainsAny(s.Host, "@?") || strings.Contains(s.Host, "://") {
			host.fail("is a host name only; port, database and user have their own keys")
		}
		s.Port = f.get("port").count(0, 1, 65535)
		s.Database = f.need("database", "the database to read").text("")
		s.User = f.need("user", "a role that may only read").text("")
		s.PasswordEnv = f.get("password_env").text("")
		s.PasswordFile = f.get("password_file").text("")
		if s.PasswordEnv != "" && s.PasswordFile != "" {
			f.get("password_file").fail("give password_env or password_file, not both")
		}
		if s.PasswordEnv != "" && !isVariable(s.PasswordEnv) {
			f.get("password_env").fail("must be the name of an environment variable such as ERP_PASSWORD, never the password itself")
		}
		s.TLS = f.get("tls").word("", "disable", "prefer", "require", "verify-ca", "verify-full")
		s.CAFile = f.get("ca_file").text("")
		f.load(s)
	})
	return s
}

// load decodes what bounds the load on a server.
func (f *fields) load(s *extract.Server) {
	const mostWorkers, mostRows, usualRetry = 32, 1_000_000_000, 5 * time.Minute
	s.Workers = f.get("workers").count(0, 1, mostWorkers)
	s.RowsPerSecond = f.get("rows_per_second").count(0, 0, mostRows)
	s.StatementTimeout = f.get("statement_timeout").duration(0)
	s.RetryFor = f.get("retry_for").durationOrNone(usualRetry)
}

func (n node) files() *extract.Files {
	s := &extract.Files{}
	n.mapping(func(f *fields) { s.Path = f.filePath() })
	return s
}

func (f *fields) filePath() string {
	return f.need("path", "a file, or a pattern with *, ? and **").text("")
}

func (f *fields) encoding() string {
	return f.get("encoding").word("", "utf-8", "utf-16", "utf-16le", "utf-16be", "gbk", "gb18030", "latin-1", "windows-1252")
}

func (n node) csv() *extract.CSV {
	s := &extract.CSV{}
	n.mapping(func(f *fields) {
		s.Path = f.filePath()
		s.Encoding = f.encoding()
		s.Delimiter = f.get("delimiter").character("tab", "\t")
		s.Quote = f.get("quote").character("none", "none")
		s.Decimal = f.get("decimal").word("", ".", ",")
		s.Null = f.get("null").texts()
		if header := f.get("header"); header.present() {
			has := header.flag(true)
			s.Header = &has
		}
		s.HeaderRow = f.get("header_row").count(0, 1, maxRows)
		s.Columns = f.get("columns").distinct()
		s.StopAt = f.get("stop_at").text("")
		s.Trim = f.get("trim").flag(false)
		headerless := s.Header != nil && !*s.Header
		if len(s.Columns) > 0 && !headerless {
			f.get("columns").fail("names columns of files without a header; add header: false, or remove it")
		}
		if s.HeaderRow > 0 && headerless {
			f.get("header_row").fail("contradicts header: false")
		}
	})
	return s
}

// character is one character, or a word that stands for one.
func (n node) character(word, meaning string) string {
	if !n.present() || !n.is(yaml.ScalarNode) {
		return ""
	}
	if n.y.Value == word {
		return meaning
	}
	if utf8.RuneCountInString(n.y.Value) != 1 {
		n.fail("%s is not one character; write a character in quotes, or %s", n.shown(), word)
		return ""
	}
	return n.y.Value
}

// distinct is a list of names that may not repeat.
func (n node) distinct() []string {
	names := n.texts()
	seen := map[string]bool{}
	for _, name := range names {
		if name == "" || seen[name] {
			n.fail("%q stands twice or is empty; every name is given once", name)
			return nil
		}
		seen[name] = true
	}
	return names
}

func (n node) fixed() *extract.Fixed {
	s := &extract.Fixed{}
	n.mapping(func(f *fields) {
		s.Path = f.filePath()
		s.Encoding = f.encoding()
		s.SkipRows = f.get("skip_rows").count(0, 0, maxRows)
		s.Null = f.get("null").texts()
		s.Decimal = f.get("decimal").word("", ".", ",")
		for _, m := range f.need("columns", "name: from-to, in characters from 1").members() {
			from, to, ok := m.characterRange()
			if ok {
				s.Columns = append(s.Columns, extract.FixedColumn{Name: m.key, From: from, To: to})
			}
		}
	})
	return s
}

// characterRange is 7-14, or 7 for one character.
func (n node) characterRange() (from, to int, ok bool) {
	if !n.is(yaml.ScalarNode) {
		return 0, 0, false
	}
	first, last, both := strings.Cut(n.y.Value, "-")
	if !both {
		last = first
	}
	from, okFrom := position(first)
	to, okTo := position(last)
	if !okFrom || !okTo || to < from {
		n.fail("%s is not a range of characters; write it like 7-14, from 1", n.shown())
		return 0, 0, false
	}
	return from, to, true
}

func position(text string) (int, bool) {
	text = strings.TrimSpace(text)
	if !digits(text) || len(text) > 6 {
		return 0, false
	}
	v := 0
	for _, r := range text {
		v = 10*v + int(r-'0')
	}
	return v, v > 0
}

func (n node) excel() *extract.Excel {
	s := &extract.Excel{}
	n.mapping(func(f *fields) {
		s.Path = f.filePath()
		s.Sheet = f.get("sheet").text("")
		s.HeaderRow = f.get("header_row").count(0, 1, maxRows)
		s.StopAt = f.get("stop_at").text("")
		s.Null = f.get("null").texts()
	})
	return s
}

// within says whether a path is the folder or lies below it.
func within(path, folder string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

func isWord(s string) bool {
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-' {
			return false
		}
	}
	return s != ""
}

// isVariable accepts names of environment variables: letters, digits and _, no digit first.
func isVariable(s string) bool {
	for i, r := range s {
		letter := r == '_' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}
