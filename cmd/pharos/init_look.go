package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/extract"
)

// look opens what the targets name and samples every relation that could hold customer data.
func (a *app) look(ctx context.Context, opts initOptions) (*look, error) {
	l := &look{}
	var files []foundFile
	for _, target := range opts.targets {
		if isDSN(target) {
			spec, err := parseDSN(target, opts.passwordEnv)
			if err != nil {
				return nil, err
			}
			l.sources = append(l.sources, &foundSource{spec: spec, label: spec.Name})
			continue
		}
		paths, err := walkFiles(target)
		if err != nil {
			return nil, err
		}
		for _, p := range paths {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			f, err := sniffFile(ctx, p)
			if err != nil {
				l.skipped = append(l.skipped, oneLine(err.Error()))
				continue
			}
			files = append(files, f)
		}
	}
	l.sources = append(l.sources, groupFiles(files)...)
	nameSources(l.sources)
	for i := range l.sources {
		if err := l.sample(ctx, i); err != nil {
			l.close()
			return nil, err
		}
	}
	return l, nil
}

// nameSources gives each source a name of its own, from its file or database.
func nameSources(sources []*foundSource) {
	taken := map[string]bool{}
	for _, s := range sources {
		base := s.spec.Name
		if p := s.spec.FilePath(); p != "" {
			base = sourceName(strings.TrimSuffix(stem(p), "_"))
			if base == "data" || digits(base[:1]) {
				base = sourceName(filepath.Base(filepath.Dir(p)))
			}
		}
		name := base
		for n := 2; taken[fold(name)]; n++ {
			name = fmt.Sprintf("%s_%d", base, n)
		}
		taken[fold(name)] = true
		s.spec.Name = name
	}
}

// stem is a file's or pattern's name without * and ending.
func stem(p string) string {
	name, _, _ := strings.Cut(filepath.Base(p), ".")
	return strings.Trim(strings.ReplaceAll(name, "*", ""), "-_ ")
}

// sample opens a source and reads the first rows of its relations. Of a database's table only
// the columns with known names are read, and none when there are fewer than two.
func (l *look) sample(ctx context.Context, index int) error {
	s := l.sources[index]
	src, err := extract.Open(ctx, s.spec)
	if err != nil {
		return err
	}
	l.open = append(l.open, src)
	if _, refused := extract.Judge(src.Verdict(), extract.BoundaryPolicy{}); refused != nil {
		l.refused = append(l.refused, s.spec.Name)
	}
	relations, err := src.Describe(ctx)
	if err != nil {
		return fmt.Errorf("look at %s: %w", s.label, err)
	}
	for _, r := range relations {
		named := &looked{source: index, label: s.label, topic: s.label, relation: r.Name}
		database := s.spec.Server() != nil || s.spec.SQLite != nil
		switch {
		case database:
			named.label, named.topic = r.Name, r.Name
		case s.spec.Excel != nil:
			named.label = s.label + " " + r.Name
			if len(relations) > 1 {
				named.topic = r.Name
			}
		default:
			named.relation = ""
		}
		columns := sampledColumns(r, database)
		if len(columns) < 2 {
			continue
		}
		sample, err := extract.ReadSample(ctx, src, extract.Query{Relation: named.relation, Columns: columns}, sampleRows)
		if err != nil {
			return fmt.Errorf("look at %s: %w", named.label, err)
		}
		named.headless = s.spec.Fixed != nil && s.spec.Fixed.SkipRows == 0 || s.spec.CSV != nil && s.spec.CSV.Header != nil && !*s.spec.CSV.Header
		named.fill(sample)
		l.relations = append(l.relations, named)
	}
	return nil
}

// sampledColumns are a relation's columns that init reads.
func sampledColumns(r extract.Relation, database bool) []string {
	var all, known []string
	words := knownWords()
	for _, c := range r.Columns {
		if c.Name == extract.FileColumn || c.Name == extract.LineColumn || c.Name == "" {
			continue
		}
		all = append(all, c.Name)
		if words[plainName(c.Name)] {
			known = append(known, c.Name)
		}
	}
	if database {
		return known
	}
	return all
}

// knownWords are all names that some canonical column is known under.
func knownWords() map[string]bool {
	words := map[string]bool{"id": true, "unitcost": true, "costprice": true, "单位成本": true, "成本价": true}
	for _, table := range planOrder() {
		for _, c := range table.Columns {
			words[plainName(c.Name)] = true
		}
		for _, list := range vocabulary(table.Name) {
			for _, word := range strings.Fields(list) {
				words[word] = true
			}
		}
	}
	return words
}

func (l *looked) fill(s extract.Sample) {
	for i, name := range s.Columns {
		c := lookedColumn{name: name}
		for _, row := range s.Rows {
			cell := ""
			if row[i] != nil {
				cell = strings.TrimSpace(*row[i])
			}
			c.cells = append(c.cells, cell)
			if cell != "" {
				c.values = append(c.values, cell)
			}
		}
		l.columns = append(l.columns, c)
	}
}
