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
			config, _ := initIn(t, t.TempDir(), dsn)
			mustRun(t, "-c", config, "run", "--as-of", "2026-03-01")
			got := mustRun(t, "-c", config, "sql", "--format", "csv", "select customer_id, orders, revenue from customer_profit order by customer_id")
			if want := "customer_id,orders,revenue\n1,2,99.9500\n2,1,5.0100\n"; strings.ReplaceAll(got, "\r\n", "\n") != want {
				t.Errorf("the proposed mapping of %s gives\n%s\nwant\n%s", filepath.Base(config), got, want)
			}
		})
	}
}
