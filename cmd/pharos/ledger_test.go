package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// addCent raises the amount of one entry of the demo company's ledger by a cent: the one in the
// middle of those of an account. It returns the entry's number.
func addCent(t *testing.T, workbook, account string) string {
	t.Helper()
	const sheet = "凭证"
	book, err := excelize.OpenFile(workbook)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	header := slices.IndexFunc(rows, func(r []string) bool { return slices.Contains(r, "凭证号") })
	column := func(name string) int { return slices.Index(rows[header], name) }
	var lines []int
	for i := header + 1; i < len(rows); i++ {
		if len(rows[i]) > column("科目") && rows[i][column("科目")] == account {
			lines = append(lines, i)
		}
	}
	line := lines[len(lines)/2]
	amount, err := strconv.ParseFloat(strings.ReplaceAll(rows[line][column("金额")], ",", ""), 64)
	if err != nil {
		t.Fatal(err)
	}
	cell, err := excelize.CoordinatesToCellName(column("金额")+1, line+1)
	if err != nil {
		t.Fatal(err)
	}
	if err := book.SetCellStr(sheet, cell, fmt.Sprintf("%.2f", amount+0.01)); err != nil {
		t.Fatal(err)
	}
	if err := book.Save(); err != nil {
		t.Fatal(err)
	}
	return rows[line][column("凭证号")]
}

func TestTheDemoLedgerBalancesAndACentStopsThePublicationByItsEntry(t *testing.T) {
	if testing.Short() {
		t.Skip("three nights of the demo company; -short leaves them out")
	}
	dir := demoDir(t)
	config, workbook := filepath.Join(dir, "pharos.yaml"), filepath.Join(dir, "finance.xlsx")
	before := mustRun(t, "-c", config, "sql", "select count(*) as n, sum(abs(difference)) as d, (select count(*) from ledger_differences) as cells from reconciliation", "--format", "csv")
	if want := "n,d,cells\n8,0.0000,0\n"; before != want {
		t.Fatalf("the ledger does not balance: %q", before)
	}
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(config, []byte(shortHistory(string(text))), 0o600); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(workbook)
	if err != nil {
		t.Fatal(err)
	}
	published := mustRun(t, "-c", config, "sql", "select sum(profit) as p from customer_profit", "--format", "csv")
	for _, account := range []string{"主营业务收入", "主营业务成本", "销售退回"} {
		t.Run(account, func(t *testing.T) {
			if err := os.WriteFile(workbook, whole, 0o600); err != nil {
				t.Fatal(err)
			}
			entry := addCent(t, workbook, account)
			var out, talk bytes.Buffer
			code := Do([]string{"-c", config, "run", "--as-of", "2026-09-01"}, strings.NewReader(""), &out, &talk)
			if code != exitGate || !strings.Contains(talk.String(), "entry "+entry+" (finance.xlsx:") {
				t.Errorf("a cent more in %s ended with %d and\n%s", entry, code, talk.String())
			}
			if after := mustRun(t, "-c", config, "sql", "select sum(profit) as p from customer_profit", "--format", "csv"); after != published {
				t.Errorf("what is current changed from %s to %s", published, after)
			}
		})
	}
}
