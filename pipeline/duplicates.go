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
func (n *night) duplicateKeys(ctx context.Context, s *lake.Snapshot) ([][]*string, error) {
	var queries []string
	for _, t := range s.Tables {
		if columns := keyOf(t); columns != nil {
			queries = append(queries, duplicateQuery(t.Name, columns))
		}
	}
	if len(queries) == 0 {
		return nil, nil
	}
	temp, err := os.MkdirTemp(filepath.Join(n.workspace.Root, "tmp"), "engine-")
	if err != nil {
		return nil, fmt.Errorf("find duplicate keys: %w", err)
	}
	defer os.RemoveAll(temp)
	eng, err := openEngine(ctx, n.cfg.Engine, model.DuckDBOptions{TempDir: temp, Readable: []string{n.lake.Root()}})
	if err != nil {
		return nil, err
	}
	defer eng.Close()
	for _, t := range s.Tables {
		if keyOf(t) == nil {
			continue
		}
		if err := eng.AttachParts(ctx, "raw."+t.Name, n.lake.Parts(s, t.Name)); err != nil {
			return nil, err
		}
	}
	found, err := eng.Query(ctx, strings.Join(queries, "\nunion all\n")+"\norder by 1, 2")
	if err != nil {
		return nil, fmt.Errorf("find duplicate keys: %w", err)
	}
	var rows [][]*string
	for _, v := range found.Values {
		table, key, copies := v[0].(string), v[1].(string), strconv.FormatInt(v[2].(int64), 10)
		rows = append(rows, []*string{&table, &key, &copies})
	}
	return rows, nil
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
