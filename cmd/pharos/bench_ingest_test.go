package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
)

// The ingest benchmarks read orders of 12 columns (money, instants, nullable text with quotes,
// line ends and characters of four bytes) into the verified lake, beside the fastest program that
// only moves the bytes. Both are whole processes, in turn; the servers run on the same cores.
// PHAROS_BENCH_ROWS sets the number of orders, 3,000,000 otherwise.

func benchRows(b *testing.B) int {
	b.Helper()
	text := os.Getenv("PHAROS_BENCH_ROWS")
	if text == "" {
		return 3_000_000
	}
	rows, err := strconv.Atoi(text)
	if err != nil || rows < 1000 {
		b.Fatalf("PHAROS_BENCH_ROWS is %q; it is a number of at least 1000", text)
	}
	return rows
}

const benchColumns = "order_id, line_id, customer_id, ordered_at, product_id, quantity, unit_price, discount, net_amount, currency, channel, note"

// benchOrders makes the orders on PostgreSQL: every value is computed from the row's number.
const benchOrders = `create function h(i bigint, seed bigint) returns bigint immutable parallel safe language sql
  as $$ select hashint8extended(i, seed) & 9223372036854775807 $$;
create table orders (order_id bigint not null, line_id int not null, customer_id text not null, ordered_at timestamptz not null,
  product_id text not null, quantity int not null, unit_price numeric(12,2) not null, discount numeric(6,4), net_amount numeric(14,2) not null,
  currency char(3) not null, channel text, note text, updated_at timestamptz not null);
insert into orders select i, 1 + h(i, 1) % 5, 'C' || lpad((h(i, 2) % 200000)::text, 7, '0'), timestamptz '2019-01-01 00:00:00+00' + i * interval '80.000001 seconds',
  'P' || lpad((h(i, 3) % 2000)::text, 5, '0'), 1 + h(i, 4) % 20, (99 + h(i, 5) % 250000) / 100.0,
  case when h(i, 6) % 3 = 0 then (h(i, 7) % 5000) / 10000.0 end, (h(i, 8) % 5000000 - 200000) / 100.0, (array['EUR', 'USD', 'CNY', 'GBP'])[1 + h(i, 9) % 4],
  (array['web', 'store', 'phone', 'partner', null])[1 + h(i, 10) % 5],
  case h(i, 11) % 10 when 0 then '请在周五之前送达，谢谢 🎁 ' || h(i, 12) % 1000 when 1 then 'Straße 5, "Hof" €' || h(i, 12) % 100
    when 2 then null when 3 then '' when 4 then E'first line\nsecond ' || h(i, 12) % 50 else 'leave at door ' || h(i, 12) % 1000000 end,
  timestamptz '2026-01-01 00:00:00+00' + i * interval '1 second'
from generate_series(1, ROWS) as i;
alter table orders add primary key (order_id);
create index on orders (updated_at);`

const benchOrdersMySQL = `create table orders (order_id bigint not null primary key, line_id int not null, customer_id varchar(20) not null, ordered_at timestamp(6) not null default '2019-01-01 12:00:00',
  product_id varchar(20) not null, quantity int not null, unit_price decimal(12,2) not null, discount decimal(6,4), net_amount decimal(14,2) not null,
  currency char(3) not null, channel varchar(20), note varchar(200)) character set utf8mb4;
set time_zone = '+00:00';
load data local infile 'FILE' into table orders character set utf8mb4;
analyze table orders;`

// benchConfig maps all twelve columns under their own names and types.
func benchConfig(b *testing.B, source, table, extra string) string {
	b.Helper()
	dir := b.TempDir()
	columns := strings.Split(benchColumns, ", ")
	list := "[" + strings.Join(columns, ", ") + "]"
	if table == "" {
		list = "{ order_id: bigint, line_id: integer, customer_id: text, ordered_at: timestamptz, product_id: text, quantity: integer, " +
			`unit_price: "decimal(12,2)", discount: "decimal(6,4)", net_amount: "decimal(14,2)", currency: text, channel: text, note: text }`
	} else {
		table = "table: " + table + ", "
	}
	text := "version: 1\ncompany: { name: Bench, currency: EUR, time_zone: UTC }\nverify: count\nsources: { bench: " + source + " }\n" +
		"raw: { orders: { source: bench, " + table + "columns: " + list + " } }\n" + extra
	path := filepath.Join(dir, "pharos.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}

// sideBySide measures reading into a fresh lake beside a command.
func sideBySide(b *testing.B, rows int, config string, floor func() usage) {
	b.Helper()
	pharos := buildPharos(b)
	var ours, theirs []usage
	for b.Loop() {
		if err := os.RemoveAll(filepath.Join(filepath.Dir(config), "lighthouse")); err != nil {
			b.Fatal(err)
		}
		ours = append(ours, measure(b, pharos, "-c", config, "run", "--until", "lake"))
		theirs = append(theirs, floor())
	}
	report(b, ours, theirs)
	b.ReportMetric(float64(rows)/ours[len(ours)/2].wall.Seconds(), "rows/s")
}

func benchPostgres(b *testing.B, rows int) *extracttest.Server {
	b.Helper()
	pg := extracttest.Postgres(b)
	pg.Create(b, "bench")
	pg.Exec(b, "bench", strings.Replace(benchOrders, "ROWS", fmt.Sprint(rows), 1))
	pg.Exec(b, "bench", "vacuum (analyze, freeze) orders")
	pg.Grant(b, "bench")
	b.Setenv("PHAROS_BENCH_PASSWORD", extracttest.Password)
	b.Setenv("PGPASSWORD", extracttest.Password)
	return pg
}

func benchSource(kind string, s *extracttest.Server) string {
	return fmt.Sprintf("{ %s: { host: %s, port: %d, database: bench, user: %s, password_env: PHAROS_BENCH_PASSWORD, tls: disable } }", kind, s.Host, s.Port, extracttest.Role)
}

// BenchmarkIngestPostgres beside `COPY … (FORMAT binary)` to /dev/null in one session. Must 1.50, aim 1.00.
func BenchmarkIngestPostgres(b *testing.B) {
	rows := benchRows(b)
	pg := benchPostgres(b, rows)
	address := fmt.Sprintf("host=%s port=%d dbname=bench user=%s sslmode=disable", pg.Host, pg.Port, extracttest.Role)
	sideBySide(b, rows, benchConfig(b, benchSource("postgres", pg), "orders", ""), func() usage {
		return measure(b, "sh", "-c", "psql -X -q '"+address+"' -c 'copy (select "+benchColumns+" from orders) to stdout (format binary)' >/dev/null")
	})
}

// BenchmarkIngestMariaDB beside `mariadb --quick` to /dev/null. Must 1.70, aim 1.30.
func BenchmarkIngestMariaDB(b *testing.B) {
	rows := benchRows(b)
	pg, maria := benchPostgres(b, rows), extracttest.MariaDB(b)
	file := filepath.Join(b.TempDir(), "orders.tsv")
	pg.Copy(b, "bench", "select "+strings.Replace(benchColumns, "ordered_at", "ordered_at::timestamp", 1)+" from orders order by order_id", file, "")
	maria.Create(b, "bench")
	maria.Exec(b, "bench", strings.Replace(benchOrdersMySQL, "FILE", file, 1))
	maria.Grant(b, "bench")
	b.Setenv("MYSQL_PWD", extracttest.Password)
	client := fmt.Sprintf("mariadb --no-defaults --quick -N -B -h %s -P %d -u %s bench -e 'select %s from orders' >/dev/null", maria.Host, maria.Port, extracttest.Role, benchColumns)
	sideBySide(b, rows, benchConfig(b, benchSource("mysql", maria), "orders", ""), func() usage { return measure(b, "sh", "-c", client) })
}

// BenchmarkIngestCSV beside `cat file | cat` (must 7.0, aim 5.0), and in GB18030 beside `iconv`
// (must 5.5, aim 3.8), both to /dev/null.
func BenchmarkIngestCSV(b *testing.B) {
	rows := benchRows(b)
	pg := benchPostgres(b, rows)
	for _, c := range []struct{ name, encoding, copied, floor string }{
		{"utf-8", "utf-8", "UTF8", "cat FILE | cat >/dev/null"},
		{"gb18030", "gb18030", "GB18030", "iconv -f GB18030 -t UTF-8 FILE >/dev/null"},
	} {
		b.Run(c.name, func(b *testing.B) {
			file := filepath.Join(b.TempDir(), "orders.csv")
			pg.Copy(b, "bench", "select "+benchColumns+" from orders order by order_id", file, "(format csv, header, encoding '"+c.copied+"')")
			config := benchConfig(b, fmt.Sprintf("{ csv: { path: %q, encoding: %s } }", file, c.encoding), "", "")
			sideBySide(b, rows, config, func() usage { return measure(b, "sh", "-c", strings.Replace(c.floor, "FILE", file, 1)) })
		})
	}
}

// BenchmarkSecondNight reads 1 % of changes beside the own full load: in the newest orders (must
// 0.12, aim 0.05) and spread over all of them (must 0.50, aim 0.20); with the comparison of all
// keys 0.20 more.
func BenchmarkSecondNight(b *testing.B) {
	rows := benchRows(b)
	for _, c := range []struct{ name, deletes, changed string }{
		{"newest", "never", fmt.Sprintf("order_id > %d", rows-rows/100)},
		{"spread", "never", "order_id % 100 = 7"},
		{"newest, keys compared", "nightly", fmt.Sprintf("order_id > %d", rows-rows/100)},
		{"spread, keys compared", "nightly", "order_id % 100 = 7"},
	} {
		b.Run(c.name, func(b *testing.B) {
			pg := benchPostgres(b, rows)
			pharos := buildPharos(b)
			mapping := "data: { order_lines: { source: bench, table: orders, incremental: { cursor: updated_at, key: [order_id], overlap: 10 seconds, deletes: " + c.deletes + " },\n" +
				"  columns: { order_id: order_id, line_id: line_id, customer_id: customer_id, ordered_at: ordered_at, product_id: product_id, quantity: quantity,\n" +
				"    unit_price: unit_price, discount: discount, net_amount: net_amount, channel: channel } } }\n"
			config := benchConfig(b, benchSource("postgres", pg), "orders", mapping)
			text, err := os.ReadFile(config)
			if err != nil {
				b.Fatal(err)
			}
			before, after, _ := strings.Cut(string(text), "raw: ")
			_, after, _ = strings.Cut(after, "\n")
			if err := os.WriteFile(config, []byte(before+after), 0o600); err != nil {
				b.Fatal(err)
			}
			var second, full []usage
			for i := 0; b.Loop(); i++ {
				full = append(full, measure(b, pharos, "-c", config, "run", "--until", "lake", "--full"))
				pg.Exec(b, "bench", fmt.Sprintf("update orders set quantity = quantity + 1, updated_at = timestamptz '2027-01-01' + %d * interval '1 day' where %s", i, c.changed))
				second = append(second, measure(b, pharos, "-c", config, "run", "--until", "lake"))
			}
			report(b, second, full)
		})
	}
}
