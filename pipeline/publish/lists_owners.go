package publish

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// unowned is who calls where nobody looks after the customer, and the name of their file.
const unowned = "unowned"

// ownerFiles are the files of one caller.
type ownerFiles struct {
	Owner string   `json:"owner"`
	Rows  int      `json:"rows"`
	Files []string `json:"files"` // relative to the list's folder, with forward slashes
}

// writeOwners writes owners/<name>.csv and .xlsx with the rows of each caller, who are in the order
// of the whole list, and tells which file is whose.
func (f ListFormat) writeOwners(s *speech, folder string, columns []lake.Column, rows [][]string) ([]ownerFiles, error) {
	if len(rows) == 0 || !f.has(ListCSV) && !f.has(ListXLSX) {
		return nil, nil
	}
	at := columnAt(columns, "owner")
	of := map[string][][]string{}
	for _, row := range rows {
		of[row[at]] = append(of[row[at]], row)
	}
	dir := filepath.Join(folder, "owners")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	owners := slices.Sorted(maps.Keys(of))
	names := ownerNames(owners)
	index, errs := make([]ownerFiles, len(owners)), make([]error, len(owners))
	var next atomic.Int64
	var writing sync.WaitGroup
	for range min(len(owners), runtime.GOMAXPROCS(0)) { // hundreds of small workbooks
		writing.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(owners); i = int(next.Add(1)) - 1 {
				owner := owners[i]
				files, err := f.writeRows(s, dir, names[owner], columns, of[owner], ListCSV, ListXLSX)
				for j := range files {
					files[j] = "owners/" + files[j]
				}
				index[i], errs[i] = ownerFiles{owner, len(of[owner]), files}, err
			}
		})
	}
	writing.Wait()
	return index, errors.Join(errs...)
}

// ownerNames gives each owner a file name, without an extension, that is safe on every file system
// and nobody else's, capital letters or not: the owner's letters and digits, and, where these are
// not all of the name or another owner has the same, a hash of it.
func ownerNames(owners []string) map[string]string {
	taken := map[string]int{}
	for _, owner := range owners {
		taken[foldName(safeName(owner))]++
	}
	names := map[string]string{}
	for _, owner := range owners {
		name := safeName(owner)
		if owner != unowned && (name != owner || taken[foldName(name)] > 1 || reservedName(name)) {
			sum := sha256.Sum256([]byte(owner))
			name = cmp.Or(name, "owner") + "-" + hex.EncodeToString(sum[:6])
		}
		names[owner] = name
	}
	return names
}

// longestName leaves room for a hash and an extension in the 255 bytes that file systems give a name.
const longestName = 120

// safeName keeps letters and digits, - and _; whatever else stands between them is one _.
func safeName(owner string) string {
	var b strings.Builder
	gap := false
	for _, r := range owner {
		if r == unicode.ReplacementChar || !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '_' {
			gap = true
			continue
		}
		if b.Len() >= longestName {
			break
		}
		if gap && b.Len() > 0 {
			b.WriteByte('_')
		}
		gap = false
		b.WriteRune(r)
	}
	return strings.Trim(b.String(), "-_")
}

// foldName is the same for names that a file system may take for the same.
func foldName(name string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			least = min(least, next)
		}
		return least
	}, name)
}

// reservedName says that Windows keeps a name for a device, whatever its extension.
func reservedName(name string) bool {
	name = strings.ToUpper(name)
	if slices.Contains([]string{"CON", "PRN", "AUX", "NUL"}, name) {
		return true
	}
	port, digit := strings.CutPrefix(name, "COM")
	if !digit {
		port, digit = strings.CutPrefix(name, "LPT")
	}
	return digit && len(port) == 1 && port[0] >= '0' && port[0] <= '9'
}
