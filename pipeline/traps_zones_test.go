package pipeline

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

// wallClocks are times of a clock whose zone the server does not say, and the instants that they
// are in the company's zone. A time that the clock skipped is moved forward; of one that it passed
// twice the second counts.
var wallClocks = map[string][][2]string{
	"Europe/Berlin": {
		{"2026-03-29 01:59:59.999999", "2026-03-29 00:59:59.999999"},
		{"2026-03-29 02:00:00", "2026-03-29 01:00:00"}, {"2026-03-29 02:30:00", "2026-03-29 01:30:00"}, {"2026-03-29 03:00:00", "2026-03-29 01:00:00"},
		{"2026-10-25 01:59:59.999999", "2026-10-24 23:59:59.999999"}, {"2026-10-25 02:00:00", "2026-10-25 01:00:00"},
		{"2026-10-25 02:30:00", "2026-10-25 01:30:00"}, {"2026-10-25 03:00:00", "2026-10-25 02:00:00"},
		{"1945-05-24 03:00:00", "1945-05-24 00:00:00"}, // double summer time
		{"2024-02-29 00:00:00", "2024-02-28 23:00:00"}, {"2026-01-01 00:30:00", "2025-12-31 23:30:00"},
	},
	"Asia/Shanghai": {
		{"1986-05-04 01:59:59", "1986-05-03 17:59:59"}, {"1986-05-04 02:30:00", "1986-05-03 18:30:00"}, {"1986-05-04 03:00:00", "1986-05-03 18:00:00"},
		{"1986-09-14 00:59:59", "1986-09-13 15:59:59"}, {"1986-09-14 01:30:00", "1986-09-13 17:30:00"}, {"1986-09-14 02:00:00", "1986-09-13 18:00:00"},
		{"1988-07-01 00:30:00", "1988-06-30 15:30:00"}, {"1991-09-15 01:30:00", "1991-09-14 17:30:00"}, {"1991-09-15 12:00:00", "1991-09-15 04:00:00"},
		{"1992-07-01 00:30:00", "1992-06-30 16:30:00"}, // no summer time any more
		{"2026-03-08 10:00:00.123456", "2026-03-08 02:00:00.123456"},
	},
}

// zoneTable holds each wall-clock time, and beside it the same instant as the server knows it.
func zoneTable(times [][2]string, naive, instant string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "create table clocks (id int primary key, wall %s, at %s null);\n", naive, instant)
	for id, c := range times {
		fmt.Fprintf(&b, "insert into clocks values (%d, '%s', '%s');\n", id, c[0], c[1])
	}
	return b.String()
}

func TestAClockWithoutAZoneIsTheCompanysInEverySummer(t *testing.T) {
	pg, maria := extracttest.Postgres(t), extracttest.MariaDB(t)
	for zone, times := range wallClocks {
		for _, c := range []struct {
			spec   extract.Spec
			server *extracttest.Server
			script string
		}{
			{extract.Spec{Postgres: &extract.Server{}}, pg, "set time zone 'UTC'; " + zoneTable(times, "timestamp", "timestamptz")},
			{extract.Spec{MySQL: &extract.Server{}}, maria, "set time_zone = '+00:00';" + zoneTable(afterEpoch(times), "datetime(6)", "timestamp(6)")},
		} {
			t.Run(zone+" "+c.spec.Kind(), func(t *testing.T) {
				c.server.Create(t, "keeper")
				c.server.Exec(t, "keeper", c.script)
				c.server.Grant(t, "keeper")
				checkClocks(t, c.spec, c.server, zone, times)
			})
		}
	}
}

// afterEpoch leaves out what a TIMESTAMP of MariaDB cannot hold.
func afterEpoch(times [][2]string) [][2]string {
	var out [][2]string
	for _, c := range times {
		if c[0] > "1970-01-02" {
			out = append(out, c)
		}
	}
	return out
}

func checkClocks(t *testing.T, spec extract.Spec, server *extracttest.Server, zone string, times [][2]string) {
	t.Helper()
	one := "1"
	mapping := func(index int, prefix, from string) extract.Mapping {
		return extract.Mapping{Table: "order_lines", Source: "erp", Relation: "clocks", Pos: "pharos.yaml:9:3", Index: index, Columns: []extract.ColumnMapping{
			{Name: "order_id", Column: "id", Prefix: prefix}, {Name: "customer_id", Value: &one}, {Name: "ordered_at", Column: from}, {Name: "net_amount", Value: &one}}}
	}
	cfg := keeper(t, spec, server, mapping(0, "wall-", "wall"), mapping(1, "at-", "at"))
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Company.Location = location
	out, err := Run(t.Context(), cfg, Options{AsOf: day(2026, 12, 1), UntilLake: true, Version: "test", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	want, got := map[string]string{}, map[string]string{}
	if spec.MySQL != nil {
		times = afterEpoch(times)
	}
	for id, c := range times {
		want[fmt.Sprintf("wall-%d", id)] = c[1] + " on " + c[0][:10]
		utc, err := time.Parse("2006-01-02 15:04:05", c[1])
		if err != nil {
			t.Fatal(err)
		}
		want[fmt.Sprintf("at-%d", id)] = c[1] + " on " + utc.In(location).Format(time.DateOnly)
	}
	eng, l := lakeEngine(t, cfg)
	defer eng.Close()
	if err := attachLake(t.Context(), eng, l, out.Snapshot, cfg); err != nil {
		t.Fatal(err)
	}
	textsOf(t, eng, got, "", "select order_id, ordered_at::varchar || ' on ' || ordered_on::varchar as seen from raw.order_lines")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("instants and days (-want +got):\n%s", diff)
	}
}

// lakeEngine opens an engine that may read a company's lake.
func lakeEngine(t *testing.T, cfg *Config) (*model.DuckDB, *lake.Lake) {
	t.Helper()
	l, err := lake.OpenExisting(filepath.Join(cfg.Workspace, "lake"))
	if err != nil {
		t.Fatal(err)
	}
	eng, err := model.OpenDuckDB(t.Context(), model.DuckDBOptions{Threads: 1, MemoryMB: 512, TempDir: t.TempDir(), Readable: []string{cfg.Workspace}})
	if err != nil {
		t.Fatal(err)
	}
	return eng, l
}

// TestBytesOfAnOldDatabaseThatAreNoTextAreQuarantined reads a database that never checked them.
func TestBytesOfAnOldDatabaseThatAreNoTextAreQuarantined(t *testing.T) {
	pg := extracttest.Postgres(t)
	traps := []typeTrap{{"text", "order_lines.status", []trapValue{
		same("plain"), same("Müller"), {`E'M\xfcller'`, "!bad_encoding", "!bad_encoding"}, {`E'\xed\xa0\x80'`, "!bad_encoding", "!bad_encoding"}, {`E'cut \xf0\x9f\x9a'`, "!bad_encoding", "!bad_encoding"},
	}}}
	pg.Exec(t, "", "drop database if exists keeper with (force)")
	pg.Exec(t, "", "create database keeper encoding 'SQL_ASCII' template template0")
	pg.Exec(t, "keeper", trapScript(traps))
	pg.Grant(t, "keeper")
	s := checkTraps(t, trapKeeper(t, extract.Spec{Postgres: &extract.Server{}}, pg, traps), traps)
	if l := s.Loads[loadOfMapping(t, s, "order_lines", 0)]; l.Rows != 2 || l.Quarantined != 3 {
		t.Errorf("%+v; want 2 rows and 3 in quarantine", l)
	}
}
