package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// judge refuses the sources whose boundary does not hold, before any row is read.
func (set sourceSet) judge(policy extract.BoundaryPolicy) error {
	var errs []error
	for _, name := range set.names() {
		_, err := extract.Judge(set[name].Verdict(), policy)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// judgeEnd marks what is accepted in the readings and refuses those whose end is no proof that
// nothing was written. A reading that failed has its own error; it hides no writing.
func judgeEnd(readings []lake.SourceReading, policy extract.BoundaryPolicy, failed error) ([]lake.SourceReading, error) {
	errs := []error{failed}
	for i, r := range readings {
		judged, err := extract.Judge(r, policy)
		readings[i] = judged
		if failed == nil || extract.HasWritten(r) {
			errs = append(errs, err)
		}
	}
	return readings, errors.Join(errs...)
}

// end closes all sessions and judges what they leave; failed is how the reading ended before.
func (set sourceSet) end(policy extract.BoundaryPolicy, failed error) ([]lake.SourceReading, error) {
	readings, closing := set.close()
	failed = errors.Join(failed, closing)
	for _, name := range set.names() {
		if failed == nil { // all was read, and then the line broke
			failed = extract.Unproved(set[name].Source)
		}
	}
	return judgeEnd(readings, policy, failed)
}

// keepReadings keeps what a reading that failed or was refused leaves of evidence: a failed run
// without data, whose manifest holds the verdicts and the error. It gives the error back.
func (n *night) keepReadings(failed error) error {
	if len(n.readings) == 0 {
		return failed // no source was opened: there is nothing to prove
	}
	m := n.manifest(&lake.Snapshot{Observed: lake.Observed{Sources: n.readings}}, &plan{sqlHash: hashModels(n.models)})
	h := sha256.New()
	fmt.Fprintln(h, m.ID)
	for _, r := range n.readings { // another verdict is another failure, which replaces no earlier one
		fmt.Fprintf(h, "%q %q\n", r.Source, r.Findings)
	}
	m.ID = m.AsOf + "-" + hex.EncodeToString(h.Sum(nil))[:12]
	m.Observed.Error = failed.Error()
	m.Observed.FinishedAt = n.opt.Now().UTC()
	if err := n.keepFailure(m); err != nil {
		return errors.Join(failed, fmt.Errorf("keep the verdicts of a failed reading: %w", err))
	}
	return failed
}

func (n *night) keepFailure(m *publish.Manifest) error {
	draft, err := n.workspace.Begin()
	if err != nil {
		return err
	}
	defer draft.Discard()
	if err := draft.Fail(m); err != nil {
		return err
	}
	return n.workspace.Prune(n.cfg.KeepRuns)
}
