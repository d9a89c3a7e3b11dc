package pipeline

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/model"
)

// listedDuplicates bounds how many keys of a table are named; their number is always whole.
const listedDuplicates = 10_000

// duplicateKeys finds the keys that stand more than once in a table's files. It runs when the
// rows are read, once, in the engine, which spills where memory ends; the models then only look
// at the few keys it found. Customers come from several mappings on purpose: there only a
// repetition within one mapping counts.
func (n *night) duplicateKeys(ctx context.Context, s *lake.Snapshot, unique map[string][]string) ([][]*string, error) {
	var queries []string
	for _, t := range s.Tables {
		if columns := keyOf(t); columns != nil && !within(unique[t.Name], columns) && !keptUnique(t, s.Increments, columns) {
			queries = append(queries, duplicateQuery(t.Name, columns))
		}
	}
	if len(queries) == 0 {
		return nil, nil
	}
	found, err := n.askLake(ctx, s, strings.Join(queries, "\nunion all\n")+"\norder by 1, 2")
	if err != nil {
		return nil, fmt.Errorf("find duplicate keys: %w", err)
	}
	var rows [][]*string
	for _, v := range found {
		table, key, copies := v[0].(string), v[1].(string), strconv.FormatInt(v[2].(int64), 10)
		rows = append(rows, []*string{&table, &key, &copies})
	}
	return rows, nil
}

// askLake asks a query of the tables of a snapshot that is not published yet.
func (n *night) askLake(ctx context.Context, s *lake.Snapshot, query string) ([][]any, error) {
	temp, err := os.MkdirTemp(filepath.Join(n.workspace.Root, "tmp"), "engine-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temp)
	eng, err := openEngine(ctx, n.cfg.Engine, model.DuckDBOptions{TempDir: temp, Readable: []string{n.lake.Root()}})
	if err != nil {
		return nil, err
	}
	defer eng.Close()
	for _, t := range s.Tables {
		if !strings.Contains(query, "raw."+t.Name) {
			continue
		}
		if err := eng.AttachParts(ctx, "raw."+t.Name, n.lake.Parts(s, t.Name)); err != nil {
			return nil, err
		}
	}
	rows, err := eng.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	return rows.Values, nil
}

// keyRepeats says whether some key of a table stands more than once, NULL being a value.
func (n *night) keyRepeats(ctx context.Context, s lake.Snapshot, table string, key []string) (bool, error) {
	quoted := make([]string, len(key))
	for i, c := range key {
		quoted[i] = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
	}
	rows, err := n.askLake(ctx, &s, fmt.Sprintf("select 1 from raw.%s group by %s having count(*) > 1 limit 1", table, strings.Join(quoted, ", ")))
	if err != nil {
		return false, fmt.Errorf("find repeated keys of %s: %w", table, err)
	}
	return len(rows) > 0, nil
}

// keptUnique says that a table's key cannot repeat: one mapping fills it by its changes, and what
// that mapping keeps unique is part of the key.
func keptUnique(t lake.TableSnapshot, increments []lake.Increment, key []string) bool {
	for _, p := range t.Partitions {
		if p.Mapping != 0 {
			return false
		}
	}
	i := slices.IndexFunc(increments, func(inc lake.Increment) bool { return inc.Table == t.Name && inc.Mapping == 0 })
	if i < 0 || increments[i].State[stateWhole] != "" {
		return false
	}
	return within(increments[i].Key, key)
}

// within says that some columns are all among others; no columns are not.
func within(columns, of []string) bool {
	return len(columns) > 0 && !slices.ContainsFunc(columns, func(c string) bool { return !slices.Contains(of, c) })
}

// keyOf are the mapped columns that identify a row of a canonical table, nil where they cannot.
func keyOf(t lake.TableSnapshot) []string {
	table, ok := lake.TableNamed(t.Name)
	if !ok || len(table.Key) == 0 {
		return nil
	}
	var columns []string
	for _, c := range table.Key {
		switch {
		case slices.Contains(t.Mapped, c):
			columns = append(columns, c)
		case c != "valid_from": // a product without validity is one row
			return nil
		}
	}
	return columns
}

func duplicateQuery(table string, columns []string) string {
	by := strings.Join(columns, ", ")
	parts := make([]string, len(columns))
	for i, c := range columns {
		parts[i] = fmt.Sprintf("'%s=' || cast(%s as varchar)", c, c)
	}
	if table == "customers" || table == "products" {
		by += ", _mapping"
	}
	return fmt.Sprintf("select * from (select '%s', %s, count(*) from raw.%s where %s is not null group by %s having count(*) > 1 order by 2 limit %d)",
		table, strings.Join(parts, " || ',' || "), table, strings.Join(columns, " is not null and "), by, listedDuplicates)
}
