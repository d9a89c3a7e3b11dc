package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// plan is what a run computes and what this company's data does not allow.
type plan struct {
	models  []model.Model
	skipped []model.Skipped
	mapped  map[string][]string // canonical table -> columns that some mapping fills
	sqlHash string
}

// manifest identifies the run: the id is the as-of day and 12 hex digits of a hash over inputs,
// configuration, SQL, version, decisions about customers and what was asked for.
func (n *night) manifest(s *lake.Snapshot, p *plan) *publish.Manifest {
	m := &publish.Manifest{
		Schema: publish.MartSchema, Status: publish.StatusPublished,
		AsOf: n.opt.AsOf.Format(time.DateOnly), WindowStart: n.windows.start.Format(time.DateOnly),
		Company: n.cfg.Company.Name, Currency: n.cfg.Company.Currency, Language: n.cfg.Company.Language,
		Version: n.opt.Version, Snapshot: s.ID, ConfigHash: n.cfg.Hash, SQLHash: p.sqlHash,
		Loads: s.Loads, Drift: s.Drift, Closings: closedInputs(n.closings), Outcomes: n.outcomes,
	}
	if len(n.opt.Only) > 0 {
		m.Status = publish.StatusPartial
	}
	for _, s := range p.skipped {
		if s.Mart != "" {
			m.NotComputed = append(m.NotComputed, publish.NotComputed{Mart: s.Mart, Reason: s.Reason})
		}
	}
	m.Decisions = n.decided.summary()
	if n.withheld != writtenLists {
		m.Withheld = n.withheld
	}
	m.Observed.StartedAt = n.startedAt
	m.Observed.Boundary = s.Observed.Sources
	h := sha256.New()
	fmt.Fprintf(h, "%d\n%s\n%s\n%s\n%s\n%s\n%q\n", m.Schema, m.AsOf, m.Snapshot, m.ConfigHash, m.SQLHash, m.Version, n.opt.Only)
	if m.Decisions != nil {
		fmt.Fprintln(h, m.Decisions.SHA256)
	}
	for _, c := range m.Closings { // a workspace without closings keeps the ids that it had
		fmt.Fprintf(h, "%s\n%s\n%s\n", c.Period, c.FiguresSHA256, c.EntriesSHA256)
	}
	for _, o := range m.Outcomes {
		fmt.Fprintf(h, "outcome\n%d\n%s\n", o.Number, o.SHA256)
	}
	if m.Withheld != "" || n.cfg.Suppression.ConsentHash != "" {
		fmt.Fprintf(h, "lists\n%s\n%s\n", m.Withheld, n.cfg.Suppression.ConsentHash)
	}
	m.Inputs = hex.EncodeToString(h.Sum(nil))
	n.name(m)
	return m
}

// name gives the run its id. A day that another run was current for has a new version now, whose
// lists say what changed: it is named after both. What was handed over itself keeps its name.
func (n *night) name(m *publish.Manifest) {
	last, found := publish.LastHandover(n.handovers, m.AsOf)
	switch {
	case !found || m.Status == publish.StatusPartial:
	case last.Inputs == m.Inputs:
		m.ID, m.After = last.Run, last.After
		return
	default:
		m.After = last.Run
	}
	id := m.Inputs
	if m.After != "" {
		sum := sha256.Sum256([]byte(m.Inputs + "\n" + m.After + "\n"))
		id = hex.EncodeToString(sum[:])
	}
	m.ID = m.AsOf + "-" + id[:12]
}

// listsBefore are the lists that the run takes the place of.
func (n *night) listsBefore(m *publish.Manifest) map[string]publish.ListBefore {
	before := map[string]publish.ListBefore{}
	last, _ := publish.HandoverOf(n.handovers, m.After)
	for _, v := range last.Lists {
		b := publish.ListBefore{Run: last.Run, Version: v.Version}
		if path := filepath.Join(n.workspace.RunDir(last.Run), "lists", v.List, "list.parquet"); isFile(path) {
			b.Path = path
		}
		before[v.List] = b
	}
	return before
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// hashModels covers every file that can change a figure, built in or the company's own.
func hashModels(models []model.Model) string {
	h := sha256.New()
	for _, m := range models {
		fmt.Fprintf(h, "%s\n%d\n%s", m.Relation(), len(m.SQL), m.SQL)
	}
	return hex.EncodeToString(h.Sum(nil))
}
