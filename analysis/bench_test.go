package analysis

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// The peer of the purchase models is lifetimes 0.11.3, in the Python that PHAROS_BENCH_LIFETIMES
// names. It gets the same customers, one row each as its users give them, and its clock runs
// while it fits. Without it only Pharos is measured.
const peer = `
import json, sys, time, resource, warnings
warnings.filterwarnings("ignore")
import numpy as np, pandas as pd, lifetimes as L
np.seterr(all="ignore")
d = pd.read_csv(sys.argv[1]); f = getattr(L, sys.argv[2])(penalizer_coef=0.0); start = time.perf_counter(); cpu = time.process_time()
f.fit(d.x, d.t_x, d["T"])
print(json.dumps({"wall": time.perf_counter() - start, "cpu": time.process_time() - cpu, "MiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
  "params": [float(v) for v in f.params_.values]}))
`

type measured struct {
	Wall, CPU, MiB float64
	Params         []float64
}

func runPeer(b *testing.B, class string, groups []Buyers) (measured, bool) {
	b.Helper()
	python := os.Getenv("PHAROS_BENCH_LIFETIMES")
	if python == "" {
		return measured{}, false
	}
	path := filepath.Join(b.TempDir(), "buyers.csv")
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(file)
	fmt.Fprintln(w, "x,t_x,T")
	for _, g := range groups {
		for range g.N {
			fmt.Fprintf(w, "%d,%v,%v\n", g.X, g.TX, g.T)
		}
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := file.Close(); err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(python, "-c", peer, path, class)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		b.Fatalf("lifetimes: %v", err)
	}
	var m measured
	if err := json.Unmarshal(out[strings.LastIndex(strings.TrimSpace(string(out)), "\n")+1:], &m); err != nil {
		b.Fatal(err)
	}
	return m, true
}

func benchmarkFit(b *testing.B, m PurchaseModel, class string, groups []Buyers) {
	h, err := newHistories(groups)
	if err != nil {
		b.Fatal(err)
	}
	distinct := make([]Buyers, len(h.rows)) // what SQL gives: equal customers counted
	for i, r := range h.rows {
		distinct[i] = Buyers{h.xs[r.x], h.times[r.tx], h.times[r.t], int64(r.n)}
	}
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var fit *PurchaseFit
	start, rounds := time.Now(), 0
	for b.Loop() {
		if fit, err = FitPurchases(m, distinct); err != nil {
			b.Fatal(err)
		}
		rounds++
	}
	ours := time.Since(start).Seconds() / float64(rounds)
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(len(distinct)), "groups")
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/float64(rounds)/(1<<20), "allocated-MiB")
	if theirs, ok := runPeer(b, class, groups); ok {
		b.ReportMetric(theirs.Wall, "lifetimes-s")
		b.ReportMetric(theirs.MiB, "lifetimes-MiB")
		b.ReportMetric(ours/theirs.Wall, "x-lifetimes")
		b.Logf("parameters %.6v, of lifetimes %.6v", fit.Values, theirs.Params)
	}
}

var benchTheta = []float64{0.5, 6, 0.8, 2.4}

// BenchmarkFitBGNBD: a million customers of two years of days. Must 0.2 of lifetimes.
func BenchmarkFitBGNBD(b *testing.B) {
	benchmarkFit(b, BGNBD, "BetaGeoFitter", newWorld(7).shop(BGNBD, benchTheta, 1_000_000))
}

// BenchmarkFitMBGNBD: the same customers. Must 0.2 of lifetimes.
func BenchmarkFitMBGNBD(b *testing.B) {
	benchmarkFit(b, MBGNBD, "ModifiedBetaGeoFitter", newWorld(7).shop(BGNBD, benchTheta, 1_000_000))
}

// BenchmarkFitParetoNBD: 200,000 of them. Must 0.1 of lifetimes.
func BenchmarkFitParetoNBD(b *testing.B) {
	benchmarkFit(b, ParetoNBD, "ParetoNBDFitter", newWorld(7).shop(BGNBD, benchTheta, 200_000))
}

// BenchmarkFitCDNOW: the sample of the literature. Must 50 ms.
func BenchmarkFitCDNOW(b *testing.B) {
	groups := buyers(readCDNOW(b).histories(cdnowEnd.AddDate(0, 0, -1), 7, nil))
	for _, m := range []PurchaseModel{BGNBD, MBGNBD, ParetoNBD} {
		b.Run(string(m), func(b *testing.B) {
			for b.Loop() {
				if _, err := FitPurchases(m, groups); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
