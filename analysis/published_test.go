package analysis

import (
	"bufio"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// cdnow are the customers of the 1/10 sample with the days on which they bought and their values.
type cdnow map[string]map[time.Time]float64

// readCDNOW reads the sample, or skips where the real data is not beside the repository.
func readCDNOW(t testing.TB) cdnow {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "..", "shared", "data", "cdnow", "CDNOW_sample.txt"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the real data is not beside the repository (../shared/data/cdnow)")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	customers := cdnow{}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		word := strings.Fields(lines.Text())
		if len(word) != 5 {
			t.Fatalf("CDNOW: %q", lines.Text())
		}
		day, err := time.Parse("20060102", word[2])
		value, err2 := strconv.ParseFloat(word[4], 64)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		if customers[word[0]] == nil {
			customers[word[0]] = map[time.Time]float64{}
		}
		customers[word[0]][day] += value
	}
	if len(customers) != 2357 {
		t.Fatalf("%d customers, not 2,357", len(customers))
	}
	return customers
}

// cdnowEnd is the first day after the calibration of 39 weeks.
var cdnowEnd = time.Date(1997, 10, 1, 0, 0, 0, 0, time.UTC)

// history is what one customer did before an end, and after it.
type history struct {
	Buyers
	z       float64 // mean value of the repeat days
	holdout int     // purchase days in the 39 weeks from the end
}

func days(d time.Duration) float64 { return d.Hours() / 24 }

// histories counts each customer's days until lastDay, in units of unit days; skip leaves days out.
func (c cdnow) histories(lastDay time.Time, unit float64, skip func(value float64) bool) []history {
	var out []history
	for _, id := range slices.Sorted(mapsKeys(c)) {
		var bought []time.Time
		h := history{}
		for day, value := range c[id] {
			switch {
			case skip != nil && skip(value):
			case day.Before(cdnowEnd):
				bought = append(bought, day)
			case day.Before(cdnowEnd.AddDate(0, 0, 39*7)):
				h.holdout++
			}
		}
		if len(bought) == 0 {
			continue
		}
		slices.SortFunc(bought, time.Time.Compare)
		first := bought[0]
		for _, day := range bought[1:] {
			h.z += c[id][day] / float64(len(bought)-1)
		}
		h.Buyers = Buyers{X: len(bought) - 1, TX: days(bought[len(bought)-1].Sub(first)) / unit, T: days(lastDay.Sub(first)) / unit, N: 1}
		out = append(out, h)
	}
	return out
}

func mapsKeys(c cdnow) func(func(string) bool) {
	return func(yield func(string) bool) {
		for id := range c {
			if !yield(id) {
				return
			}
		}
	}
}

func buyers(histories []history) []Buyers {
	out := make([]Buyers, len(histories))
	for i, h := range histories {
		out[i] = h.Buyers
	}
	return out
}

// published asserts values to their printed digits: within half a unit of the last one.
func published(t *testing.T, what string, got float64, printed string) {
	t.Helper()
	want, err := strconv.ParseFloat(strings.ReplaceAll(printed, ",", ""), 64)
	if err != nil {
		t.Fatal(err)
	}
	digits := 0
	if _, after, ok := strings.Cut(printed, "."); ok {
		digits = len(after)
	}
	if math.IsNaN(got) || math.Abs(got-want) > 0.5000001*math.Pow10(-digits) {
		t.Errorf("%s is %.*f, published %s", what, digits+2, got, printed)
	}
}

func fitCDNOW(t *testing.T, m PurchaseModel, groups []Buyers) *PurchaseFit {
	t.Helper()
	f, err := FitPurchases(m, groups)
	if err != nil {
		t.Fatal(err)
	}
	if f.Gradient > 1e-8 {
		t.Errorf("%s: gradient %g per customer", m, f.Gradient)
	}
	return f
}

// parameters compares a fit with printed ones. The digits after the third were computed by a
// search that compares likelihoods, which cannot tell parameters apart that differ by 1e-6 of
// themselves: so much is allowed beside the rounding.
func parameters(t *testing.T, f *Fit, ll string, printed ...string) {
	t.Helper()
	published(t, "LL", f.LogLikelihood, ll)
	for i, p := range printed {
		want, err := strconv.ParseFloat(p, 64)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(f.Values[i]-want) > 0.5e-6+1e-6*want {
			t.Errorf("%s is %.9f, published %s", f.Names[i], f.Values[i], p)
		}
	}
}

func TestTheFitsOfCDNOWAreThePublishedOnes(t *testing.T) {
	histories := readCDNOW(t).histories(cdnowEnd.AddDate(0, 0, -1), 7, nil)
	groups := buyers(histories)
	repeats, once := 0, 0
	for _, h := range histories {
		repeats += h.X
		if h.X == 0 {
			once++
		}
	}
	if repeats != 2457 || once != 1411 {
		t.Fatalf("%d repeat purchase days and %d customers who bought once, published 2,457 and 1,411", repeats, once)
	}

	bg := fitCDNOW(t, BGNBD, groups)
	parameters(t, &bg.Fit, "-9582.4292", ".242595", "4.413602", ".792922", "2.425907")
	for i, printed := range []string{".243", "4.414", ".793", "2.426"} {
		published(t, bg.Names[i], bg.Values[i], printed)
	}
	for _, e := range []struct {
		t    float64
		want float64
	}{{.1429, .0078}, {1, .0532}, {3, .1506}, {31.8571, 1.0405}, {32, 1.0437}, {78, 1.8576}} {
		if got := bg.ExpectedNew(e.t); math.Abs(got-e.want) > 4e-4 {
			t.Errorf("BG/NBD: E[X(%g)] is %.5f, published %.4f", e.t, got, e.want)
		}
	}
	published(t, "BG/NBD: x=2, t_x=30.43, T=38.86, t=39", bg.Expected(Buyers{2, 30.43, 38.86, 1}, 39), "1.226")

	mbg := fitCDNOW(t, MBGNBD, groups)
	parameters(t, &mbg.Fit, "-9582.1357", ".524843", "6.183085", ".891359", "1.614002")
	for i, printed := range []string{".525", "6.183", ".891", "1.614"} {
		published(t, mbg.Names[i], mbg.Values[i], printed)
	}
	published(t, "MBG/NBD: P(alive) of who bought once", mbg.Alive(Buyers{0, 0, 38.86, 1}), ".389715")

	pareto := fitCDNOW(t, ParetoNBD, groups)
	parameters(t, &pareto.Fit, "-9594.9762", ".553277", "10.577683", ".606240", "11.668740")
	for i, printed := range []string{".553", "10.578", ".606", "11.669"} {
		published(t, pareto.Names[i], pareto.Values[i], printed)
	}
	best := Buyers{26, 216.0 / 7, 31, 1}
	published(t, "Pareto/NBD: P(alive) of the best customer", pareto.Alive(best), ".997873")
	published(t, "Pareto/NBD: E[52] of the best customer", pareto.Expected(best, 52), "25.455")
}

func TestTheHoldOutOfCDNOWIsThePublishedOne(t *testing.T) {
	histories := readCDNOW(t).histories(cdnowEnd.AddDate(0, 0, -1), 7, nil)
	for _, want := range []struct {
		model      PurchaseModel
		total, mae string
	}{{BGNBD, "1653.4", ".7855"}, {MBGNBD, "1576.7", ".7648"}, {ParetoNBD, "1665.5", ".7545"}} {
		f := fitCDNOW(t, want.model, buyers(histories))
		total, off, actual := 0.0, 0.0, 0
		for _, h := range histories {
			e := f.Expected(h.Buyers, 39)
			total += e
			off += math.Abs(e - float64(h.holdout))
			actual += h.holdout
		}
		if actual != 1882 {
			t.Fatalf("%d repeat purchase days in the hold-out, published 1,882", actual)
		}
		published(t, string(want.model)+": total", total, want.total)
		published(t, string(want.model)+": MAE", off/float64(len(histories)), want.mae)
	}
}

func TestTheSpendOfCDNOWIsThePublishedOne(t *testing.T) {
	var groups []Spend
	for _, h := range readCDNOW(t).histories(cdnowEnd.AddDate(0, 0, -1), 7, nil) {
		groups = append(groups, Spend{h.X, h.z, 1})
	}
	f, err := FitSpend(groups)
	if err != nil {
		t.Fatal(err)
	}
	if f.Customers != 946 {
		t.Errorf("%d repeaters, published 946", f.Customers)
	}
	parameters(t, &f.Fit, "-4055.9177", "6.249573", "3.744225", "15.443519")
	published(t, "correlation of x and z", Correlation(groups), ".1139")
}

// The choices that a reader of CDNOW can get wrong have fits of their own: here they are, so that
// whoever meets one of these numbers knows which mistake it is.
func TestWrongChoicesHaveTheirOwnFits(t *testing.T) {
	c := readCDNOW(t)
	right := cdnowEnd.AddDate(0, 0, -1)

	late := fitCDNOW(t, BGNBD, buyers(c.histories(cdnowEnd, 7, nil)))
	parameters(t, &late.Fit, "-9589.89", ".241742", "4.393843", ".814479", "2.477165")

	priced := fitCDNOW(t, BGNBD, buyers(c.histories(right, 7, func(value float64) bool { return value <= 0 })))
	parameters(t, &priced.Fit, "-9578.20", ".243903")

	inDays := fitCDNOW(t, BGNBD, buyers(c.histories(right, 1, nil)))
	published(t, "alpha in days", inDays.Values[1], "30.895")
	published(t, "LL in days", inDays.LogLikelihood, "-14363.53")
}
