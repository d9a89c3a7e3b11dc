package mingguang

import (
	"bytes"
	"compress/gzip"
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"go.yaml.in/yaml/v4"
)

// settings is what the tests need of pharos.yaml; the command reads the rest.
type settings struct {
	Sources map[string]map[string]struct {
		Path, Sheet string
		HeaderRow   int `yaml:"header_row"`
	}
	Data  map[string]mappings
	Churn struct{ Classes map[string][]string }
}

type mapping struct {
	Source, Table string
	Columns       map[string]yaml.Node
	Attributes    []string
}

// mappings is one mapping of a table, or a list of them.
type mappings []mapping

// UnmarshalYAML reads either form.
func (m *mappings) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.SequenceNode {
		return n.Decode((*[]mapping)(m))
	}
	*m = make(mappings, 1)
	return n.Decode(&(*m)[0])
}

func readSettings(t *testing.T) settings {
	t.Helper()
	var s settings
	if err := yaml.Unmarshal(config, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// sourceColumn is the source column that a mapping reads, and the words that it translates.
func sourceColumn(t *testing.T, n yaml.Node) (column string, values map[string]string) {
	t.Helper()
	if n.Kind == yaml.ScalarNode {
		return n.Value, nil
	}
	var m struct {
		Column, Compute string
		Values          map[string]string
	}
	if err := n.Decode(&m); err != nil {
		t.Fatal(err)
	}
	return m.Column, m.Values
}

func TestEveryMappedColumnIsInItsSource(t *testing.T) {
	s := readSettings(t)
	dir := t.TempDir()
	if err := Write(dir); err != nil {
		t.Fatal(err)
	}
	if len(s.Data) != 15 {
		t.Errorf("%d tables are mapped, not 15", len(s.Data))
	}
	for table, all := range s.Data {
		for _, m := range all {
			for kind, place := range s.Sources[m.Source] {
				sheet := place.Sheet
				if kind == "sqlite" {
					sheet = m.Table
				}
				header := header(t, kind, dir, place.Path, sheet, max(place.HeaderRow, 1))
				wanted := slices.Clone(m.Attributes)
				for _, node := range m.Columns {
					if column, _ := sourceColumn(t, node); column != "" {
						wanted = append(wanted, column)
					}
				}
				for _, column := range wanted {
					if !slices.Contains(header, column) {
						t.Errorf("%s maps %s, which %s does not have: %v", table, column, place.Path, header)
					}
				}
			}
		}
	}
}

// header reads the column names of one source.
func header(t *testing.T, kind, dir, path, sheet string, row int) []string {
	t.Helper()
	switch kind {
	case "sqlite":
		db, err := sql.Open("sqlite", filepath.Join(dir, path))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		rows, err := db.Query("select * from " + sheet + " limit 1")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		names, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		return names
	case "excel":
		book, err := excelize.OpenFile(filepath.Join(dir, path))
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		rows, err := book.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		return rows[row-1]
	case "jsonl":
		return eventFields(t, filepath.Join(dir, path))
	}
	matches, err := filepath.Glob(filepath.Join(dir, path))
	if err != nil || len(matches) == 0 {
		t.Fatalf("no file %s: %v", path, err)
	}
	data, err := os.ReadFile(matches[0])
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(path, "orders/") {
		_, rows := orderRows(t, []file{{name: "orders/2023.csv", data: data}})
		if len(rows) == 0 {
			t.Fatal("the first year has no orders")
		}
		return strings.Split("订单号 行号 客户号 下单日期 产品编号 数量 单价 折扣金额 金额 成本 币种 渠道 状态", " ")
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(string(data), byteOrderMark), "\r\n")
	return strings.Split(first, ",")
}

// eventFields are the fields of all events, a field inside a field as a.b.
func eventFields(t *testing.T, path string) []string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	packed, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for lines := json.NewDecoder(packed); lines.More(); {
		var event map[string]json.RawMessage
		if err := lines.Decode(&event); err != nil {
			t.Fatal(err)
		}
		for name, value := range event {
			var inner map[string]json.RawMessage
			if json.Unmarshal(value, &inner) != nil {
				seen[name] = true
			}
			for field := range inner {
				seen[name+"."+field] = true
			}
		}
	}
	var names []string
	for name := range seen {
		names = append(names, name)
	}
	return names
}

func TestEveryWordOfTheCompanyIsTranslated(t *testing.T) {
	s := readSettings(t)
	c := example()
	used := map[string]map[string]bool{"customers.kind": {}, "ledger.kind": {}, "contracts.status": {}, "surveys.element": {}, "order_lines.channel": {}}
	for _, w := range c.customers {
		used["customers.kind"][w.kind] = true
	}
	for _, e := range c.ledger {
		used["ledger.kind"][e.kind] = true
	}
	for _, k := range c.contracts {
		used["contracts.status"][k.status] = true
	}
	for _, n := range c.lines {
		used["order_lines.channel"][n.channel] = true
	}
	for _, e := range c.events {
		if !e.isTalk {
			used["surveys.element"][e.element] = true
		}
	}
	for name, words := range used {
		table, column, _ := strings.Cut(name, ".")
		_, values := sourceColumn(t, s.Data[table][0].Columns[column])
		for word := range words {
			if values[word] == "" {
				t.Errorf("%s does not translate %q", name, word)
			}
		}
		for word := range values {
			if !words[word] {
				t.Errorf("%s translates %q, which nobody uses", name, word)
			}
		}
	}
}

func TestStatedReasonsHaveAClassExceptThoseThatSayNothing(t *testing.T) {
	classes := readSettings(t).Churn.Classes
	unmapped := map[string]int{}
	for _, d := range example().departures {
		if !hasClass(classes, d.reason) && !hasClass(classes, d.category) {
			unmapped[d.reason]++
		}
	}
	for reason := range unmapped {
		if reason != "联系不上" && reason != "没有说明" {
			t.Errorf("reason %q has no class", reason)
		}
	}
	if len(unmapped) != 2 {
		t.Errorf("unmapped reasons %v: the report should have some to list", unmapped)
	}
}

func hasClass(classes map[string][]string, said string) bool {
	for _, words := range classes {
		for _, word := range words {
			inner := strings.Trim(word, "*")
			if word == said || inner != word && strings.Contains(said, inner) {
				return true
			}
		}
	}
	return false
}

func TestTheConfigurationHoldsNoSecretAndNamesTheDay(t *testing.T) {
	if !bytes.Contains(config, []byte("--as-of "+AsOf)) {
		t.Errorf("pharos.yaml does not say as of which day it is computed")
	}
	for _, word := range []string{"password", "token"} {
		if bytes.Contains(config, []byte(word)) {
			t.Errorf("pharos.yaml says %q", word)
		}
	}
}
