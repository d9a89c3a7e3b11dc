package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/pipeline/model/trinotest"
)

// lensShop is a small company: 40 customers who order for two years, every third less and less.
func lensShop(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("order_id,customer_id,ordered_on,product_id,net_amount,cost_amount\n")
	for c := range 40 {
		for m := range 24 {
			if (c+m)%(2+c%5) != 0 || c%3 == 0 && m > 15 {
				continue
			}
			day := time.Date(2024, time.Month(1+m), 1+(c*7+m)%27, 0, 0, 0, 0, time.UTC)
			fmt.Fprintf(&b, "O%02d%02d,C%02d,%s,P%d,%d.%02d,%d.00\n", c, m, c, day.Format(time.DateOnly), (c+m)%6, 20+c*3+m, m, 15+c*2)
		}
	}
	orders := filepath.Join(t.TempDir(), "orders.csv")
	if err := os.WriteFile(orders, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(`version: 1
company: { name: Lens Shop, currency: EUR, time_zone: Europe/Berlin, language: en }
sources: { shop: { csv: { path: %q } } }
data:
  order_lines:
    source: shop
    columns: { order_id: order_id, customer_id: customer_id, ordered_at: ordered_on, product_id: product_id, net_amount: net_amount, cost: cost_amount }
suppression: { required: false }
history: { months: 3 }
`, orders)
}

const shopDay = "2026-01-01"

// publishedBefore publishes a first run of a company on the embedded engine, and gives its id.
func publishedBefore(t *testing.T, c trinoCompany) string {
	t.Helper()
	b, err := os.ReadFile(c.config)
	if err != nil {
		t.Fatal(err)
	}
	here, _, _ := strings.Cut(string(b), "\nengine:")
	if err := os.WriteFile(c.config, []byte(here), 0o600); err != nil {
		t.Fatal(err)
	}
	mustRun(t, "-c", c.config, "run", "--as-of", shopDay)
	if err := os.WriteFile(c.config, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return currentOn(t, c)
}

func currentOn(t *testing.T, c trinoCompany) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(c.dir, "lighthouse", "CURRENT"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(b))
}

// endsWith runs a night that must end with a code, an error that says what and a remedy, and the last run current.
func endsWith(t *testing.T, c trinoCompany, code int, said ...string) {
	t.Helper()
	before := currentOn(t, c)
	var out, talk bytes.Buffer
	if got := Do([]string{"-c", c.config, "run", "--as-of", shopDay, "--from-lake"}, strings.NewReader(""), &out, &talk); got != code {
		t.Errorf("exit code %d, want %d", got, code)
	}
	for _, text := range append(said, "\n  try: ") {
		if !strings.Contains(talk.String(), text) {
			t.Errorf("the error does not say %q:\n%s", text, talk.String())
		}
	}
	if now := currentOn(t, c); now != before {
		t.Errorf("%s became current", now)
	}
}

func TestAClusterThatIsAwayEndsTheNightAndTheLastRunStaysCurrent(t *testing.T) {
	if testing.Short() {
		t.Skip("requests are tried again for a while; -short leaves it out")
	}
	c := onTrino(t, &trinotest.Cluster{URL: "http://127.0.0.1:1", Shared: t.TempDir()}, lensShop(t))
	publishedBefore(t, c)
	endsWith(t, c, exitSource, "the cluster at 127.0.0.1:1 cannot be reached", "engine.trino.url")
}

func TestAServerThatIsNoTrinoIsSaid(t *testing.T) {
	storage := trinotest.StartStorage(t) // it speaks HTTP and knows no statement
	c := onTrino(t, &trinotest.Cluster{URL: storage.Endpoint, Shared: t.TempDir()}, lensShop(t))
	publishedBefore(t, c)
	endsWith(t, c, exitSource, "is this a Trino coordinator?")
}

func TestWhatSomebodyElsePutIntoASchemaOfOursIsNotDropped(t *testing.T) {
	if testing.Short() {
		t.Skip("needs the cluster; -short leaves it out")
	}
	c := onTrino(t, trinotest.Shared(t), lensShop(t))
	publishedBefore(t, c)
	statements := mustRun(t, "-c", c.config, "plan", "--engine", "trino")
	_, rest, found := strings.Cut(statements, `"pharos_`)
	prefix, _, ends := strings.Cut(rest, `_staging"`)
	if !found || !ends {
		t.Fatalf("no statement names a schema:\n%.500s", statements)
	}
	schema := "pharos_" + prefix + "_core"
	c.cluster.Exec(t, "create schema "+schema)
	c.cluster.Exec(t, "create table "+schema+".theirs (a bigint)")
	endsWith(t, c, exitFailed, schema+".theirs was made by somebody else", "engine.trino.schema")
	if tables := c.cluster.Ask(t, "select table_name from information_schema.tables where table_schema = '"+schema+"'"); len(tables) != 1 || tables[0] != "theirs" {
		t.Errorf("the schema holds %v", tables)
	}
	c.cluster.Exec(t, "drop table "+schema+".theirs")
	// A view is theirs whatever it reads and says: it names our schema, our mark and our folder.
	c.cluster.Exec(t, "create view "+schema+".their_view comment 'for the board' as select '"+schema+" COMMENT ''made by pharos for one night'' external_location = ''local:///' as a")
	endsWith(t, c, exitFailed, schema+".their_view was made by somebody else", "engine.trino.schema")
	if views := c.cluster.Ask(t, "select a from "+schema+".their_view"); len(views) != 1 {
		t.Errorf("their view shows %v", views)
	}
	c.cluster.Exec(t, "drop view "+schema+".their_view")
	quietNight(t, c.config) // an empty schema of ours is abandoned: it goes
	nothingLeft(t, c)
}

// shopMarts are the marts of the nights below: the whole way from the lake to money, in fewer models.
var shopMarts = []string{"customer_profit", "profit_tiers", "quality"}

// saidByNight is what a night said: the models that were done, and the relations that the cluster computed.
type saidByNight struct{ done, computed map[string]bool }

// night computes some marts and calls back when so many models are done; it gives the run's folder.
func night(t *testing.T, ctx context.Context, config string, after int, then func()) (dir string, err error) {
	t.Helper()
	dir, _, err = heardNight(t, ctx, config, after, then)
	return dir, err
}

func heardNight(t *testing.T, ctx context.Context, config string, after int, then func()) (dir string, heard saidByNight, err error) {
	t.Helper()
	cfg, err := loadConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	asOf, err := time.Parse(time.DateOnly, shopDay)
	if err != nil {
		t.Fatal(err)
	}
	heard = saidByNight{map[string]bool{}, map[string]bool{}}
	var mu sync.Mutex // queries tell of themselves while others are done
	out, err := pipeline.Run(ctx, cfg, pipeline.Options{AsOf: asOf, FromLake: true, Only: shopMarts, Now: time.Now, Progress: func(s pipeline.Step) {
		mu.Lock()
		defer mu.Unlock()
		switch s.Phase {
		case "query":
			heard.computed[s.Name] = true
		case "compute":
			if heard.done[s.Name] = true; len(heard.done) == after {
				then()
			}
		}
	}})
	mu.Lock()
	defer mu.Unlock()
	if err != nil {
		return "", heard, err
	}
	return out.Dir, heard, nil
}

// quietNight is a night in which nothing happens.
func quietNight(t *testing.T, config string) string {
	t.Helper()
	dir, err := night(t, t.Context(), config, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// onBoth are a company on a cluster and the folder of the same marts by the embedded engine.
func onBoth(t *testing.T, cluster *trinotest.Cluster) (c trinoCompany, here string) {
	t.Helper()
	c = onTrino(t, cluster, lensShop(t))
	publishedBefore(t, c)
	b, err := os.ReadFile(c.config)
	if err != nil {
		t.Fatal(err)
	}
	text, _, _ := strings.Cut(string(b), "\nengine:")
	embedded := filepath.Join(c.dir, "embedded.yaml")
	if err := os.WriteFile(embedded, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return c, quietNight(t, embedded)
}

func TestANightThatLosesAWorkerEndsOrTheNextOneDoes(t *testing.T) {
	if testing.Short() {
		t.Skip("clusters of two nodes; -short leaves it out")
	}
	for name, retry := range map[string]bool{"with task retries": true, "without": false} {
		t.Run(name, func(t *testing.T) {
			if !retry {
				atFullCount(t)
			}
			c, here := onBoth(t, trinotest.Start(t, trinotest.Options{Workers: 1, Retry: retry}))
			before := currentOn(t, c)
			dir, err := night(t, t.Context(), c.config, 20, func() { c.cluster.Kill(t, 1) })
			if now := currentOn(t, c); now != before {
				t.Errorf("%s became current", now)
			}
			switch {
			case err != nil && retry:
				t.Fatalf("a cluster that tries tasks again lost the night: %v", err)
			case err != nil:
				nothingOnCluster(t, c)
				if c.models(t) == 0 {
					t.Error("the night left nothing to go on from")
				}
				dir = quietNight(t, c.config)
			}
			sameMarts(t, here, dir, len(shopMarts))
			nothingLeft(t, c)
		})
	}
}

// atFullCount leaves a test to make torture: clusters take minutes each.
func atFullCount(t *testing.T) {
	t.Helper()
	if os.Getenv("PHAROS_TORTURE") == "" {
		t.Skip("minutes of a cluster of its own; PHAROS_TORTURE=1 runs it")
	}
}

// models counts the computed relations that lie in the workspace.
func (c trinoCompany) models(t *testing.T) int {
	t.Helper()
	notes, err := filepath.Glob(filepath.Join(c.dir, "lighthouse", "trino", "models", "*", "_built.json"))
	if err != nil {
		t.Fatal(err)
	}
	return len(notes)
}

func TestACancelledNightStopsItsQueriesAndGoesOnWhereItStopped(t *testing.T) {
	if testing.Short() {
		t.Skip("needs the cluster; -short leaves it out")
	}
	c, here := onBoth(t, trinotest.Shared(t))
	ctx, cancel := context.WithCancel(t.Context())
	_, first, err := heardNight(t, ctx, c.config, 45, cancel)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("the night ended with %v", err)
	}
	if running := c.cluster.Ask(t, "select query_id from system.runtime.queries where source = 'pharos' and state not in ('FINISHED', 'FAILED')"); len(running) > 0 {
		t.Errorf("queries still run: %v", running)
	}
	nothingOnCluster(t, c)
	if kept := c.models(t); kept < 5 { // most models before it are views
		t.Fatalf("%d relations are kept of 45 models", kept)
	}
	dir, second, err := heardNight(t, t.Context(), c.config, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	for relation := range first.done {
		if second.computed[relation] {
			t.Errorf("%s was computed again", relation)
		}
	}
	if len(second.computed) == 0 || len(first.computed) == 0 {
		t.Error("the nights computed nothing: the test hears nothing")
	}
	sameMarts(t, here, dir, len(shopMarts))
	nothingLeft(t, c)
}

func TestACoordinatorThatEndsInTheMiddleEndsTheNight(t *testing.T) {
	if testing.Short() {
		t.Skip("a cluster of its own; -short leaves it out")
	}
	atFullCount(t)
	c, here := onBoth(t, trinotest.Start(t, trinotest.Options{}))
	before := currentOn(t, c)
	_, err := night(t, t.Context(), c.config, 20, func() { c.cluster.Kill(t, 0) })
	if !errors.Is(err, model.ErrClusterAway) || model.Remedy(err) == "" {
		t.Fatalf("the night ended with %v", err)
	}
	if now := currentOn(t, c); now != before {
		t.Errorf("%s became current", now)
	}
	c.cluster.Restart(t)
	sameMarts(t, here, quietNight(t, c.config), len(shopMarts)) // what the first night left on the cluster is swept
	nothingLeft(t, c)
}

func TestANightOnObjectStorageIsTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("a cluster of its own; -short leaves it out")
	}
	storage := trinotest.StartStorage(t)
	cluster := trinotest.Start(t, trinotest.Options{Catalog: storage.Catalog()})
	t.Setenv("SHOP_ACCESS_KEY", storage.AccessKey)
	t.Setenv("SHOP_SECRET_KEY", storage.SecretKey)
	dir := t.TempDir()
	c := trinoCompany{dir: dir, config: filepath.Join(dir, "pharos.yaml"), cluster: cluster}
	text := lensShop(t) + fmt.Sprintf("\nengine: { trino: { url: %q, location: \"s3://%s/shop\", storage: { endpoint: %q, access_key_env: SHOP_ACCESS_KEY, secret_key_env: SHOP_SECRET_KEY } } }\n",
		cluster.URL, storage.Bucket, storage.Endpoint)
	if err := os.WriteFile(c.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	publishedBefore(t, c)
	_, here := onBoth(t, &trinotest.Cluster{URL: cluster.URL, Shared: t.TempDir()})
	sameMarts(t, here, quietNight(t, c.config), len(shopMarts))
	nothingLeft(t, c)
}
