package main

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// checked writes a configuration over tills.csv and runs pharos check on it.
func checked(t *testing.T, columns, csv string, flags ...string) (code int, out, talk string) {
	t.Helper()
	dir := t.TempDir()
	if csv != "" {
		write(t, dir, "tills.csv", csv)
	}
	text := strings.Replace(smallest, "{ order_id: no, customer_id: who, ordered_at: day, net_amount: net }", columns, 1)
	config := write(t, dir, "pharos.yaml", text)
	code, out, talk = pharos(t, append([]string{"check", "--config", config}, flags...)...)
	var files []string
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			files = append(files, e.Name())
		}
		return err
	})
	if err != nil || len(files) > 2 {
		t.Errorf("check wrote something: %v %v", files, err)
	}
	return code, out, talk
}

const plainColumns = "{ order_id: no, customer_id: who, ordered_at: { column: day, format: DD.MM.YYYY }, net_amount: net }"

func TestCheckShowsEachValueBeforeAndAfter(t *testing.T) {
	code, out, talk := checked(t, plainColumns, "no,who,day,net\nB1,K1,08.03.2026,\"1,234.50\"\nB2,K2,09.03.2026,€7\n")
	if code != exitOK {
		t.Fatalf("exit %d\n%s", code, talk)
	}
	for _, want := range []string{"opened_read_only", "1,234.50 → 1234.5", "€7 → 7", "08.03.2026 → 2026-03-0", "2 rows tried, 2 kept, 0 quarantined"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

func TestCheckNamesTheLineOfADirtyRowAndGoesOn(t *testing.T) {
	code, out, _ := checked(t, plainColumns, "no,who,day,net\nB1,K1,08.03.2026,12\nB2,K2,09.03.2026,twelve\nB3,K2\n")
	if code != exitOK {
		t.Errorf("exit %d: dirty rows are normal", code)
	}
	for _, want := range []string{`tills.csv:3  type net_amount  "twelve"`, "tills.csv:4  ragged_line", "3 rows tried, 1 kept, 2 quarantined"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

func TestCheckEndsWithTheCodeOfWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name, columns, csv string
		code               int
		want               string
	}{
		{"missing file", plainColumns, "", exitSource, "tills.csv"},
		{"missing column", plainColumns, "no,who,tag,net\n1,A,08.03.2026,5\n", exitUsage, "day"},
		{"dates that no format declares", "{ order_id: no, customer_id: who, ordered_at: day, net_amount: net }", "no,who,day,net\n1,A,08.03.2026,5\n", exitUsage, "ambiguous_date ordered_at"},
		{"formula that cannot be read", "{ order_id: no, customer_id: who, ordered_at: day, net_amount: { compute: net * } }", "no,who,day,net\n1,A,2026-03-08,5\n", exitUsage, "pharos.yaml:7:"},
	} {
		code, _, talk := checked(t, c.columns, c.csv)
		if code != c.code || !strings.Contains(talk, c.want) {
			t.Errorf("%s: exit %d, want %d\n%s", c.name, code, c.code, talk)
		}
	}
}

func TestCheckHidesContacts(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "tills.csv", "no,who,day,net,mail\n1,A,2026-03-08,5,ann@example.com\n")
	config := write(t, dir, "pharos.yaml", smallest+"  customers:\n    source: tills\n    columns: { customer_id: who, email: mail }\n")
	for _, flags := range [][]string{nil, {"--json"}} {
		code, out, talk := pharos(t, append([]string{"check", "--config", config}, flags...)...)
		if code != exitOK || strings.Contains(out, "ann@") || !strings.Contains(out, hidden) {
			t.Errorf("exit %d\n%s%s", code, out, talk)
		}
	}
}

func TestCheckSpeaksJSON(t *testing.T) {
	code, out, _ := checked(t, plainColumns, "no,who,day,net\nB1,K1,08.03.2026,12\n", "--json")
	var got checkReport
	if err := json.Unmarshal([]byte(out), &got); err != nil || code != exitOK {
		t.Fatalf("exit %d, %v\n%s", code, err, out)
	}
	if len(got.Mappings) != 1 || got.Mappings[0].Kept != 1 || got.Mappings[0].Columns[3].Parsed[0] == "" || len(got.Problems) != 0 {
		t.Errorf("got %+v", got)
	}
	if _, err := os.Stat("lighthouse"); err == nil {
		t.Error("check made a workspace")
	}
}
