package extract

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// sheetXML wraps rows as a sheet.
func sheetXML(rows string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` +
		rows + `</sheetData></worksheet>`
}

// handWorkbook is a workbook of one sheet "Data" as other programs write it.
func handWorkbook(sheet, workbookAttributes string) map[string]string {
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	const packages = "http://schemas.openxmlformats.org/package/2006/relationships"
	return map[string]string{
		"_rels/.rels": `<Relationships xmlns="` + packages + `"><Relationship Id="r1" Type="` + office + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml": `<workbook xmlns:r="` + office + `"><workbookPr ` + workbookAttributes + `/><sheets>` +
			`<sheet name="Data" sheetId="1" r:id="r1"/><sheet name="Chart" sheetId="2" r:id="r4"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships>` +
			`<Relationship Id="r1" Type="` + office + `/worksheet" Target="/xl/worksheets/sheet1.xml"/>` +
			`<Relationship Id="r2" Type="` + office + `/styles" Target="styles.xml"/>` +
			`<Relationship Id="r3" Type="` + office + `/sharedStrings" Target="sharedStrings.xml"/>` +
			`<Relationship Id="r4" Type="` + office + `/chartsheet" Target="chartsheets/sheet1.xml"/></Relationships>`,
		"xl/styles.xml": `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/>` +
			`<numFmt numFmtId="165" formatCode="[$-409]h:mm AM/PM;@"/><numFmt numFmtId="166" formatCode="[h]:mm"/>` +
			`<numFmt numFmtId="167" formatCode="&quot;day &quot;0.00"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>` +
			`<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="167"/></cellXfs></styleSheet>`,
		"xl/sharedStrings.xml": `<sst><si><t>v</t></si><si><t xml:space="preserve"> 上海 </t></si>` +
			`<si><r><t>bold</t></r><r><t> plain</t></r><rPh sb="0"><t>spoken</t></rPh></si><si><t>a_x000D_b_x0041_</t></si><si/></sst>`,
		"xl/worksheets/sheet1.xml": sheet,
	}
}

func writeZip(t testing.TB, dir, name string, parts map[string]string) {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for part, text := range parts {
		w, err := z.Create(part)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	writeTestFile(t, dir, name, b.String())
}

func TestADamagedOrHostileWorkbookIsRefused(t *testing.T) {
	good := sheetXML(`<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>`)
	with := func(part, text string) map[string]string {
		parts := handWorkbook(good, "")
		parts[part] = text
		return parts
	}
	without := func(part string) map[string]string {
		parts := handWorkbook(good, "")
		delete(parts, part)
		return parts
	}
	const sheet = "xl/worksheets/sheet1.xml"
	tests := []struct {
		name  string
		parts map[string]string
		want  string
	}{
		{"sheet breaks off", with(sheet, strings.TrimSuffix(good, `</sheetData></worksheet>`)), "unexpected EOF"},
		{"sheet breaks off within a cell", with(sheet, good[:len(good)-40]), "after row 2"},
		{"broken XML", with(sheet, strings.Replace(good, "<row r=\"2\">", "<row r=\"2\"><c r=<", 1)), "after row 2"},
		{"a cell nowhere", with(sheet, strings.Replace(good, "A2", "AAAA2", 1)), "AAAA2"},
		{"billion laughs", with(sheet, `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>`+strings.Replace(good, "<v>1</v>", "<v>&b;</v>", 1)), "entity"},
		{"sheet is missing", without(sheet), "is missing"},
		{"no workbook", without("_rels/.rels"), "no .xlsx file"},
		{"strings are missing", without("xl/sharedStrings.xml"), "sharedstrings.xml is missing"},
		{"one cell of 6 MB", with(sheet, strings.Replace(good, "<v>1</v>", "<v>"+strings.Repeat("12345 78", 6<<17)+"</v>", 1)), "refused"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			writeZip(t, dir, "f.xlsx", test.parts)
			src := openTestFiles(t, Spec{Name: "s", Dir: dir, Excel: &Excel{Path: "f.xlsx"}})
			_, _, err := readPlaced(t, src, "", "v")
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "f.xlsx") {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
	dir := t.TempDir()
	writeTestFile(t, dir, "old.xlsx", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1and so on")
	writeTestFile(t, dir, "text.xlsx", "a,b\n1,2\n")
	for name, want := range map[string]string{"old.xlsx": "password", "text.xlsx": "no .xlsx"} {
		src := openTestFiles(t, Spec{Name: "s", Dir: dir, Excel: &Excel{Path: name}})
		if _, _, err := readPlaced(t, src, "", "v"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", name, err, want)
		}
	}
}

func TestAZipBombIsRefusedBeforeItIsUnpacked(t *testing.T) {
	for _, part := range []string{"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"} {
		dir := t.TempDir()
		writeBomb(t, filepath.Join(dir, "bomb.xlsx"), part, 40<<20)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		src := openTestFiles(t, Spec{Name: "s", Dir: dir, Excel: &Excel{Path: "bomb.xlsx"}})
		_, _, err := readPlaced(t, src, "", "v")
		runtime.ReadMemStats(&after)
		if err == nil || !strings.Contains(err.Error(), "zip bomb") || !strings.Contains(err.Error(), "bomb.xlsx") {
			t.Errorf("%s: error %v", part, err)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 16<<20 {
			t.Errorf("%s: %d MB were allocated to refuse it", part, used>>20)
		}
	}
}

// writeBomb makes a workbook in which one part unpacks to that many bytes of the same.
func writeBomb(t *testing.T, path, part string, size int) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	for name, text := range handWorkbook(sheetXML(""), "") {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
		for written := 0; name == part && written < size; written += 1 << 20 {
			if _, err := w.Write(bytes.Repeat([]byte("<row/>  "), 1<<17)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
