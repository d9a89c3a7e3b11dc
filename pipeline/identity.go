package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
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
		Loads: s.Loads, Drift: s.Drift, Closings: closedInputs(n.closings),
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
	if m.Withheld != "" || n.cfg.Suppression.ConsentHash != "" {
		fmt.Fprintf(h, "lists\n%s\n%s\n", m.Withheld, n.cfg.Suppression.ConsentHash)
	}
	m.ID = m.AsOf + "-" + hex.EncodeToString(h.Sum(nil))[:12]
	return m
}

// hashModels covers every file that can change a figure, built in or the company's own.
func hashModels(models []model.Model) string {
	h := sha256.New()
	for _, m := range models {
		fmt.Fprintf(h, "%s\n%d\n%s", m.Relation(), len(m.SQL), m.SQL)
	}
	return hex.EncodeToString(h.Sum(nil))
}
