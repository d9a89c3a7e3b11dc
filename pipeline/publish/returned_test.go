package publish

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever customers and callers are named, every file of a list comes back as it went out.
func TestAHostileListComesBackAsItWentOut(t *testing.T) {
	d, summaries := hostileList()
	folder := written(t, d, summaries)
	ids := map[string]string{}
	for _, m := range d.Members {
		ids[RowID(d.Key, "keep", m.CustomerID)] = m.CustomerID
	}
	back := 0
	for _, name := range filesIn(t, folder) {
		if whole := strings.HasPrefix(name, "list.") || strings.HasPrefix(name, "owners/"); !whole || filepath.Ext(name) != ".csv" && filepath.Ext(name) != ".xlsx" {
			continue
		}
		rows, faults, err := ReadReturned(filepath.Join(folder, name))
		if err != nil || len(faults) > 0 {
			t.Fatalf("%s: %v, %v", name, faults, err)
		}
		for _, r := range rows {
			if want, there := ids[r.RowID]; !there || !SameText(r.CustomerID, want) || r.List != "keep" || r.Run != d.Run {
				t.Errorf("%s: customer %.60q came back as %.60q", name, want, r.CustomerID)
			}
			back++
		}
	}
	if back != 4*len(d.Members) {
		t.Errorf("%d rows came back, not %d", back, 4*len(d.Members))
	}
}

// Nothing that somebody hands back ends the program.
func FuzzReadReturned(f *testing.F) {
	f.Add([]byte("list,run,row_id,customer_id,status,outcome,note\r\nkeep,r,r1,C1,contacted,won,\"a, b\"\r\n"))
	f.Add([]byte("\ufefflist;run;row_id;customer_id;status;outcome;note\nkeep;r;r1;C1;;;=1\n"))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("\xff\xfel\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "back")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		rows, faults, err := ReadReturned(path)
		if err != nil || len(rows) == 0 && len(faults) == 0 {
			t.Errorf("%d rows, %v, %v", len(rows), faults, err)
		}
	})
}
