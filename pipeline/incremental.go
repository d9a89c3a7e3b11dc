package pipeline

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// hashBuckets is into how many partitions the rows of a table without a date fall.
const hashBuckets = 16

// Keys of lake.Increment.State.
const (
	stateWhole = "whole" // why the mapping cannot be read by its changes; a reason for people
	stateKeys  = "keys"  // incomparable: the source writes its keys in a form of its own
)

// errReadWhole says that the changes do not suffice tonight.
var errReadWhole = errors.New("the table must be read whole")

// loadApart reads each mapping into partitions of its own: whole, or only its changes.
func (t *tableLoad) loadApart(ctx context.Context, parts []prepared) ([]lake.TableSnapshot, int64, error) {
	shape := tableOf(t.mappings)
	var all [][]lake.TableSnapshot
	var rows int64
	for _, p := range parts {
		tables, err := t.loadMapping(ctx, p, shape)
		if err != nil {
			return nil, 0, err
		}
		all = append(all, tables)
		rows += tables[0].RowCount()
	}
	return lake.Union(shape, all...), rows, nil
}

func (t *tableLoad) loadMapping(ctx context.Context, p prepared, shape lake.Table) ([]lake.TableSnapshot, error) {
	if why := t.whyWhole(p); why != "" {
		return t.loadWhole(ctx, p, shape)
	}
	c := &changes{tableLoad: t, prepared: p, shape: shape}
	tables, err := c.load(ctx)
	if errors.Is(err, errReadWhole) {
		return t.loadWhole(ctx, p, shape)
	}
	return tables, err
}

// whyWhole says why a mapping is read whole tonight; empty when its changes suffice.
func (t *tableLoad) whyWhole(p prepared) string {
	inc, known := t.before.Increment(t.name, p.Index)
	switch {
	case p.Incremental == nil:
		return "it is not incremental"
	case t.opt.Full:
		return "asked for"
	case !known:
		return "it was not read before"
	case inc.Seed != p.mapper.Seed():
		return "its mapping changed"
	case p.reread:
		return "its columns changed"
	case inc.State[stateWhole] != "":
		return inc.State[stateWhole]
	case t.sumsDue(p):
		return "it is verified"
	}
	return ""
}

// partitioning is how the rows of a mapping are divided in the lake.
func partitioning(p prepared, shape lake.Table) lake.Partitioning {
	inc := p.Incremental
	if inc == nil {
		return lake.Partitioning{}
	}
	switch inc.Partition {
	case lake.ByHash:
		return lake.Partitioning{By: lake.ByHash, Key: p.mapper.KeyColumns(), Buckets: hashBuckets}
	case lake.ByDay, lake.ByMonth, lake.ByYear:
		by := inc.By
		if c, ok := shape.Column(by); ok && c.Type == lake.Timestamp {
			by = lake.LocalDate(by)
		}
		return lake.Partitioning{By: inc.Partition, Column: by}
	}
	return lake.Partitioning{}
}

// loadWhole reads all rows of a mapping, and notes what the next night needs to read only changes.
func (t *tableLoad) loadWhole(ctx context.Context, p prepared, shape lake.Table) ([]lake.TableSnapshot, error) {
	by := partitioning(p, shape)
	w, err := t.lake.NewPartitionedWriter(shape, p.Index, by)
	if err != nil {
		return nil, err
	}
	inc := lake.Increment{Table: t.name, Mapping: p.Index, Seed: p.mapper.Seed(), Key: p.mapper.KeyColumns(), Partitioning: by, State: map[string]string{}}
	if p.Incremental != nil {
		err := w.FindBy(inc.Key)
		if err == nil {
			inc.Watermark, err = t.watermark(ctx, p)
		}
		if err == nil {
			_, err = from(p, inc.Watermark) // an overlap that does not fit is said today, not tomorrow
		}
		if err != nil {
			return nil, errors.Join(err, w.Discard())
		}
	}
	result, err := t.readAll(ctx, p, w)
	if err != nil {
		return nil, errors.Join(err, w.Discard())
	}
	tables, err := w.Close(ctx)
	if err != nil {
		return nil, err
	}
	t.note(p, result)
	if p.Incremental == nil {
		return tables, nil
	}
	t.verified(p, verifiedKeys) // what was just read is the source's
	if err := t.judgeKey(ctx, p, tables, result, &inc); err != nil {
		return nil, err
	}
	t.out.Increments = append(t.out.Increments, inc)
	return tables, nil
}

// judgeKey notes why the changes of a mapping would not do.
func (t *tableLoad) judgeKey(ctx context.Context, p prepared, tables []lake.TableSnapshot, r extract.Result, inc *lake.Increment) error {
	switch {
	case r.Unreadable > 0:
		inc.State[stateWhole] = fmt.Sprintf("%d of its rows cannot be read, so their keys are not known", r.Unreadable)
	case r.Unlisted > 0:
		inc.State[stateWhole] = "too many of its rows are quarantined to know each by its key"
	case int64(len(r.LeftOut)) < r.Filtered:
		inc.State[stateWhole] = "where: leaves out too many of its rows to know each by its key; filter them in a select"
	}
	if len(inc.State) > 0 {
		return nil
	}
	primary, err := p.src.Source.(extract.Tracker).KeyColumns(ctx, p.Relation)
	if err != nil {
		return err
	}
	contains := func(c string) bool { return slices.Contains(p.Incremental.Key, c) }
	if len(primary) > 0 && !slices.ContainsFunc(primary, func(c string) bool { return !contains(c) }) {
		return nil // the database itself keeps it unique
	}
	again, err := t.keyRepeats(ctx, lake.Snapshot{Tables: tables}, t.name, inc.Key)
	if again {
		inc.State[stateWhole] = "its key identifies no row: rows repeat it"
	}
	return err
}

func (t *tableLoad) watermark(ctx context.Context, p prepared) (string, error) {
	now := t.opt.Now().In(t.cfg.Company.Location)
	return p.src.Source.(extract.Tracker).Watermark(ctx, p.mapper.Query(), p.Incremental.Cursor, now)
}

// from is the cursor at which the night after a watermark begins.
func from(p prepared, watermark string) (string, error) {
	text, err := p.Incremental.Overlap.Before(watermark)
	if err != nil {
		return "", fmt.Errorf("%s: incremental: %w", p.Pos, err)
	}
	return text, nil
}

// changes reads what changed in a mapping since the night before.
type changes struct {
	*tableLoad
	prepared
	shape lake.Table
	inc   lake.Increment
	state lake.Snapshot // the mapping's rows so far
	noted notes
	sum   extract.Result // of all rounds
}

func (c *changes) load(ctx context.Context) ([]lake.TableSnapshot, error) {
	tables, err := c.rounds(ctx)
	if err != nil {
		return nil, err
	}
	c.found.notes = append(c.found.notes, c.noted)
	c.out.Increments = append(c.out.Increments, c.inc)
	c.out.Loads = append(c.out.Loads, c.totals(tables))
	c.stillVerified(c.prepared, verifiedSums)
	return tables, nil
}

// rounds reads the changes, then the partitions that are asked for, then where keys differ.
func (c *changes) rounds(ctx context.Context) ([]lake.TableSnapshot, error) {
	c.inc, _ = c.before.Increment(c.name, c.Index)
	if c.inc.State = maps.Clone(c.inc.State); c.inc.State == nil {
		c.inc.State = map[string]string{}
	}
	if err := c.begin(ctx); err != nil {
		return nil, err
	}
	since, err := from(c.prepared, c.inc.Watermark)
	if err != nil {
		return nil, err
	}
	if c.inc.Watermark, err = c.watermark(ctx, c.prepared); err != nil {
		return nil, err
	}
	how := "all rows, since none has a cursor"
	if since != "" {
		how = "changes since " + since
	}
	changed := &extract.Filter{Since: &extract.Since{Cursor: c.Incremental.Cursor, From: since}}
	if err := c.round(ctx, how, extract.Part{Filter: changed}, nil); err != nil {
		return nil, err
	}
	for _, r := range c.opt.Reload {
		if r.Table == c.name {
			if err := c.reload(ctx, r.Value); err != nil {
				return nil, err
			}
		}
	}
	if err := c.compareKeys(ctx); err != nil {
		return nil, err
	}
	return c.state.Tables, nil
}

// begin takes over the mapping's rows and notes of the night before.
func (c *changes) begin(ctx context.Context) error {
	c.state = lake.Snapshot{Increments: []lake.Increment{c.inc}}
	for _, rel := range c.shape.Relations() {
		kept, ok := c.before.Table(rel.Name)
		if !ok {
			return errReadWhole
		}
		c.state.Tables = append(c.state.Tables, kept.Of(c.Index))
	}
	var err error
	c.noted, err = c.notesBefore(ctx, c.tableLoad.before, c.name, c.Index)
	return err
}

// round reads some rows of the source and puts them in the place of those of the same keys. gone
// may touch further keys, whose rows then no longer count.
func (c *changes) round(ctx context.Context, how string, part extract.Part, gone func(*lake.DeltaWriter) error) error {
	w, err := c.lake.BeginDelta(ctx, &c.state, c.shape, c.Index)
	if errors.Is(err, lake.ErrNoBase) {
		return errReadWhole
	}
	if err != nil {
		return err
	}
	part.Noted = c.noted.keys()
	result, err := c.read(ctx, c.prepared, w, part, how)
	if err == nil && gone != nil {
		err = gone(w)
	}
	if err == nil && (result.Unreadable > 0 || result.Unlisted > 0 || int64(len(result.LeftOut)) < result.Filtered) {
		err = errReadWhole
	}
	if err != nil {
		return errors.Join(err, w.Discard())
	}
	change, err := w.Close(ctx, c.opt.Compaction)
	if err != nil {
		return err
	}
	if change.Repeated > 0 {
		return errReadWhole // its key identifies no row: reading it whole says so
	}
	c.state.Tables = change.Tables
	c.noted.replace(part.Noted, result)
	c.add(result)
	return nil
}

// add keeps the sum of what the rounds found.
func (c *changes) add(r extract.Result) {
	if r.Newest.After(c.sum.Newest) {
		c.sum.Newest = r.Newest
	}
	for column, n := range r.Rounded {
		if c.sum.Rounded == nil {
			c.sum.Rounded = map[string]int64{}
		}
		c.sum.Rounded[column] += n
	}
}

// totals are the figures of the whole mapping, as a whole read would give them; of rounded values
// only how many at least.
func (c *changes) totals(tables []lake.TableSnapshot) lake.Load {
	l := c.loadBefore(c.Mapping)
	l.Rows, l.Quarantined, l.Filtered, l.Schema = tables[0].RowCount(), int64(len(c.noted.bad)), int64(len(c.noted.leftOut)), c.schema
	if newest := c.sum.Newest.Format(time.DateOnly); !c.sum.Newest.IsZero() && newest > l.NewestOn {
		l.NewestOn = newest
	}
	l.Rounded = maps.Clone(l.Rounded)
	for column, n := range c.sum.Rounded {
		if l.Rounded == nil {
			l.Rounded = map[string]int64{}
		}
		l.Rounded[column] = max(l.Rounded[column], n)
	}
	return l
}

// compareKeys finds rows that are gone from the source, and rows that the cursor did not show.
func (c *changes) compareKeys(ctx context.Context) error {
	if c.Incremental.Deletes == extract.DeletesNever || c.Incremental.Deletes == extract.DeletesWeekly && !c.due(c.prepared, verifiedKeys) {
		c.stillVerified(c.prepared, verifiedKeys)
		return nil
	}
	if c.inc.State[stateKeys] != "" {
		return c.compareCounts(ctx)
	}
	d, err := c.difference(ctx)
	if errors.Is(err, extract.ErrNoWayBack) {
		c.inc.State[stateKeys] = "incomparable"
		return c.compareCounts(ctx)
	}
	if err == nil && !d.Equal() {
		if err = c.repair(ctx, d); err == nil {
			d, err = c.difference(ctx)
		}
		if err == nil && !d.Equal() {
			return errReadWhole
		}
	}
	if err != nil {
		return err
	}
	c.verified(c.prepared, verifiedKeys)
	return nil
}

// difference compares the keys of the rows so far with the source's.
func (c *changes) difference(ctx context.Context) (extract.KeyDifference, error) {
	own, err := c.lake.BeginDelta(ctx, &c.state, c.shape, c.Index)
	if err != nil {
		return extract.KeyDifference{}, err
	}
	since := c.opt.Now()
	d, err := extract.CompareKeys(ctx, c.src.Source.(extract.Tracker), c.mapper, own, slices.Sorted(maps.Keys(c.noted.keys())))
	c.asked(c.prepared, "keys, which the source counts and hashes itself", d.SourceRows, since)
	return d, errors.Join(err, own.Discard())
}

// repair drops the rows that are gone and reads those that are missing.
func (c *changes) repair(ctx context.Context, d extract.KeyDifference) error {
	c.noted.drop(d.LeftOut)
	missing := &extract.Filter{Buckets: d.Missing}
	how := "rows whose keys were missing"
	if d.Missing == nil {
		missing.Buckets = &extract.Buckets{} // none
		how = "no rows; some are gone"
	}
	return c.round(ctx, how, extract.Part{Filter: missing}, func(w *lake.DeltaWriter) error {
		return extract.TouchGone(ctx, c.mapper, w, d.Gone, w)
	})
}

// compareCounts is what is left where keys cannot be compared.
func (c *changes) compareCounts(ctx context.Context) error {
	q := c.mapper.Query()
	q.Columns = nil
	source, err := c.src.Source.(extract.Tracker).Sums(ctx, q)
	if err != nil {
		return err
	}
	if own := c.state.Tables[0].RowCount() + int64(len(c.noted.bad)+len(c.noted.leftOut)); own != source.Rows {
		return errReadWhole
	}
	c.verified(c.prepared, verifiedKeys)
	return nil
}
