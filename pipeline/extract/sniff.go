package extract

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// sniffed is how much of a file is looked at.
const sniffed = 256 << 10

// Sniff looks at one file and guesses how it is to be read: kind, encoding, delimiter, quote,
// header and decimal sign. The notes say what was guessed and why, for the person who reads the
// configuration that init writes; nothing is guessed later, in a run. The spec's path is the
// file's name and its Dir the file's folder.
func Sniff(path string) (Spec, []string, error) {
	entry, head, err := readHead(path)
	if err != nil {
		return Spec{}, nil, fmt.Errorf("sniff %s: %w", path, err)
	}
	name := filepath.Base(path)
	spec := Spec{Name: sourceName(name), Dir: filepath.Dir(path)}
	var notes []string
	switch {
	case bytes.HasPrefix(head, []byte("SQLite format 3\x00")):
		spec.SQLite = &Files{Path: name}
		notes = []string{"SQLite database, by its first bytes"}
	case bytes.HasPrefix(head, []byte("PAR1")):
		spec.Parquet = &Files{Path: name}
		notes = []string{"Parquet, by its first bytes"}
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		spec.Excel, notes, err = sniffWorkbook(entry)
	case len(bytes.TrimSpace(head)) == 0:
		err = errors.New("the file is empty: there is nothing to see")
	default:
		err = sniffTextInto(&spec, name, head, &notes)
	}
	if err != nil {
		return Spec{}, nil, fmt.Errorf("sniff %s: %w", path, err)
	}
	return spec, notes, nil
}

// readHead reads the beginning of a file, unpacked.
func readHead(path string) (fileEntry, []byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return fileEntry{}, nil, err
	}
	entry := fileEntry{path: path, name: filepath.Base(path), size: info.Size(), modified: info.ModTime()}
	if !info.Mode().IsRegular() {
		return entry, nil, errors.New("it is no file; name one of the files in it")
	}
	r, closeFile, err := openFile(entry)
	if err != nil {
		return entry, nil, err
	}
	head := make([]byte, sniffed)
	n, err := io.ReadFull(r, head)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) && n > 0 {
		err = nil
	}
	return entry, head[:n], errors.Join(err, closeFile())
}

// sourceName makes a name for pharos.yaml out of a file's: lower case, letters of any script,
// digits and _.
func sourceName(file string) string {
	base, _, _ := strings.Cut(strings.TrimLeft(file, "."), ".")
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -+()[]{},;:&#'\"!?/\\", r) {
			return '_'
		}
		return r
	}, strings.ToLower(base))
	if name = strings.Trim(name, "_"); name == "" {
		return "file"
	}
	return name
}

// sniffWorkbook takes the first row that is as full as the table below it for the header.
func sniffWorkbook(e fileEntry) (*Excel, []string, error) {
	w, err := openWorkbook(e)
	if err != nil {
		return nil, nil, err
	}
	excel, notes, err := w.sniff()
	return excel, notes, errors.Join(err, w.close())
}

func (w *workbook) sniff() (*Excel, []string, error) {
	const looked = 30
	names := make([]string, len(w.sheets))
	for i, s := range w.sheets {
		names[i] = s.name
	}
	notes := []string{fmt.Sprintf("Excel workbook with %d sheet(s): %s", len(names), strings.Join(names, ", "))}
	rows, err := w.rows(w.sheets[0])
	if err != nil {
		return nil, nil, err
	}
	var numbers, filled []int
	fullest := 0
	for len(numbers) < looked {
		ok, err := rows.next()
		if err != nil {
			return nil, nil, errors.Join(err, rows.close())
		}
		if !ok {
			break
		}
		n := 0
		for _, c := range rows.cells {
			if len(bytes.TrimSpace(w.cellText(nil, c))) > 0 {
				n++
			}
		}
		numbers, filled, fullest = append(numbers, rows.number), append(filled, n), max(fullest, n)
	}
	if err := rows.close(); err != nil {
		return nil, nil, err
	}
	excel := &Excel{Path: w.entry.name, Sheet: names[0], HeaderRow: 1}
	for i, n := range filled {
		if n > 0 && n*5 >= fullest*4 {
			excel.HeaderRow = numbers[i]
			break
		}
	}
	notes = append(notes, fmt.Sprintf("sheet %s: row %d is taken for the header, the first that is as full as the table", names[0], excel.HeaderRow))
	return excel, notes, nil
}
