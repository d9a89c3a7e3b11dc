package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pharos-analytics/pharos/pipeline"
)

// BenchmarkServeAMillionCustomers: `pharos serve` of a run of 1 M customers, asked 200 times a
// second for half a minute, half of it for pages of random customers, half for the report; must
// p99 50 ms. Latencies count from when a request was due, so that a server that falls behind is
// seen. Then 100,000 requests as fast as four clients ask, after which the process must not hold
// more than before. PHAROS_BENCH_MILLION names a folder that holds the company already, with its run.
func BenchmarkServeAMillionCustomers(b *testing.B) {
	pharos := buildPharos(b)
	config := filepath.Join(os.Getenv("PHAROS_BENCH_MILLION"), "pharos.yaml")
	if os.Getenv("PHAROS_BENCH_MILLION") == "" {
		config = makeMillion(b, pharos)
	}
	for b.Loop() { // it forgets what was reported before
	}
	since := time.Now()
	url, pid := startServing(b, pharos, config)
	b.ReportMetric(time.Since(since).Seconds(), "open-s")
	pages := askEvery(b, url, 5*time.Millisecond, 6000)
	before := rssMiB(b, pid)
	askAll(b, url, 100_000)
	after := rssMiB(b, pid)
	b.ReportMetric(0, "ns/op")
	for kind, took := range pages {
		slices.Sort(took)
		for name, at := range map[string]float64{"p50": 0.5, "p99": 0.99, "max": 1} {
			b.ReportMetric(float64(took[int(at*float64(len(took)-1))].Microseconds())/1000, kind+"-"+name+"-ms")
		}
	}
	b.ReportMetric(before, "before-MiB")
	b.ReportMetric(after, "after-MiB")
}

// copies of each of the demo's 401 customers make a million of them.
const copies = 2500

// makeMillion makes the demo company and its run, and copies every customer in every mart: a
// million customers of all that a page can show.
// The manifest's sums of the marts are then wrong; pages do not read them.
func makeMillion(b *testing.B, pharos string) string {
	b.Helper()
	dir := filepath.Join(b.TempDir(), "million")
	measure(b, pharos, "demo", dir)
	config := filepath.Join(dir, "pharos.yaml")
	cfg, err := loadConfig(config)
	if err != nil {
		b.Fatal(err)
	}
	c, err := pipeline.OpenRun(b.Context(), cfg, "")
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	made := filepath.Join(dir, "made.parquet")
	for _, md := range c.Marts() {
		if !slices.Contains(md.Grain, "customer_id") {
			continue
		}
		file, err := os.Create(made)
		if err != nil {
			b.Fatal(err)
		}
		query := fmt.Sprintf("select replace(customer_id, ' ', '') || '-' || lpad(cast(copy as varchar), 4, '0') as customer_id, mart.* exclude (customer_id) from %s as mart cross join range(%d) as t(copy) order by %s",
			md.Relation(), copies, strings.Join(md.Grain, ", "))
		if err := errors.Join(c.QueryTo(b.Context(), query, file, "parquet"), file.Close(), os.Rename(made, filepath.Join(c.Dir, "marts", md.Name+".parquet"))); err != nil {
			b.Fatal(err)
		}
	}
	return config
}

// startServing starts the program and waits for its address.
func startServing(b *testing.B, pharos, config string) (url string, pid int) {
	b.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, pharos, "-c", config, "serve", "--addr", "127.0.0.1:0")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		cancel()
		if err := cmd.Wait(); err != nil && !errors.Is(err, context.Canceled) {
			b.Error(err)
		}
	})
	return strings.TrimSuffix(strings.TrimSpace(line), "/"), cmd.Process.Pid
}

// askPage asks for the i-th page: a customer, or the report.
func askPage(client *http.Client, url string, i int) (kind string, err error) {
	kind, path := "report", "/report"
	if i%2 == 0 {
		kind, path = "customer", fmt.Sprintf("/customer?id=C%04d-%04d", 1+rand.IntN(400), rand.IntN(copies))
	}
	res, err := client.Get(url + path)
	if err != nil {
		return kind, err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
		return kind, errors.Join(err, fmt.Errorf("%s is answered %d", path, res.StatusCode))
	}
	return kind, nil
}

// askEvery asks once in every so much time, whether the last answer is there or not.
func askEvery(b *testing.B, url string, every time.Duration, times int) map[string][]time.Duration {
	b.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100}}
	took := map[string][]time.Duration{}
	var mu sync.Mutex
	var all sync.WaitGroup
	begin := time.Now()
	for i := range times {
		due := begin.Add(time.Duration(i) * every)
		<-time.After(time.Until(due))
		all.Go(func() {
			kind, err := askPage(client, url, i)
			mu.Lock()
			defer mu.Unlock()
			if took[kind] = append(took[kind], time.Since(due)); err != nil {
				b.Error(err)
			}
		})
	}
	all.Wait()
	return took
}

// askAll asks so many times, four at once.
func askAll(b *testing.B, url string, times int) {
	b.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 4}}
	since := time.Now()
	var all sync.WaitGroup
	for part := range 4 {
		all.Go(func() {
			for i := part; i < times; i += 4 {
				_, err := askPage(client, url, i/4)
				for err != nil && strings.Contains(err.Error(), "429") { // faster than one client may ask
					<-time.After(100 * time.Millisecond)
					_, err = askPage(client, url, i/4)
				}
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(times)/time.Since(since).Seconds(), "requests/s")
}

// rssMiB is what a process holds of the machine's memory.
func rssMiB(b *testing.B, pid int) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		b.Skipf("this system does not tell what a process holds: %v", err)
	}
	pages, err := strconv.ParseFloat(strings.Fields(string(text))[1], 64)
	if err != nil {
		b.Fatal(err)
	}
	return pages * float64(os.Getpagesize()) / (1 << 20)
}
