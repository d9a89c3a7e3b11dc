package pipeline

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/pipeline/extract"
	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

// keeper is a company that only keeps tables of a server in the lake.
func keeper(t *testing.T, spec extract.Spec, server *extracttest.Server, mappings ...extract.Mapping) *Config {
	t.Helper()
	cfg := kiosk(t)
	t.Setenv("PHAROS_TEST_PASSWORD", extracttest.Password)
	at := &extract.Server{Host: server.Host, Port: server.Port, Database: "keeper", User: extracttest.Role, PasswordEnv: "PHAROS_TEST_PASSWORD"}
	if spec.Name = "erp"; spec.Postgres != nil {
		spec.Postgres = at
	} else {
		spec.MySQL = at
	}
	cfg.Sources, cfg.Data = []extract.Spec{spec}, mappings
	return cfg
}

func rawTable(name string, columns ...string) extract.Mapping {
	m := extract.Mapping{Table: name, Raw: true, Source: "erp", Relation: name, Pos: "pharos.yaml:7:3"}
	for _, c := range columns {
		m.Columns = append(m.Columns, extract.ColumnMapping{Name: c, Column: c})
	}
	return m
}

// stored describes and reads a relation of a snapshot with DuckDB, rows as text.
func stored(t *testing.T, cfg *Config, s *lake.Snapshot, table, columns string) (types, rows []string) {
	t.Helper()
	l, err := lake.OpenExisting(cfg.Workspace + "/lake")
	if err != nil {
		t.Fatal(err)
	}
	problems, err := l.Verify(t.Context(), s)
	if err != nil || len(problems) > 0 {
		t.Fatalf("the lake does not verify: %v, error %v", problems, err)
	}
	eng, err := model.OpenDuckDB(t.Context(), model.DuckDBOptions{Threads: 1, MemoryMB: 512, TempDir: t.TempDir(), Readable: []string{cfg.Workspace}})
	if err != nil {
		t.Fatal(err)
	}
	defer eng.Close()
	if err := eng.Attach(t.Context(), "raw."+table, l.Files(s, table)); err != nil {
		t.Fatal(err)
	}
	found, err := eng.Query(t.Context(), "select "+columns+" from raw."+table+" order by id")
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range found.Columns {
		types = append(types, c+" "+found.Types[i])
	}
	for _, r := range found.Values {
		rows = append(rows, fmt.Sprint(r...))
	}
	return types, rows
}

func TestARawTableKeepsTheTypesOfItsServer(t *testing.T) {
	pg, maria := extracttest.Postgres(t), extracttest.MariaDB(t)
	pg.Create(t, "keeper")
	pg.Exec(t, "keeper", `create table t (id bigint primary key, small smallint, price numeric(12,2), whole numeric(6,0), free numeric, wide numeric(30,2), placed timestamptz, made timestamp(3), day date, flag boolean, f float8, note text);
insert into t values (1, 2, 3.50, 4, 1e20, 1, '2026-03-08 10:00:00.000001+08', '2026-03-08 10:00:00.5', '2026-03-08', true, 0.1, ''), (9223372036854775807, -32768, -9999999999.99, 0, 'NaN', null, null, null, null, false, 'NaN', null),
 (3, null, null, null, null, null, 'infinity', null, null, null, null, 'forever'), (4, null, null, null, null, null, null, null, '0044-03-15 BC', null, null, 'ides')`)
	pg.Grant(t, "keeper")
	maria.Create(t, "keeper")
	maria.Exec(t, "keeper", `set sql_mode = '', time_zone = '+08:00'; create table t (id bigint primary key, small smallint, price decimal(12,2), whole int unsigned, free bigint unsigned, placed timestamp(6) null, made datetime(3), day date, note varchar(20));
insert into t values (1, 2, 3.50, 4294967295, 18446744073709551615, '2026-03-08 10:00:00.000001', '2026-03-08 10:00:00.5', '2026-03-08', ''), (9223372036854775807, -32768, -9999999999.99, 0, 0, null, null, null, null),
 (3, null, null, null, null, '0000-00-00 00:00:00', null, null, 'never'), (4, null, null, null, null, null, null, '0000-00-00', 'never')`)
	for _, c := range []struct {
		name        string
		spec        extract.Spec
		server      *extracttest.Server
		columns     string
		types, rows []string
	}{{
		"postgres", extract.Spec{Postgres: &extract.Server{}}, pg, "id, small, price, whole, free, wide, placed, made, day, flag, f, note",
		[]string{"id bigint", "small integer", "price decimal(12,2)", "whole decimal(6,0)", "free varchar", "wide varchar", "placed timestamptz", "made timestamp", "day date", "flag boolean", "f varchar", "note varchar"},
		nil,
	}, {
		"mysql", extract.Spec{MySQL: &extract.Server{}}, maria, "id, small, price, whole, free, placed, made, day, note",
		[]string{"id bigint", "small integer", "price decimal(12,2)", "whole bigint", "free varchar", "placed timestamptz", "made timestamp", "day date", "note varchar"},
		nil,
	}} {
		t.Run(c.name, func(t *testing.T) {
			cfg := keeper(t, c.spec, c.server, rawTable("t", strings.Split(c.columns, ", ")...))
			out, err := Run(t.Context(), cfg, Options{AsOf: day(2026, 5, 1), UntilLake: true, Version: "test", Now: time.Now})
			if err != nil {
				t.Fatal(err)
			}
			asText := "id, price::varchar as price, free, epoch_us(placed) as placed, epoch_us(made) as made, day::varchar as day, coalesce(note, 'NULL') as note"
			types, _ := stored(t, cfg, out.Snapshot, "t", c.columns)
			if diff := cmp.Diff(c.types, types); diff != "" {
				t.Errorf("types (-want +got):\n%s", diff)
			}
			_, rows := stored(t, cfg, out.Snapshot, "t", asText)
			free, none := "100000000000000000000", "NaN"
			if c.spec.MySQL != nil {
				free, none = "18446744073709551615", "0"
			}
			want := []string{
				fmt.Sprint(int64(1), "3.50", free, int64(1772935200000001), int64(1772964000500000), "2026-03-08", ""),
				fmt.Sprint(int64(9223372036854775807), "-9999999999.99", none, nil, nil, nil, "NULL"),
			}
			if diff := cmp.Diff(want, rows); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			if l := out.Snapshot.Loads[0]; l.Quarantined != 2 || l.Rows != 2 {
				t.Errorf("%+v; want the row that is no instant and the one that is no day quarantined", l)
			}
		})
	}
}

func TestACompanyThatOnlyKeepsTablesComputesNothing(t *testing.T) {
	cfg := kiosk(t)
	cfg.Data = []extract.Mapping{rawTable("t", "id")}
	_, err := run(t.Context(), cfg, 1)
	if !errors.Is(err, ErrAsked) || !strings.Contains(err.Error(), "--until lake") {
		t.Errorf("error %v, want that no canonical table is mapped", err)
	}
}

func TestARunNamesItselfToTheServer(t *testing.T) {
	pg := extracttest.Postgres(t)
	pg.Create(t, "keeper")
	pg.Exec(t, "keeper", "create view t as select 1 as id, current_setting('application_name') as application")
	pg.Grant(t, "keeper")
	cfg := keeper(t, extract.Spec{Postgres: &extract.Server{}}, pg, rawTable("t", "id", "application"))
	at := time.Date(2026, 11, 27, 2, 15, 0, 0, time.UTC)
	out, err := Run(t.Context(), cfg, Options{AsOf: day(2026, 5, 1), UntilLake: true, Version: "test", Now: func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	if _, rows := stored(t, cfg, out.Snapshot, "t", "application, id"); !slices.Equal(rows, []string{fmt.Sprint("pharos 2026-11-27T02:15:00Z", int32(1))}) {
		t.Errorf("the server saw %v", rows)
	}
}
