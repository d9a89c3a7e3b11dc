package extract

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
)

// Why not excelize here, which writes our workbooks and checks this reader in its tests: its
// row iterator (2.11) takes the first XML error for the end of the sheet, so that a damaged
// sheet comes short without a word, it gives neither type nor number format of a cell, and it
// unpacks whole sheets before the first row.

// Limits of a workbook, checked against the sizes that the archive declares; archive/zip fails
// when a part is larger than it declares.
const (
	maxWorkbook      = 4 << 30   // all parts together, unpacked
	maxStrings       = 128 << 20 // the table of shared texts, which stays in memory
	maxSmallPart     = 16 << 20  // workbook, relations, styles
	bombRatio        = 200       // real sheets pack 10 to 60 times
	bombSize         = 8 << 20   // below which any ratio is harmless
	maxWorkbookParts = 10_000
)

// workbook is an open .xlsx file: what its sheets are called and how its cells are shown.
type workbook struct {
	entry    fileEntry
	file     *os.File
	closer   func() error
	parts    map[string]*zip.File // by lower-case path
	sheets   []workbookSheet      // in the order of the tabs
	date1904 bool
	formats  []numberFormat // by style
	strings  sharedStrings
}

type workbookSheet struct{ name, part string }

// openWorkbook reads everything but the cells.
func openWorkbook(e fileEntry) (*workbook, error) {
	f, closeFile, err := openEntry(e)
	if err != nil {
		return nil, err
	}
	w := &workbook{entry: e, file: f, closer: closeFile, parts: map[string]*zip.File{}}
	if err := w.load(); err != nil {
		return nil, errors.Join(fmt.Errorf("read workbook %s: %w", e.name, err), f.Close())
	}
	return w, nil
}

func (w *workbook) load() error {
	if err := w.unpack(); err != nil {
		return err
	}
	main, err := w.mainPart()
	if err != nil {
		return err
	}
	styles, texts, err := w.loadSheets(main)
	if err != nil {
		return err
	}
	if w.formats, err = w.loadStyles(styles); err != nil {
		return err
	}
	return w.strings.load(w, texts)
}

// unpack lists the parts and refuses bombs before anything is unpacked.
func (w *workbook) unpack() error {
	var magic [8]byte
	if _, err := w.file.ReadAt(magic[:], 0); err == nil && string(magic[:4]) == "\xd0\xcf\x11\xe0" {
		return errors.New("it is an old .xls file or has a password; save it as .xlsx without password")
	}
	z, err := zip.NewReader(w.file, w.entry.size)
	if err != nil {
		return fmt.Errorf("it is no .xlsx file: %w", err)
	}
	if len(z.File) > maxWorkbookParts {
		return fmt.Errorf("refused: %d parts, more than the %d of any honest workbook", len(z.File), maxWorkbookParts)
	}
	var total uint64
	for _, part := range z.File {
		size := part.UncompressedSize64
		if total += size; total > maxWorkbook {
			return fmt.Errorf("refused: it unpacks to more than %d MB", maxWorkbook>>20)
		}
		if size > bombSize && size/bombRatio > part.CompressedSize64 {
			return fmt.Errorf("refused: part %s grows from %d to %d bytes, as only a zip bomb does", part.Name, part.CompressedSize64, size)
		}
		w.parts[partName(part.Name)] = part
	}
	return nil
}

func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

// relation is an entry of a .rels part.
type relation struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
}

// related lists what a part points to, targets as part names. A part without relations has none.
func (w *workbook) related(part string) ([]relation, error) {
	var doc struct {
		Relations []relation `xml:"Relationship"`
	}
	folder, base := path.Split(part)
	rels := folder + "_rels/" + base + ".rels"
	if _, ok := w.parts[partName(rels)]; !ok {
		return nil, nil
	}
	if err := w.decode(rels, &doc); err != nil {
		return nil, err
	}
	for i, r := range doc.Relations {
		if target := r.Target; !strings.HasPrefix(target, "/") {
			doc.Relations[i].Target = path.Join(folder, target)
		}
		doc.Relations[i].Target = partName(doc.Relations[i].Target)
	}
	return doc.Relations, nil
}

func (w *workbook) mainPart() (string, error) {
	rels, err := w.related("")
	if err != nil {
		return "", err
	}
	for _, r := range rels {
		if path.Base(r.Type) == "officeDocument" {
			if strings.HasSuffix(r.Target, ".bin") {
				return "", errors.New("it is an .xlsb workbook; save it as .xlsx")
			}
			return r.Target, nil
		}
	}
	return "", errors.New("it is no .xlsx file: no part says that it is the workbook")
}

// loadSheets reads the tabs and finds the parts of styles and shared texts.
func (w *workbook) loadSheets(main string) (styles, texts string, err error) {
	var doc struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name     string `xml:"name,attr"`
			Relation string `xml:"id,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := w.decode(main, &doc); err != nil {
		return "", "", err
	}
	rels, err := w.related(main)
	if err != nil {
		return "", "", err
	}
	byID := make(map[string]relation, len(rels))
	for _, r := range rels {
		byID[r.ID] = r
		switch path.Base(r.Type) {
		case "styles":
			styles = r.Target
		case "sharedStrings":
			texts = r.Target
		}
	}
	for _, s := range doc.Sheets {
		if r := byID[s.Relation]; path.Base(r.Type) == "worksheet" { // not a chart or a macro
			w.sheets = append(w.sheets, workbookSheet{name: s.Name, part: r.Target})
		}
	}
	w.date1904 = doc.Properties.Date1904 == "1" || doc.Properties.Date1904 == "true"
	if len(w.sheets) == 0 {
		return "", "", errors.New("it has no sheet of cells")
	}
	return styles, texts, nil
}

// loadStyles finds out which cell styles show days or times.
func (w *workbook) loadStyles(part string) ([]numberFormat, error) {
	if part == "" {
		return nil, nil
	}
	var doc struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Styles []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := w.decode(part, &doc); err != nil {
		return nil, err
	}
	custom := make(map[int]numberFormat, len(doc.Formats))
	for _, f := range doc.Formats {
		custom[f.ID] = formatOfCode(f.Code)
	}
	formats := make([]numberFormat, len(doc.Styles))
	for i, s := range doc.Styles {
		var ok bool
		if formats[i], ok = custom[s.Format]; !ok {
			formats[i] = builtinFormat(s.Format)
		}
	}
	return formats, nil
}

// decode reads a small part whole.
func (w *workbook) decode(name string, into any) error {
	part, err := w.openPart(name, maxSmallPart)
	if err != nil {
		return err
	}
	if err := xml.NewDecoder(part).Decode(into); err != nil {
		return errors.Join(fmt.Errorf("part %s: %w", name, err), part.Close())
	}
	return part.Close()
}

func (w *workbook) openPart(name string, limit uint64) (io.ReadCloser, error) {
	part, ok := w.parts[partName(name)]
	if !ok {
		return nil, fmt.Errorf("part %s is missing: the file is damaged", name)
	}
	if part.UncompressedSize64 > limit {
		return nil, fmt.Errorf("refused: part %s unpacks to %d bytes; %d are the most that are read", name, part.UncompressedSize64, limit)
	}
	r, err := part.Open()
	if err != nil {
		return nil, fmt.Errorf("part %s: %w", name, err)
	}
	return r, nil
}

// sheetNamed finds a tab; the empty name is the first one.
func (w *workbook) sheetNamed(name string) (workbookSheet, error) {
	names := make([]string, len(w.sheets))
	for i, s := range w.sheets {
		if s.name == name || name == "" {
			return s, nil
		}
		names[i] = s.name
	}
	return workbookSheet{}, unfit(fmt.Errorf("read workbook %s: no sheet %q; its sheets are %s", w.entry.name, name, nearestNames(name, names)))
}

func (w *workbook) close() error { return w.closer() }
