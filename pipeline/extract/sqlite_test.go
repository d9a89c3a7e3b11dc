package extract

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
)

// makeSQLite runs a script on a new database file.
func makeSQLite(t *testing.T, path, script string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(script); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestEverySQLiteValueArrivesAsItsExactText(t *testing.T) {
	columns := []struct{ declared, value, want string }{
		{"integer", "9223372036854775807", "9223372036854775807"},
		{"real", "731.9399999999999", "731.9399999999999"},
		{"real", "17850.0", "17850"},
		{"numeric", "0.1 + 0.2", "0.30000000000000004"},
		{"real", "9e999", "Infinity"},
		{"numeric(10,2)", "'1.10'", "1.1"}, // NUMERIC makes it a float: that is what the file holds
		{"text", "'1.10'", "1.10"},
		{"date", "'2026-03-08'", "2026-03-08"},
		{"datetime", "'2026-03-08 10:00:00.5'", "2026-03-08 10:00:00.5"},
		{"timestamp", "'2026-03-08T10:00:00+08:00'", "2026-03-08T10:00:00+08:00"},
		{"timestamp", "1772935200", "1772935200"},
		{"boolean", "true", "1"},
		{"blob", "x'00ff41'", "0x00ff41"},
		{"text", "''", ""},
		{"text", "null", "∅"},
		{"", "'明光通信 🚦'", "明光通信 🚦"},
		{"integer", "'a text all the same'", "a text all the same"},
	}
	var declared, values []string
	var traps []trap
	for i, c := range columns {
		declared = append(declared, fmt.Sprintf("c%d %s", i, c.declared))
		values = append(values, c.value)
		traps = append(traps, trap{c.declared + " " + c.value, c.want})
	}
	dir := t.TempDir()
	makeSQLite(t, dir+"/a.db", "create table traps ("+strings.Join(declared, ", ")+"); insert into traps values ("+strings.Join(values, ", ")+")")
	readTraps(t, openDatabase(t, Spec{Name: "archive", Dir: dir, SQLite: &Files{Path: "a.db"}}), traps)
}
