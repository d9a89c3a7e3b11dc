package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/publish"
	"github.com/pharos-analytics/pharos/segment"
)

// ErrReturned says that a list that somebody hands back was refused; nothing of it was kept.
var ErrReturned = errors.New("the list that was handed back is refused")

// ReturnedError is ErrReturned with everything that is wrong.
type ReturnedError struct {
	Path   string
	Faults []publish.Fault
}

func (e *ReturnedError) Error() string {
	var lines []string
	for i, f := range e.Faults {
		if i == shownFaults {
			lines = append(lines, fmt.Sprintf("and %d more", len(e.Faults)-i))
			break
		}
		lines = append(lines, e.Path+": "+f.String())
	}
	return strings.Join(lines, "\n")
}

func (e *ReturnedError) Unwrap() error { return ErrReturned }

// shownFaults are told of one file; who has more repairs these first.
const shownFaults = 50

// ImportOutcomes keeps what people wrote into a list that was handed over: status, outcome and note
// of each row, as contacts of a day. Every row is held against the list of its run; when one is
// wrong, nothing is kept. Rows that say nothing new are left out, so that the same file twice is no
// double; with none left the import is nil. Only Now of the options counts.
//
// Errors: *ReturnedError, publish.ErrNoRun, publish.ErrLocked, or what failed.
func ImportOutcomes(cfg *Config, list, path string, on time.Time, opt Options) (*publish.OutcomeImport, error) {
	w := &publish.Workspace{Root: cfg.Workspace}
	if _, err := w.Current(); err != nil {
		return nil, err
	}
	key, err := readKey(cfg.KeyFile)
	if err != nil {
		return nil, err
	}
	rows, faults, err := publish.ReadReturned(path)
	if err != nil {
		return nil, err
	}
	if len(faults) > 0 {
		return nil, &ReturnedError{path, faults}
	}
	release, err := w.Lock()
	if err != nil {
		return nil, err
	}
	defer release()
	known := returnable{workspace: w, key: key, list: list, runs: map[string]*handedOver{}}
	if known.handovers, err = w.NoteHandover(); err != nil {
		return nil, err
	}
	for _, l := range cfg.Lists {
		known.names = append(known.names, l.Name)
	}
	kept, faults := known.judge(rows)
	if len(faults) > 0 {
		return nil, &ReturnedError{path, faults}
	}
	return keepOutcomes(w, list, path, on, opt, kept)
}

// keepOutcomes adds what is new to what was imported before.
func keepOutcomes(w *publish.Workspace, list, path string, on time.Time, opt Options, rows [][]string) (*publish.OutcomeImport, error) {
	before, err := w.ReadOutcomes()
	if err != nil {
		return nil, err
	}
	o := &publish.OutcomeImport{Number: 1, List: list, On: on.Format(time.DateOnly), Source: filepath.Base(path)}
	said := map[string]string{} // list, run and row -> what was said of it last
	for _, b := range before {
		o.Number = b.Number + 1
		if err := w.VerifyOutcome(b); err != nil {
			return nil, err
		}
		old, err := lake.ReadRows(filepath.Join(w.Outcomes(), b.File.Path), publish.OutcomeColumns())
		if err != nil {
			return nil, err
		}
		for _, r := range old {
			said[strings.Join(r[1:4], "\x00")] = strings.Join(r[6:9], "\x00")
		}
	}
	rows = slices.DeleteFunc(rows, func(r []string) bool {
		last, known := said[strings.Join(r[1:4], "\x00")]
		silent := r[6] == segment.StatusOpen && r[7] == "" && r[8] == ""
		return silent && !known || known && last == strings.Join(r[6:9], "\x00")
	})
	if len(rows) == 0 {
		return nil, nil
	}
	slices.SortFunc(rows, func(a, b []string) int { return slices.Compare(a[1:4], b[1:4]) })
	for _, r := range rows {
		r[0], r[9] = strconv.Itoa(o.Number), o.On
		if r[7] == segment.OutcomeDoNotContact {
			o.Objections++
		}
	}
	o.Rows = len(rows)
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	sum := sha256.Sum256(b)
	o.SourceSHA = hex.EncodeToString(sum[:])
	o.Observed.ImportedAt = opt.Now().UTC()
	if u, err := user.Current(); err == nil { // a container may have no name for its user
		o.Observed.ImportedBy = u.Username
	}
	return o, w.AddOutcome(o, rows)
}
