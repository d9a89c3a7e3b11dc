package analysis

import (
	"encoding/csv"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func readTelco(t *testing.T) []Spell {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "..", "shared", "data", "telco", "Telco-Customer-Churn.csv"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the real data is not beside the repository (../shared/data/telco)")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var spells []Spell
	for _, row := range rows[1:] {
		tenure, err := strconv.Atoi(row[5])
		if err != nil {
			t.Fatal(err)
		}
		spells = append(spells, Spell{float64(tenure), row[20] == "Yes", 1})
	}
	return spells
}

func TestTheSurvivalOfTelcoCustomersIsThePublishedOne(t *testing.T) {
	spells := readTelco(t)
	if len(spells) != 7043 {
		t.Fatalf("%d customers, not 7,043", len(spells))
	}
	points, err := KaplanMeier(spells)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		month             float64
		survival, low, up string
	}{{12, ".843200", ".834169", ".851783"}, {24, ".788736", "", ""}, {60, ".664404", "", ""}} {
		p, ok := SurvivalAt(points, want.month)
		if !ok {
			t.Fatalf("month %g was not observed", want.month)
		}
		published(t, "S", p.Survival, want.survival)
		if want.low != "" {
			published(t, "lower limit", p.Low, want.low)
			published(t, "upper limit", p.High, want.up)
		}
	}
	if m, ok := Median(points); ok {
		t.Errorf("the median is reached at %g; more than half were still there at the end", m)
	}
}

// TestSurvivalWithoutCensoringIsCounting: of ten who all left, the share still there is counted.
func TestSurvivalWithoutCensoringIsCounting(t *testing.T) {
	points, err := KaplanMeier([]Spell{{1, true, 3}, {2, true, 2}, {4, true, 5}})
	if err != nil {
		t.Fatal(err)
	}
	want := []float64{1, .7, .5, 0}
	for i, p := range points {
		if math.Abs(p.Survival-want[i]) > 1e-15 {
			t.Errorf("S(%g) is %g, not %g", p.Time, p.Survival, want[i])
		}
	}
	if m, ok := Median(points); !ok || m != 2 {
		t.Errorf("the median is %g, %v: half had left at 2", m, ok)
	}
	if _, ok := SurvivalAt(points, 5); ok {
		t.Error("nobody was observed for 5, but there is an estimate")
	}
}

// TestSurvivalNeverRises: whatever was observed, in whatever order.
func TestSurvivalNeverRises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spells := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Spell {
			return Spell{float64(rapid.IntRange(0, 20).Draw(t, "time")), rapid.Bool().Draw(t, "ended"), int64(rapid.IntRange(1, 9).Draw(t, "n"))}
		}), 1, 30).Draw(t, "spells")
		points, err := KaplanMeier(spells)
		if err != nil {
			t.Fatal(err)
		}
		shuffled, err := KaplanMeier(rapid.Permutation(spells).Draw(t, "shuffled"))
		if err != nil {
			t.Fatal(err)
		}
		before := SurvivalPoint{Survival: 1, High: 1, Low: 1}
		for i, p := range points {
			if p != shuffled[i] {
				t.Fatalf("in another order: %+v, not %+v", shuffled[i], p)
			}
			if !(p.Survival <= before.Survival && p.Low >= 0 && p.Low <= p.Survival && p.Survival <= p.High && p.High <= 1) || p.Ended+p.Censored > p.AtRisk {
				t.Fatalf("%+v after %+v", p, before)
			}
			before = p
		}
	})
}

func TestSpellsThatCannotBeAreRefused(t *testing.T) {
	for _, spells := range [][]Spell{nil, {{-1, true, 1}}, {{1, true, 0}}, {{math.NaN(), true, 1}}, {{math.Inf(1), false, 1}}} {
		_, err := KaplanMeier(spells)
		var refusal *Refusal
		if !errors.As(err, &refusal) {
			t.Errorf("%v: %v", spells, err)
		}
	}
}
