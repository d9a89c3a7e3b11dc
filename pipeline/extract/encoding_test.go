package extract

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

func encoded(t testing.TB, e encoding.Encoding, text string) string {
	t.Helper()
	out, err := e.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestNamesSurviveEveryEncoding(t *testing.T) {
	const chinese = "客户号,城市\n1,上海\n2,\"北京，\n朝阳\"\n"
	little, big := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	tests := []struct{ encoding, text string }{
		{"", chinese},
		{"utf-8", "\ufeff" + chinese},
		{"UTF-8", chinese},
		{"utf-16", encoded(t, little, "\ufeff"+chinese)},
		{"utf-16", encoded(t, big, "\ufeff"+chinese)},
		{"utf-16le", encoded(t, little, chinese)},
		{"utf-16le", encoded(t, little, "\ufeff"+chinese)},
		{"utf-16be", encoded(t, big, chinese)},
		{"gbk", encoded(t, simplifiedchinese.GBK, chinese)},
		{"gb18030", encoded(t, simplifiedchinese.GB18030, chinese)},
	}
	for _, test := range tests {
		dir := t.TempDir()
		writeTestFile(t, dir, "f.csv", test.text)
		src := openTestFiles(t, Spec{Name: "s", Dir: dir, CSV: &CSV{Path: "f.csv", Encoding: test.encoding}})
		rows, bad, err := readPlaced(t, src, "", "客户号", "城市")
		want := []placed{{"f.csv", 2, []string{"1", "上海"}}, {"f.csv", 3, []string{"2", "北京，\n朝阳"}}}
		if diff := cmp.Diff(want, rows); err != nil || len(bad) > 0 || diff != "" {
			t.Errorf("%q: %v, bad %v (-want +got):\n%s", test.encoding, err, bad, diff)
		}
	}
}

func TestWesternNamesSurviveTheirEncodings(t *testing.T) {
	tests := []struct {
		encoding string
		enc      encoding.Encoding
		name     string
	}{
		{"latin-1", charmap.ISO8859_1, "Société Générale Müller"},
		{"windows-1252", charmap.Windows1252, "Œuvre – 100 €"},
		{"gb18030", simplifiedchinese.GB18030, "Ünïcode 🚦 𠀀"},
	}
	for _, test := range tests {
		dir := t.TempDir()
		writeTestFile(t, dir, "f.csv", encoded(t, test.enc, "id,name\n1,"+test.name+"\n"))
		src := openTestFiles(t, Spec{Name: "s", Dir: dir, CSV: &CSV{Path: "f.csv", Encoding: test.encoding}})
		rows, bad, err := readPlaced(t, src, "", "name")
		if err != nil || len(bad) > 0 || len(rows) != 1 || rows[0].Values[0] != test.name {
			t.Errorf("%s: %v, bad %v, error %v", test.encoding, rows, bad, err)
		}
	}
}

func TestABadByteCostsOneLineInEveryEncoding(t *testing.T) {
	little := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	good := "id,name\n1,上海\n"
	tests := []struct{ encoding, text string }{
		{"utf-8", good + "2,\xe4\xb8\n3,x\n"},
		{"gbk", encoded(t, simplifiedchinese.GBK, good) + "2,\xff\n3,x\n"},
		{"gb18030", encoded(t, simplifiedchinese.GB18030, good) + "2,\xff\n3,x\n"},
		{"utf-16le", encoded(t, little, good) + encoded(t, little, "2,") + "\x00\xd8" + encoded(t, little, "\n3,x\n")},
	}
	for _, test := range tests {
		dir := t.TempDir()
		writeTestFile(t, dir, "f.csv", test.text)
		src := openTestFiles(t, Spec{Name: "s", Dir: dir, CSV: &CSV{Path: "f.csv", Encoding: test.encoding}})
		rows, bad, err := readPlaced(t, src, "", "id", "name")
		want := []placed{{"f.csv", 2, []string{"1", "上海"}}, {"f.csv", 4, []string{"3", "x"}}}
		if diff := cmp.Diff(want, rows); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", test.encoding, err, diff)
		}
		if len(bad) != 1 || bad[0].Rule != RuleBadEncoding || bad[0].Location != "f.csv:3" || !strings.HasPrefix(bad[0].Value, "2,") {
			t.Errorf("%s: bad %+v, want line 3", test.encoding, bad)
		}
	}
}

func TestUTF16WithoutItsMarkAsksForTheByteOrder(t *testing.T) {
	dir := t.TempDir()
	writeTestFile(t, dir, "f.csv", "i\x00d\x00\n\x001\x00\n\x00")
	src := openTestFiles(t, Spec{Name: "s", Dir: dir, CSV: &CSV{Path: "f.csv", Encoding: "utf-16"}})
	_, _, err := readPlaced(t, src, "", "id")
	if err == nil || !strings.Contains(err.Error(), "f.csv") || !strings.Contains(err.Error(), "utf-16le") {
		t.Errorf("error %v", err)
	}
}

// A character cut by the end of a window is no bad byte.
func TestACharacterAcrossTwoWindowsIsWhole(t *testing.T) {
	dir := t.TempDir()
	for shift := range 4 {
		text := "id,name\n" + strings.Repeat("x", shift) + ",上\n" + strings.Repeat("1,上海🚦\n", textChunk/10)
		writeTestFile(t, dir, "f.csv", text)
		src := openTestFiles(t, Spec{Name: "s", Dir: dir, CSV: &CSV{Path: "f.csv"}})
		rows, bad, err := readPlaced(t, src, "", "name")
		if err != nil || len(bad) != 0 || len(rows) != textChunk/10+1 {
			t.Errorf("shift %d: %d rows, bad %v, error %v", shift, len(rows), bad, err)
		}
	}
}
