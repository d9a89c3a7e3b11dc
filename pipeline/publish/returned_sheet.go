package publish

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/xuri/excelize/v2"
)

// A list of a million rows unpacks to less; more is a bomb.
const largestUnpacked = 256 << 20

// readReturnedSheet reads the sheet that list.xlsx has, or the first where it was renamed.
func readReturnedSheet(b []byte) ([]Returned, []Fault) {
	file, err := excelize.OpenReader(bytes.NewReader(b), excelize.Options{UnzipSizeLimit: largestUnpacked, UnzipXMLSizeLimit: largestUnpacked, RawCellValue: true})
	if err != nil {
		return nil, []Fault{{Why: fmt.Sprintf("it is no workbook that can be read (%s): open it and save it as .xlsx again", plain(err.Error()))}}
	}
	defer file.Close() // of a file in memory
	sheets := file.GetSheetList()
	if len(sheets) == 0 {
		return nil, []Fault{{Why: "it holds no sheet"}}
	}
	name := sheets[0]
	if slices.Contains(sheets, listSheet) {
		name = listSheet
	}
	rows, err := file.Rows(name)
	if err != nil {
		return nil, []Fault{{Why: "its sheet cannot be read: " + plain(err.Error())}}
	}
	defer rows.Close()
	var table returnedTable
	for line := 1; rows.Next(); line++ {
		cells, err := rows.Columns()
		if err != nil {
			return nil, append(table.faults, Fault{Line: line, Why: plain(err.Error())})
		}
		table.add(line, cells, func(column int) bool {
			at, err := excelize.CoordinatesToCellName(column+1, line)
			if err != nil {
				return false
			}
			formula, err := file.GetCellFormula(name, at)
			return err != nil || formula != ""
		})
	}
	return table.end()
}
