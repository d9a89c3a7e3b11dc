package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline/extract/extracttest"
)

// shopSchema is a small order system as such databases are made, in the SQL both servers share.
const shopSchema = `
create table customer (customer_id int primary key, customer_name varchar(80) not null, country varchar(40), email varchar(80));
create table orders (order_id int primary key, customer_id int not null, order_date date not null);
create table order_items (order_item_id int primary key, order_id int not null, product_id int not null, quantity int not null, unit_price decimal(10,2) not null);
insert into customer values (1, 'Nordlicht AG', 'DE', 'a@nordlicht.example'), (2, 'Südhang KG', 'AT', 'b@suedhang.example');
insert into orders values (10, 1, '2026-01-05'), (11, 2, '2026-01-06'), (12, 1, '2026-02-01');
insert into order_items values (100, 10, 7, 3, 19.99), (101, 11, 8, 1, 5.01), (102, 12, 7, 2, 19.99);
`

func TestADatabaseProposesItsOwnMappingAndRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("starts two servers; -short leaves it out")
	}
	for scheme, server := range map[string]*extracttest.Server{"postgres": extracttest.Postgres(t), "mysql": extracttest.MariaDB(t)} {
		t.Run(scheme, func(t *testing.T) {
			server.Create(t, "initshop")
			server.Exec(t, "initshop", shopSchema)
			server.Grant(t, "initshop")
			t.Setenv(passwordVariable, extracttest.Password)
			dsn := fmt.Sprintf("%s://%s@%s:%d/initshop?sslmode=disable", scheme, extracttest.Role, server.Host, server.Port)
			config, said := initIn(t, t.TempDir(), dsn)
			if strings.Contains(said, "more than read") {
				t.Errorf("a reader is said to write:\n%s", said)
			}
			mustRun(t, "-c", config, "run", "--as-of", "2026-03-01")
			got := mustRun(t, "-c", config, "sql", "--format", "csv", "select customer_id, orders, revenue from customer_profit order by customer_id")
			if want := "customer_id,orders,revenue\n1,2,99.9500\n2,1,5.0100\n"; strings.ReplaceAll(got, "\r\n", "\n") != want {
				t.Errorf("the proposed mapping of %s gives\n%s\nwant\n%s", filepath.Base(config), got, want)
			}
		})
	}
}

func TestInitSaysThatARunWouldRefuseTheRole(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a server; -short leaves it out")
	}
	server := extracttest.MariaDB(t)
	server.Create(t, "initshop")
	server.Exec(t, "initshop", shopSchema+"grant insert on initshop.* to "+extracttest.Role+"@'%'")
	t.Cleanup(func() { server.Exec(t, "", "revoke insert on initshop.* from "+extracttest.Role+"@'%'") })
	t.Setenv(passwordVariable, extracttest.Password)
	config := filepath.Join(t.TempDir(), "pharos.yaml")
	_, said, _ := pharos(t, "init", "-c", config, fmt.Sprintf("mysql://%s@%s:%d/initshop?sslmode=disable", extracttest.Role, server.Host, server.Port))
	if !strings.Contains(said, "the role of source initshop may do more than read") || !strings.Contains(said, "pharos check --grants initshop") {
		t.Errorf("init says nothing of the role:\n%s", said)
	}
	if code, _, talk := pharos(t, "-c", config, "run"); code != exitSource || !strings.Contains(talk, "table_write_privilege: ") {
		t.Errorf("exit %d\n%s", code, talk)
	}
}
