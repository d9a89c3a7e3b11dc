package pipeline

import (
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pharos-analytics/pharos/segment"
)

// shops are many customers who each bought once in May, and after the list as told.
func shops(t *testing.T, cfg *Config, after map[string]string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("order_id,customer_id,ordered_at,net_amount,cost\n")
	for i := range 160 {
		id := fmt.Sprintf("S%03d", i)
		fmt.Fprintf(&b, "a%d,%s,2026-05-%02d,%d.00,5\n", i, id, 1+i%2, 20+i)
		if amount := after[id]; amount != "" {
			fmt.Fprintf(&b, "b%d,%s,2026-05-20,%s,1\n", i, id, amount)
		}
	}
	put(t, cfg, "orders.csv", b.String())
}

// idsOf reads the customer ids of a file of a list.
func idsOf(t *testing.T, path string) (ids []string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(b), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		for i, name := range rows[0] {
			if name == "customer_id" {
				ids = append(ids, r[i])
			}
		}
	}
	return ids
}

func TestWhoWasChosenIsComparedWithWhoWasLeftOut(t *testing.T) {
	cfg := kiosk(t)
	cfg.KeyFile = filepath.Join(cfg.Dir, "key")
	put(t, cfg, "key", "0123456789abcdef0123456789abcdef")
	for i := range cfg.Lists {
		cfg.Lists[i].Rows, cfg.Lists[i].Control = 0, 4000
		cfg.Lists[i].Channels = []string{"visit"}
	}
	shops(t, cfg, nil)
	out := ranOn(t, cfg, day(2026, 5, 3))
	h := longestList(t, out)
	folder := filepath.Join(out.Dir, "lists", h.name)
	chosen, left := idsOf(t, filepath.Join(folder, "list.csv")), idsOf(t, filepath.Join(folder, "control.csv"))
	if len(chosen) < 30 || len(left) < 30 {
		t.Fatalf("list %s: %d chosen, %d left out", h.name, len(chosen), len(left))
	}
	if _, err := MeasureLift(t.Context(), cfg, h.name, "", LiftPolicy{Days: 30, AtLeast: 30}); !errors.Is(err, ErrNoLift) || !strings.Contains(err.Error(), "2026-06-02 at the earliest") {
		t.Errorf("before its days are over: %v", err)
	}
	after := map[string]string{}
	for _, id := range chosen[:len(chosen)/2] {
		after[id] = "100.00"
	}
	after[left[0]] = "50.00"
	h.set(1, "outcome", "won")
	takeBack(t, cfg, h.name, back(t, "list.csv", h.csv(t)))
	shops(t, cfg, after)
	ranOn(t, cfg, day(2026, 6, 10))
	l, err := MeasureLift(t.Context(), cfg, h.name, "", LiftPolicy{Days: 30, AtLeast: 30})
	if err != nil {
		t.Fatal(err)
	}
	if l.Run != out.Manifest.ID || l.Treated != int64(len(chosen)) || l.Control != int64(len(left)) || l.TreatedTouched != 1 || l.ControlTouched != 0 {
		t.Errorf("%+v", l)
	}
	if len(l.Outcomes) != 1 || l.Outcomes[0] != (LiftOutcome{"contacted", segment.OutcomeWon, 1}) {
		t.Errorf("outcomes %v", l.Outcomes)
	}
	// all of one tier or of several of the same control share: near the plain difference
	if l.Share == nil || math.Abs(l.Share.Difference-(0.5-1/float64(len(left)))) > 0.06 || l.Share.Low <= 0 || l.Share.High >= 1 {
		t.Errorf("share %+v", l.Share)
	}
	if l.Money == nil || math.Abs(l.Money.Difference-(50-50/float64(len(left)))) > 6 || l.Money.Low <= 0 {
		t.Errorf("money %+v", l.Money)
	}
	few, err := MeasureLift(t.Context(), cfg, h.name, out.Manifest.ID, LiftPolicy{Days: 30, AtLeast: 500})
	if err != nil || few.Share != nil || few.Money != nil || few.ControlMissing != int64(500-len(left)) {
		t.Errorf("too few customers: %+v, %v", few, err)
	}
	if _, err := MeasureLift(t.Context(), cfg, h.name, "no-such-run", LiftPolicy{Days: 30, AtLeast: 30}); !errors.Is(err, ErrNoLift) {
		t.Errorf("an unknown run: %v", err)
	}
}

func TestAListWithoutAControlGroupCannotBeMeasured(t *testing.T) {
	cfg := kiosk(t)
	shops(t, cfg, nil)
	h := longestList(t, ranOn(t, cfg, day(2026, 5, 3)))
	ranOn(t, cfg, day(2026, 6, 10))
	if _, err := MeasureLift(t.Context(), cfg, h.name, "", LiftPolicy{Days: 30, AtLeast: 30}); !errors.Is(err, ErrNoLift) || !strings.Contains(err.Error(), "control: 10 %") {
		t.Errorf("%v", err)
	}
	if _, err := Run(t.Context(), cfg, Options{AsOf: day(2026, 6, 11), Version: "test", Now: time.Now}); err != nil {
		t.Error(err)
	}
}
