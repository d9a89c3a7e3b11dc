package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// ErrNotComparable says that two runs are not of one company in one currency.
var ErrNotComparable = errors.New("the runs cannot be compared")

// Comparison is two finished runs that can be asked together: their marts are before.<mart> and
// after.<mart>, the parameters are those of the later one.
type Comparison struct {
	*Console
	Before  *publish.Manifest
	Missing []string // what one of the runs does not have, in words
	cfg     *Config
	w       *publish.Workspace
}

// Difference is one input that is not the same.
type Difference struct {
	What   string `json:"what"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// PublishedRuns names the run that is current and the one that was published before it; either
// may be empty.
func PublishedRuns(cfg *Config) (current, previous string, err error) {
	w := &publish.Workspace{Root: cfg.Workspace}
	if current, err = w.Current(); err != nil {
		return "", "", err
	}
	runs, _, err := w.Runs()
	if err != nil {
		return "", "", err
	}
	at := slices.IndexFunc(runs, func(m *publish.Manifest) bool { return m.ID == current && m.Status == publish.StatusPublished })
	for _, m := range runs[at+1:] {
		if m.Status == publish.StatusPublished && m.ID != current {
			return current, m.ID, nil
		}
	}
	return current, "", nil
}

// OpenComparison opens two runs together. Errors: publish.ErrNoRun, ErrNotComparable.
func OpenComparison(ctx context.Context, cfg *Config, before, after string) (*Comparison, error) {
	w := &publish.Workspace{Root: cfg.Workspace}
	dir, err := w.Resolve(before)
	if err != nil {
		return nil, err
	}
	m, err := publish.ReadManifest(dir)
	if err != nil {
		return nil, err
	}
	c, err := openRun(ctx, cfg, after, true, []string{dir}, nil)
	if err != nil {
		return nil, err
	}
	cmp := &Comparison{Console: c, Before: m, cfg: cfg, w: w}
	if m.Company != c.Manifest.Company || m.Currency != c.Manifest.Currency {
		err = kindError{fmt.Errorf("compare runs: %s is of %s in %s, %s of %s in %s", m.ID, m.Company, m.Currency,
			c.Manifest.ID, c.Manifest.Company, c.Manifest.Currency), ErrNotComparable}
	} else {
		err = cmp.attach(ctx, dir)
	}
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return cmp, nil
}

// attach gives both runs' marts; a mart that one run lacks has no rows there.
func (c *Comparison) attach(ctx context.Context, before string) error {
	for _, md := range c.models {
		if !md.Mart {
			continue
		}
		sides := map[string]string{"before": before, "after": c.Dir}
		there := map[string]bool{}
		for _, side := range []string{"before", "after"} {
			path := filepath.Join(sides[side], "marts", md.Name+".parquet")
			if _, err := os.Stat(path); err != nil {
				continue
			}
			there[side] = true
			if err := c.give(ctx, side+"."+md.Name, path); err != nil {
				return err
			}
		}
		if there["before"] == there["after"] {
			continue
		}
		has, lacks, id := "before", "after", c.Manifest.ID
		if there["after"] {
			has, lacks, id = "after", "before", c.Before.ID
		}
		if err := c.Replace(ctx, lacks+"."+md.Name, "select * from "+has+"."+md.Name+" where false"); err != nil {
			return err
		}
		c.known[lacks+"."+md.Name] = true
		c.Missing = append(c.Missing, fmt.Sprintf("run %s has no mart %s: it counts as empty", id, md.Name))
	}
	return nil
}

// Inputs are what differs in what the two runs were computed from.
func (c *Comparison) Inputs() []Difference {
	b, a := c.Before, c.Manifest
	out := []Difference{}
	add := func(what, before, after string) {
		if before != after {
			out = append(out, Difference{what, before, after})
		}
	}
	add("as of", b.AsOf, a.AsOf)
	add("window start", b.WindowStart, a.WindowStart)
	add("data", short(b.Snapshot), short(a.Snapshot))
	add("configuration", short(b.ConfigHash), short(a.ConfigHash))
	add("SQL", short(b.SQLHash), short(a.SQLHash))
	add("version", b.Version, a.Version)
	add("closed periods", closedNames(b), closedNames(a))
	for _, key := range loadKeys(b.Loads, a.Loads) {
		add("rows of "+key, rowsOf(b.Loads, key), rowsOf(a.Loads, key))
	}
	return out
}

// short is enough of a hash to tell two apart.
func short(hash string) string { return hash[:min(12, len(hash))] }

func closedNames(m *publish.Manifest) string {
	var names []string
	for _, c := range m.Closings {
		names = append(names, c.Period)
	}
	return strings.Join(names, ", ")
}

func loadKey(l lake.Load) string { return l.Table + " from " + l.Source }

func loadKeys(lists ...[]lake.Load) []string {
	var keys []string
	for _, l := range slices.Concat(lists...) {
		if !slices.Contains(keys, loadKey(l)) {
			keys = append(keys, loadKey(l))
		}
	}
	slices.Sort(keys)
	return keys
}

func rowsOf(loads []lake.Load, key string) string {
	var rows int64
	for _, l := range loads {
		if loadKey(l) == key {
			rows += l.Rows
		}
	}
	return strconv.FormatInt(rows, 10)
}

// Changes are the sections of the comparison, sums first; customers and ways between segments at
// most limit (0: all), the largest change first.
func (c *Comparison) Changes(ctx context.Context, customer string, limit int64) ([]Section, error) {
	kept := "true"
	if customer != "" {
		if err := c.knows(ctx, customer); err != nil {
			return nil, err
		}
		kept = "customer_id = " + literal(customer)
	}
	sections := []struct {
		name, where, order string
		limit              int64
		marts              []string
	}{
		{"sums", "true", "position, figure", 0, []string{"customer_profit", "profit_tiers"}},
		{"kpis", "change <> 0 or is_light or (before is null) <> (after is null)", "is_light desc, kpi", 0, []string{"kpis"}},
		{"tiers", "from_tier <> to_tier or profit_change <> 0", "from_tier, to_tier", 0, []string{"profit_tiers"}},
		{"segments", "true", "abs(profit_change) desc, segmentation, from_segment, to_segment", limit, []string{"segment_members", "profit_tiers"}},
		{"customers", kept, "abs(profit_change) desc, customer_id", limit, []string{"customer_profit", "profit_tiers"}},
	}
	var out []Section
	for _, s := range sections {
		if !c.has(s.marts) {
			continue
		}
		text, err := model.DiffQuery(s.name)
		if err != nil {
			return nil, fmt.Errorf("compare runs: %w", err)
		}
		if err := c.Replace(ctx, "diff."+s.name, text); err != nil {
			return nil, err
		}
		section, err := c.ordered(ctx, s.name, model.Sentence(text), "*", "diff."+s.name, s.where, s.order, s.limit)
		if err != nil {
			return nil, err
		}
		out = append(out, *section)
	}
	restated, err := c.restated(ctx, kept, limit)
	return append(out, restated...), err
}

// has says whether one of the runs has each of these marts.
func (c *Comparison) has(marts []string) bool {
	return !slices.ContainsFunc(marts, func(name string) bool { return !c.known["after."+name] })
}

// knows refuses a customer whom neither run knows.
func (c *Comparison) knows(ctx context.Context, customer string) error {
	for _, side := range []string{"before", "after"} {
		if !c.known[side+".profit_tiers"] {
			return nil
		}
		rows, err := c.Query(ctx, "select customer_id from "+side+".profit_tiers where customer_id = "+literal(customer))
		if err != nil || len(rows.Values) > 0 {
			return err
		}
	}
	return c.unknownCustomer(ctx, customer)
}

// restated are the changes of closed periods that the later run sees, and their entries.
func (c *Comparison) restated(ctx context.Context, kept string, limit int64) ([]Section, error) {
	var out []Section
	changes := "period, customer_id, profit_first, profit_now, profit_change, " + strings.Join(profitParts(), "_change, ") + "_change"
	for _, s := range []struct{ name, columns, order string }{
		{"restatements", changes, "abs(profit_change) desc, period, customer_id"},
		{"restated_entries", "*", "abs(change) desc, period, table_name, entry_key, customer_id, part"},
	} {
		if !c.known["after."+s.name] {
			continue
		}
		md, err := c.martNamed(s.name)
		if err != nil {
			continue // only the earlier run has it
		}
		section, err := c.ordered(ctx, s.name, md.Sentence, s.columns, "after."+s.name, kept, s.order, limit)
		if err != nil {
			return nil, err
		}
		if section.Total > 0 {
			out = append(out, *section)
		}
	}
	return out, nil
}

// ordered reads some rows of a relation and counts all.
func (c *Comparison) ordered(ctx context.Context, name, sentence, columns, relation, where, order string, limit int64) (*Section, error) {
	from := " from " + relation + " where " + where
	total, err := c.Query(ctx, "select count(*)"+from)
	if err != nil {
		return nil, err
	}
	query := "select " + columns + from + " order by " + order
	if limit > 0 {
		query += fmt.Sprintf(" limit %d", limit)
	}
	rows, err := c.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	return &Section{Relation: name, Sentence: sentence, Total: total.Values[0][0].(int64), Rows: rows}, nil
}
