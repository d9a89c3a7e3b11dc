package extracttest

import "testing"

func TestServers(t *testing.T) {
	pg, m := Postgres(t), MariaDB(t)
	pg.Create(t, "x y")
	m.Create(t, "x y")
	t.Log(pg, m)
}
