package pipeline

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/pipeline/publish"
	"github.com/pharos-analytics/pharos/segment"
)

// ErrProposals says that merges.csv could not be written.
var ErrProposals = errors.New("proposed merges cannot be written")

// mostProposals bounds what one run adds to merges.csv: the likeliest come first, and more follow
// when these are decided.
const mostProposals = 10_000

// mergeColumns are the columns of a merges.csv that Pharos begins.
func mergeColumns() []string {
	return []string{"decision", "customer_id", "other_id", "score", "evidence", "name", "other_name"}
}

// propose looks for customers who may be one and adds them to merges.csv, undecided. Rows that are
// there stay as they are, byte for byte; when nothing is new the file is not touched.
func (n *night) propose(ctx context.Context, eng *model.DuckDB) error {
	since := n.opt.Now()
	candidates := segment.NewCandidates(n.cfg.Identity.MatchOn)
	query := profileQuery(n.cfg.Identity.MatchOn)
	if err := eachProfile(ctx, eng, query, len(n.cfg.Identity.MatchOn), candidates.Add); err != nil {
		return fmt.Errorf("look for merges: %w", err)
	}
	candidates.Pair()
	if err := eachProfile(ctx, eng, query, len(n.cfg.Identity.MatchOn), candidates.Keep); err != nil {
		return fmt.Errorf("look for merges: %w", err)
	}
	path := n.cfg.Identity.Merges
	data, err := os.ReadFile(path) // as it is now: somebody may have saved it since the run began
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return kindError{fmt.Errorf("write proposed merges: %w", err), ErrProposals}
	}
	var rows []segment.MergeRow
	if err == nil {
		if rows, err = parseMerges(path, data); err != nil {
			return kindError{err, ErrAsked}
		}
	}
	proposed, err := candidates.Propose(rows)
	if err != nil {
		return kindError{fmt.Errorf("%s: %w", path, err), ErrAsked}
	}
	proposed = proposed[:min(len(proposed), mostProposals)]
	if len(proposed) > 0 {
		if err := addProposals(path, data, proposed); err != nil {
			return kindError{fmt.Errorf("write proposed merges: %w", err), ErrProposals}
		}
	}
	n.proposed = len(proposed)
	n.step("propose", fmt.Sprintf("%d merges", n.proposed), 0, since)
	return nil
}

// neverAsked says that merges are to be proposed and no merges.csv is there: even a night without
// any news then looks for them. With a file it does not, for it would find what it found before.
func (n *night) neverAsked() bool {
	_, err := os.Stat(n.cfg.Identity.Merges)
	return len(n.cfg.Identity.MatchOn) > 0 && errors.Is(err, fs.ErrNotExist)
}

// profileQuery gives one row per id and value: of a match, or of the name (-1). All rows of an id
// stand together, in an order that the load does not decide.
func profileQuery(matches []segment.Match) string {
	var parts []string
	add := func(match int, column string) {
		from := "select customer_id, _mapping, cast(%d as bigint) as of_match, cast(%s as varchar) as value from raw.%s"
		relation, isColumn := relationOf(column)
		switch {
		case isColumn:
			parts = append(parts, fmt.Sprintf(from, match, quoted(column), relation))
		default:
			parts = append(parts, fmt.Sprintf(from+" where attribute = %s", match, "value", lake.Attributes, literal(column)))
		}
	}
	add(-1, "name")
	for i, m := range matches {
		for _, c := range m.Columns {
			add(i, c)
		}
	}
	return "select customer_id, of_match, value, min(_mapping) as mapping from (\n" + strings.Join(parts, "\nunion all\n") +
		"\n) where value is not null or of_match = -1 group by customer_id, of_match, value order by customer_id, of_match, mapping, value"
}

// relationOf finds the relation that holds a canonical column of customers.
func relationOf(column string) (relation string, found bool) {
	customers, _ := lake.TableNamed("customers")
	if _, canonical := customers.Column(column); !canonical {
		return "", false
	}
	for _, r := range customers.Relations() {
		if slices.ContainsFunc(r.Columns, func(c lake.Column) bool { return c.Name == column }) {
			return r.Name, true
		}
	}
	return "", false
}

// eachProfile gathers the rows of each id.
func eachProfile(ctx context.Context, eng *model.DuckDB, query string, matches int, see func(segment.Profile)) error {
	var p segment.Profile
	flush := func() {
		if p.Values != nil {
			see(p)
		}
	}
	err := eng.Each(ctx, query, func(row []any) error {
		id, match, place := row[0].(string), row[1].(int64), row[3].(int64)
		value, _ := row[2].(string)
		if p.Values == nil || p.ID != id {
			flush()
			p = segment.Profile{ID: id, Place: place, Values: make([][]string, matches)}
		}
		p.Place = min(p.Place, place)
		switch {
		case match >= 0:
			p.Values[match] = append(p.Values[match], value)
		case p.Name == "":
			p.Name = value
		}
		return nil
	})
	if err == nil {
		flush()
	}
	return err
}

// addProposals appends rows to merges.csv, or begins it: UTF-8 with a byte order mark, for
// spreadsheets, readable by its owner only. The columns are those that the file has.
func addProposals(path string, before []byte, rows []segment.MergeRow) error {
	var text bytes.Buffer
	s := &sheet{comma: ',', ending: "\r\n", header: mergeColumns()}
	mode := fs.FileMode(0o600)
	if before == nil {
		text.WriteString("\ufeff" + strings.Join(s.header, ",") + s.ending)
	} else {
		var err error
		if s, err = parseSheet(path, before); err != nil {
			return err
		}
		text.Write(before)
		if !bytes.HasSuffix(before, []byte("\n")) {
			text.WriteString(s.ending)
		}
		if target, err := filepath.EvalSymlinks(path); err == nil {
			path = target
		}
		if info, err := os.Stat(path); err == nil {
			mode = info.Mode().Perm()
		}
	}
	w := csv.NewWriter(&text)
	w.Comma, w.UseCRLF = s.comma, s.ending == "\r\n"
	for _, r := range rows {
		cells := map[string]string{
			"customer_id": armedID(r.CustomerID), "other_id": armedID(r.OtherID), "score": r.Score, "evidence": r.Evidence,
			"name": publish.Disarm(r.Name), "other_name": publish.Disarm(r.OtherName),
		}
		line := make([]string, len(s.header))
		for i, column := range s.header {
			line[i] = cells[column]
		}
		if err := w.Write(line); err != nil {
			return err
		}
	}
	if w.Flush(); w.Error() != nil {
		return w.Error()
	}
	return replaceFile(path, text.Bytes(), mode)
}

// replaceFile writes a file beside another and puts it in its place: whoever reads sees the one or
// the other, whole.
func replaceFile(path string, data []byte, mode fs.FileMode) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".merges-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(data)
	if err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// lostDecisions refuses a run whose merges.csv is gone although the current run merged by it: a file
// that was renamed by mistake would undo every merge without a word.
func lostDecisions(cfg *Config, w *publish.Workspace) error {
	path := cfg.Identity.Merges
	if _, err := os.Stat(path); path == "" || !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	dir, err := w.Resolve("")
	if err != nil {
		return nil // nothing was published yet
	}
	m, err := publish.ReadManifest(dir)
	if err != nil || m.Decisions == nil || m.Decisions.Accepted == 0 {
		return nil // a broken run is for verify to say
	}
	return kindError{fmt.Errorf("%s is gone, and run %s merged customers by %d rows of it; bring it back, or write it with the one line %s to undo every merge",
		path, m.ID, m.Decisions.Accepted, strings.Join(mergeColumns(), ",")), ErrAsked}
}

// lakeEngine opens an engine on a snapshot's relations; release ends it.
func (n *night) lakeEngine(ctx context.Context, s *lake.Snapshot) (eng *model.DuckDB, release func() error, err error) {
	temp, err := os.MkdirTemp(n.workspace.Tmp(), "engine-")
	if err != nil {
		return nil, nil, fmt.Errorf("open engine: %w", err)
	}
	remove := func() error { return os.RemoveAll(temp) }
	eng, err = openEngine(ctx, n.cfg.Engine, model.DuckDBOptions{TempDir: temp, Readable: []string{n.lake.Root()}})
	if err != nil {
		return nil, nil, errors.Join(err, remove())
	}
	release = func() error { return errors.Join(eng.Close(), remove()) }
	if err := attachLake(ctx, eng, n.lake, s, n.cfg); err != nil {
		return nil, nil, errors.Join(err, release())
	}
	return eng, release, nil
}
