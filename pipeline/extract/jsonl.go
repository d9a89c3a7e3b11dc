package extract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// jsonlSource reads files of one JSON object per line.
type jsonlSource struct {
	fileSource
}

func openJSONL(spec Spec) (Source, error) {
	files, err := newFileSource(spec, spec.JSONL.Path)
	if err != nil {
		return nil, err
	}
	return &jsonlSource{fileSource: files}, nil
}

// Describe lists the keys of the first lines of the first files; nested ones by their path.
func (s *jsonlSource) Describe(ctx context.Context) ([]Relation, error) {
	keys, err := s.keys(ctx)
	if err != nil {
		return nil, err
	}
	r := Relation{Name: s.spec.Name, Rows: -1, Columns: textColumns(keys)}
	if err := sampleColumns(ctx, s, "", r.Columns, keys); err != nil {
		return nil, err
	}
	return []Relation{r}, nil
}

// keys collects the keys of up to 1,000 lines in the order in which they first appear.
func (s *jsonlSource) keys(ctx context.Context) ([]string, error) {
	const most = 1000
	var keys []string
	lines := 0
	collect := func(f fileEntry, number int64, line []byte, rule string) error {
		if rule == "" {
			keys = appendKeys(keys, line)
		}
		if lines++; lines >= most {
			return errEnough
		}
		return alive(ctx, f.name)
	}
	var text textReader
	for _, f := range s.files {
		_, err := eachLine(&text, f, nil, collect)
		if errors.Is(err, errEnough) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// Read streams the asked keys of all lines. A key that is missing from a line is NULL there;
// one that is missing from all lines is an error, since it is more likely a wrong name.
func (s *jsonlSource) Read(ctx context.Context, q Query, out Sink) error {
	if err := s.checkQuery(q); err != nil {
		return err
	}
	seen := newSeenKeys(len(q.Columns))
	memory := q.recycler()
	scan := func(ctx context.Context, p filePiece, out emit) (r rest, err error) {
		w := newJSONWalker(q.Columns)
		defer func() { seen.add(w.seen, w.rows) }()
		batch := newTextBatch(q.Columns, q.Limit, memory)
		var text textReader
		for _, f := range p.files {
			if r, err = s.readFile(ctx, &text, f, p.span, w, batch, out); err != nil {
				return r, err
			}
		}
		return r, flushRest(batch, out)
	}
	pieces, err := s.cutFiles(q, nil, func(fileEntry) ([]string, error) { return nil, nil })
	if err != nil {
		return err
	}
	if err := streamUnits(ctx, pieces, q, scan, out); err != nil {
		return err
	}
	if q.Limit > 0 {
		return nil
	}
	return s.checkSeen(ctx, q.Columns, seen)
}

// seenKeys gathers from all workers which asked keys have appeared.
type seenKeys struct {
	mu   sync.Mutex
	keys []bool
	rows int64
}

func newSeenKeys(n int) *seenKeys { return &seenKeys{keys: make([]bool, n)} }

func (k *seenKeys) add(seen []bool, rows int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i, s := range seen {
		k.keys[i] = k.keys[i] || s
	}
	k.rows += rows
}

func (s *jsonlSource) checkSeen(ctx context.Context, asked []string, seen *seenKeys) error {
	missing := slices.Index(seen.keys, false)
	if seen.rows == 0 || missing < 0 {
		return nil
	}
	keys, err := s.keys(ctx)
	if err != nil {
		return err
	}
	name := asked[missing]
	return unfit(fmt.Errorf("read source %s: none of %d lines in %d files has the key %q; the first lines have %s",
		s.spec.Name, seen.rows, len(s.files), name, nearestNames(name, keys)))
}

func (s *jsonlSource) readFile(ctx context.Context, text *textReader, f fileEntry, sp *span, w *jsonWalker, batch *textBatch, out emit) (rest, error) {
	return eachLine(text, f, sp, func(f fileEntry, number int64, line []byte, rule string) error {
		if rule == "" {
			rule = w.walk(line)
		}
		if rule != "" {
			return out(item{bad: s.bad(f.name, number, rule, line), line: number})
		}
		w.rows++
		for i := range w.values {
			if w.values[i].null {
				batch.null(i)
			} else {
				batch.value(i, w.values[i].text)
			}
		}
		if batch.endRow(f.name, number) {
			if err := alive(ctx, f.name); err != nil {
				return err
			}
			return out(item{rec: batch.flush()})
		}
		return nil
	})
}

// eachLine calls do with every line of a file, or of a span of it, that is not blank, and the rule
// that it breaks as text, if any.
func eachLine(text *textReader, f fileEntry, sp *span, do func(f fileEntry, number int64, line []byte, rule string) error) (r rest, err error) {
	closeFile, err := openPiece(text, f, sp, nil)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, closeFile()) }()
	for number := int64(1); ; number++ {
		line, tooLong, ok, err := text.line()
		if err != nil {
			return r, fmt.Errorf("read %s:%d: %w", f.name, number, err)
		}
		if !ok {
			return text.rest(number - 1), nil
		}
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		rule := ""
		switch {
		case tooLong:
			rule = RuleLineTooLong
		case text.suspect && !text.isClean(line, true):
			rule = RuleBadEncoding
		}
		if err := do(f, number, line, rule); err != nil {
			return r, err
		}
	}
}
