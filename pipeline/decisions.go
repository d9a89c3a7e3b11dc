package pipeline

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pharos-analytics/pharos/pipeline/publish"
	"github.com/pharos-analytics/pharos/segment"
)

// decisions are what people wrote into merges.csv and parents.csv: inputs of the run like the
// sources, and part of its id.
type decisions struct {
	rows    []segment.MergeRow
	merges  *segment.Merges
	parents []parentRow
}

// parentRow is one row of parents.csv; an empty parent says that the customer stands on top.
type parentRow struct {
	line             int
	customer, parent string
}

// readDecisions reads both files, so that a wrong row is said before a source is read. All that is
// wrong comes at once, by file and line. Errors are under ErrAsked.
func readDecisions(cfg *Config) (*decisions, error) {
	d := &decisions{}
	var err, wrong error
	if d.rows, err = readMerges(cfg.Identity.Merges); err == nil {
		if d.merges, wrong = segment.Unite(d.rows); wrong != nil {
			err = fmt.Errorf("read decisions: %s: %w", cfg.Identity.Merges, wrong)
		}
	}
	if d.parents, wrong = readParents(cfg.Identity.Parents); wrong == nil && d.merges != nil {
		wrong = d.contradictions(cfg.Identity.Parents)
	}
	if err = errors.Join(err, wrong); err != nil {
		return nil, kindError{err, ErrAsked}
	}
	return d, nil
}

// contradictions are two rows of parents.csv that give one customer two parents; after a merge
// they may stand under two ids.
func (d *decisions) contradictions(path string) error {
	var errs []error
	stated := map[string]parentRow{}
	for _, r := range d.parents {
		group := d.merges.GroupOf(r.customer)
		before, twice := stated[group]
		if twice && d.merges.GroupOf(before.parent) != d.merges.GroupOf(r.parent) {
			errs = append(errs, fmt.Errorf("%s:%d: %s has the parent %q, and %s in line %d, the same customer, has %q; keep one of the rows",
				path, r.line, r.customer, r.parent, before.customer, before.line, before.parent))
		}
		stated[group] = r
	}
	return errors.Join(errs...)
}

// summary is what the run's manifest says of the decisions, nil without any. Open proposals are no
// input: writing them changes no run.
func (d *decisions) summary() *publish.Decisions {
	s := &publish.Decisions{ParentRows: len(d.parents)}
	h := sha256.New()
	for _, r := range d.rows {
		switch r.Decision {
		case segment.MergeAccepted:
			s.Accepted++
		case segment.MergeRefused:
			s.Refused++
		default:
			continue
		}
		fmt.Fprintf(h, "%s %d %q %q %q %q\n", r.Decision, r.Line, r.CustomerID, r.OtherID, r.Score, r.Evidence)
	}
	for _, r := range d.parents {
		fmt.Fprintf(h, "parent %d %q %q\n", r.line, r.customer, r.parent)
	}
	if s.Accepted+s.Refused+s.ParentRows == 0 {
		return nil
	}
	s.SHA256 = hex.EncodeToString(h.Sum(nil))
	return s
}

// decisionWords are what a person may write; a decision is nothing, accept or refuse.
func decisionWords() map[string]string {
	return map[string]string{"": "", "accept": segment.MergeAccepted, "refuse": segment.MergeRefused, "接受": segment.MergeAccepted, "拒绝": segment.MergeRefused}
}

// readMerges reads merges.csv. A file that is not there has no rows.
func readMerges(path string) ([]segment.MergeRow, error) {
	if path == "" {
		return nil, nil
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read decisions: %w", err)
	}
	return parseMerges(path, data)
}

func parseMerges(path string, data []byte) ([]segment.MergeRow, error) {
	sheet, err := parseSheet(path, data, "decision", "customer_id", "other_id")
	if err != nil {
		return nil, err
	}
	var rows []segment.MergeRow
	var errs []error
	for _, line := range sheet.lines {
		r := segment.MergeRow{
			Line: line.number, CustomerID: plainID(line.cell("customer_id")), OtherID: plainID(line.cell("other_id")),
			Score: line.cell("score"), Evidence: line.cell("evidence"),
		}
		word := line.cell("decision")
		decision, known := decisionWords()[strings.ToLower(strings.TrimSpace(word))]
		r.Decision = decision
		switch {
		case !known:
			errs = append(errs, fmt.Errorf("%s:%d: the decision %q is none; write accept, refuse, or nothing while it is open", path, r.Line, word))
		case r.CustomerID == "" || r.OtherID == "":
			errs = append(errs, fmt.Errorf("%s:%d: a row needs customer_id and other_id; fill both in, or delete the row", path, r.Line))
		case r.CustomerID == r.OtherID:
			errs = append(errs, fmt.Errorf("%s:%d: %s is compared with itself; correct other_id, or delete the row", path, r.Line, r.CustomerID))
		}
		rows = append(rows, r)
	}
	return rows, errors.Join(errs...)
}

// readParents reads parents.csv; one that pharos.yaml names must be there.
func readParents(path string) ([]parentRow, error) {
	if path == "" {
		return nil, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read parents: %w: write it with the columns customer_id and parent_id, or remove identity: { parents: … }", err)
	}
	sheet, err := parseSheet(path, data, "customer_id", "parent_id")
	if err != nil {
		return nil, err
	}
	var rows []parentRow
	var errs []error
	for _, line := range sheet.lines {
		r := parentRow{line.number, plainID(line.cell("customer_id")), plainID(line.cell("parent_id"))}
		if r.customer == "" {
			errs = append(errs, fmt.Errorf("%s:%d: customer_id is empty; fill it in, or delete the row", path, r.line))
		}
		rows = append(rows, r)
	}
	return rows, errors.Join(errs...)
}

// sheet is a small CSV file that people edit with spreadsheets.
type sheet struct {
	comma  rune
	ending string
	header []string
	lines  []sheetLine
}

type sheetLine struct {
	number int
	header []string
	cells  []string
}

func (l sheetLine) cell(name string) string {
	if i := slices.Index(l.header, name); i >= 0 && i < len(l.cells) {
		return l.cells[i]
	}
	return ""
}

// parseSheet reads a file as a spreadsheet may have saved it: with or without a byte order mark,
// separated by comma, semicolon or tab, columns in any order, further ones beside them, empty rows.
func parseSheet(path string, data []byte, needed ...string) (*sheet, error) {
	const mark = "\ufeff"
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("%s: the file is not UTF-8 text; save it as CSV UTF-8", path)
	}
	data = bytes.TrimPrefix(data, []byte(mark))
	first, _, _ := bytes.Cut(data, []byte("\n"))
	s := &sheet{comma: separatorOf(string(first)), ending: "\n"}
	if bytes.HasSuffix(first, []byte("\r")) {
		s.ending = "\r\n"
	}
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma, r.FieldsPerRecord = s.comma, -1
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			var broken *csv.ParseError
			if errors.As(err, &broken) {
				return nil, fmt.Errorf("%s:%d: the line cannot be read: %w; a cell with quotes in it stands in quotes, each of them doubled", path, broken.StartLine, broken.Err)
			}
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		number, _ := r.FieldPos(0)
		switch {
		case s.header == nil:
			for _, c := range cells {
				s.header = append(s.header, strings.ToLower(strings.TrimSpace(c)))
			}
		case strings.TrimSpace(strings.Join(cells, "")) != "":
			s.lines = append(s.lines, sheetLine{number, s.header, cells})
		}
	}
	for _, name := range needed {
		if !slices.Contains(s.header, name) {
			return nil, fmt.Errorf("%s:1: there is no column %s; the first line names the columns %s", path, name, strings.Join(needed, ", "))
		}
	}
	return s, nil
}

// separatorOf is the sign that stands most often in the first line.
func separatorOf(first string) rune {
	return slices.MaxFunc([]rune{',', ';', '\t'}, func(a, b rune) int {
		return cmp.Compare(strings.Count(first, string(a)), strings.Count(first, string(b)))
	})
}

// armedID is an id as merges.csv holds it: one that a spreadsheet would compute has an apostrophe
// before it, and so has one that begins with an apostrophe, so that plainID gives both back.
func armedID(id string) string {
	if strings.HasPrefix(id, "'") {
		return "'" + id
	}
	return publish.Disarm(id)
}

func plainID(cell string) string {
	if id, armed := strings.CutPrefix(cell, "'"); armed && armedID(id) == cell {
		return id
	}
	return cell
}
