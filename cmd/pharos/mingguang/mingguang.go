// Package mingguang invents Mingguang Optical (明光通信), the example company of `pharos demo`: a
// maker of optical communication parts in Wuhan with 400 customers and three years of order
// lines, contracts, complaints, a sales funnel and a finance ledger that balances. It gives the
// files as such a company would have them - CSV in GB18030, a workbook, a SQLite database, JSON
// lines - and a pharos.yaml that a user can copy from.
//
// Everything is drawn from seeded sequences and counted in fen, so two calls give the same bytes.
// No company, person or event is real. The package takes nothing from the rest of Pharos; it uses
// the workbook and SQLite libraries because it writes what the sources read.
package mingguang

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// AsOf is the day as of which the demo is computed: the day after the last one in the books.
const AsOf = "2026-09-01"

// ErrOccupied says that a folder holds something else than an untouched demo company.
var ErrOccupied = errors.New("the folder is not empty and holds no untouched demo")

// company is everything that the files are written from.
type company struct {
	products      []product
	customers     []customer
	lines         []line
	returns       []goodsReturn
	contracts     []contract
	cases         []serviceCase
	departures    []departure
	events        []event
	optOuts       []optOut
	opportunities []opportunity
	invoices      []invoice
	ledger        []entry
}

// found invents the company.
func found() *company {
	c := &company{products: catalogue(), customers: cast()}
	roles := make(map[string]role, len(c.customers))
	for _, who := range c.customers {
		roles[who.id] = who.role
	}
	c.lines = orderLines(c.customers, c.products)
	c.returns = returnsOf(c.lines, roles)
	c.contracts = contractsOf(c.customers)
	c.cases = casesOf(c.customers)
	c.departures = departuresOf(c.customers)
	c.events = eventsOf(c.customers)
	c.optOuts = optOutsOf(c.customers)
	c.opportunities = opportunitiesOf(c.customers, c.contracts)
	accounts := monthlyAccounts(c.lines)
	c.invoices = invoicesOf(accounts, roles)
	c.ledger = ledgerOf(c, accounts)
	return c
}

// file is one file of the demo folder.
type file struct {
	name string // with slashes
	perm fs.FileMode
	data []byte
}

// files renders the company, pharos.yaml first.
func (c *company) files() ([]file, error) {
	orders, dirt, err := c.orderFiles()
	if err != nil {
		return nil, fmt.Errorf("encode orders: %w", err)
	}
	readme, err := readme(dirt)
	if err != nil {
		return nil, fmt.Errorf("write README.md: %w", err)
	}
	crm, err := c.database()
	if err != nil {
		return nil, fmt.Errorf("write crm.db: %w", err)
	}
	finance, err := c.workbook()
	if err != nil {
		return nil, fmt.Errorf("write finance.xlsx: %w", err)
	}
	events, err := c.eventLines()
	if err != nil {
		return nil, fmt.Errorf("write events.jsonl.gz: %w", err)
	}
	files := []file{
		{"pharos.yaml", 0o644, config},
		{"README.md", 0o644, readme},
		{"secrets/key", 0o600, []byte(key)},
		{"crm.db", 0o644, crm},
		{"finance.xlsx", 0o644, finance},
		{"events.jsonl.gz", 0o644, events},
		{"opportunities.csv", 0o644, c.opportunityFile()},
		{"suppressions.csv", 0o644, c.optOutFile()},
	}
	return append(files, orders...), nil
}

// Write puts the company into dir, which it makes if need be: pharos.yaml, README.md and the
// sources that pharos.yaml names, about 4 MB. A folder that holds an untouched demo is
// written again, with the same bytes; one that holds anything else is left alone (ErrOccupied).
func Write(dir string) error {
	if err := mayWrite(dir); err != nil {
		return fmt.Errorf("write demo company into %s: %w", dir, err)
	}
	files, err := found().files()
	if err != nil {
		return fmt.Errorf("write demo company into %s: %w", dir, err)
	}
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("write demo company: %w", err)
		}
		if err := os.WriteFile(path, f.data, f.perm); err != nil {
			return fmt.Errorf("write demo company: %w", err)
		}
	}
	return nil
}

// mayWrite looks whether dir is missing, empty or a demo whose pharos.yaml nobody has edited.
func mayWrite(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	present, err := os.ReadFile(filepath.Join(dir, "pharos.yaml"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if string(present) != string(config) {
		return fmt.Errorf("%w; name another folder, or remove this one first", ErrOccupied)
	}
	return nil
}
