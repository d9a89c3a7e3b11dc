package segment

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestABandIsNamedByItsBounds(t *testing.T) {
	rows := Bands{Age: []int64{18, 25, 26, 60}, Income: []int64{50000}}.Rows()
	var got []string
	for _, b := range rows {
		got = append(got, b.Segmentation+" "+b.Label)
	}
	want := []string{"age <18", "age 18-24", "age 25", "age 26-59", "age 60+", "income <50000", "income 50000+"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if rows[5].Position != 1 || rows[4].Position != 5 {
		t.Errorf("positions begin with 1 in each segmentation: %+v", rows)
	}
}

func TestACompanyWithoutBoundsHasNoBands(t *testing.T) {
	if rows := (Bands{}).Rows(); len(rows) != 0 {
		t.Errorf("got %+v", rows)
	}
}

func TestEveryAgeIsInOneBand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bounds := rapid.SliceOfNDistinct(rapid.Int64Range(1, 120), 1, 12, rapid.ID).Draw(t, "bounds")
		slices.Sort(bounds)
		age := rapid.Int64Range(0, 130).Draw(t, "age")
		bands := Bands{Age: bounds}
		if err := bands.Validate(); err != nil {
			t.Fatal(err)
		}
		labels := map[string]bool{}
		found := 0
		for _, b := range bands.Rows() {
			labels[b.Label] = true
			if (b.Lower == nil || age >= *b.Lower) && (b.Upper == nil || age < *b.Upper) {
				found++
			}
		}
		if found != 1 || len(labels) != len(bounds)+1 {
			t.Fatalf("%d is in %d bands of %d labels", age, found, len(labels))
		}
	})
}
