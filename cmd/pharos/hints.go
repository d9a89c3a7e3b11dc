package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// boundaryHint is what can be done about a role that may do more than read.
const boundaryHint = "pharos check --grants SOURCE prints the script of a role that passes; what cannot be changed is accepted by name: " +
	"boundary: { accept: [SOURCE.NAME] }. What was current is still current"

// isFull says that a disk is full. The engine says so in words only.
func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || strings.Contains(strings.ToLower(err.Error()), syscall.ENOSPC.Error())
}

// hinted gives the errors of the pipeline their exit code and says what to try.
func hinted(err error, cfg *pipeline.Config, out *pipeline.Outcome) error {
	var declared *exitError
	switch {
	case err == nil || errors.As(err, &declared):
		return err
	case errors.Is(err, publish.ErrLocked):
		return &exitError{code: exitLocked, err: err, hint: "wait for the other run to end; nothing was read or written"}
	case errors.Is(err, pipeline.ErrGate) && out != nil:
		return &exitError{code: exitGate, err: err, hint: fmt.Sprintf(
			"pharos sql --run %s \"select * from quality where verdict = 'failed'\", then the same from quarantine for each bad row (kept in %s); what was current is still current", out.Manifest.ID, out.Dir)}
	case errors.Is(err, extract.ErrUnreachable):
		return &exitError{code: exitSource, err: err, hint: "pharos check looks at one source after the other; what was current is still current"}
	case errors.Is(err, extract.ErrBoundary):
		return &exitError{code: exitSource, err: err, hint: boundaryHint}
	case errors.Is(err, extract.ErrMapping):
		return &exitError{code: exitUsage, err: err, hint: "pharos check shows the columns that there are, with samples"}
	case errors.Is(err, pipeline.ErrDrift):
		return &exitError{code: exitGate, err: err, hint: "pharos check shows the columns that there are; what was current is still current"}
	case errors.Is(err, pipeline.ErrAsked):
		return &exitError{code: exitUsage, err: err, hint: "correct what is named above; pharos plan says what can be computed. Nothing was read or written"}
	case errors.Is(err, publish.ErrNoRun):
		return &exitError{code: exitUsage, err: err, hint: "pharos runs lists those that there are; pharos run publishes one"}
	case errors.Is(err, pipeline.ErrNoSnapshot):
		return &exitError{code: exitUsage, err: err, hint: "pharos run without --from-lake reads the sources first"}
	case errors.Is(err, pipeline.ErrProposals):
		return &exitError{code: exitFailed, err: err, hint: "let this user write there, or name another file with identity: { merges: … } in " + cfg.Path + "; what was current is still current"}
	case errors.Is(err, pipeline.ErrNotComparable):
		return &exitError{code: exitUsage, err: err, hint: "pharos runs lists the runs; two of one company can be compared"}
	case errors.Is(err, publish.ErrClosed):
		return &exitError{code: exitUsage, err: err, hint: "pharos close lists what is closed; pharos sql \"select * from restatements\" shows what has changed in it since"}
	case errors.Is(err, pipeline.ErrNotClosable):
		return &exitError{code: exitUsage, err: err, hint: "pharos run makes a current run of a later day and of this configuration; nothing was written"}
	case errors.Is(err, pipeline.ErrUnknownCustomer):
		return &exitError{code: exitUsage, err: err, hint: "pharos sql \"select customer_id, name from customers\" lists them"}
	case errors.Is(err, model.ErrClusterAsked):
		return &exitError{code: exitUsage, err: err, hint: model.Remedy(err) + "; what was current is still current"}
	case errors.Is(err, model.ErrClusterAway):
		return &exitError{code: exitSource, err: err, hint: model.Remedy(err) + "; what was current is still current"}
	case model.Remedy(err) != "":
		return &exitError{code: exitFailed, err: err, hint: model.Remedy(err) + "; what was current is still current"}
	case isFull(err):
		return &exitError{code: exitFailed, err: err, hint: "free space where " + cfg.Workspace + " is, or keep fewer runs with publish: { keep_runs: … } in " + cfg.Path + "; what was current is still current"}
	case errors.Is(err, fs.ErrPermission):
		return &exitError{code: exitFailed, err: err, hint: "let this user write in " + cfg.Workspace + ", or name another folder with workspace: in " + cfg.Path + "; what was current is still current"}
	}
	return err
}
