package extract

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// Tallies are what is counted of a query's rows: by the source itself, and of what came from it.
type Tallies struct {
	Rows    int64
	Columns []ColumnTally
}

// ColumnTally counts one column.
type ColumnTally struct {
	Column string
	Values int64    // that are not NULL
	Sum    *big.Rat // nil where the source does not sum the column: it holds no exact numbers
}

// Differ says in words where what was read is not what the source counts; empty when it is.
func (t Tallies) Differ(source Tallies) string {
	var said []string
	if t.Rows != source.Rows {
		said = append(said, fmt.Sprintf("%d rows were read, the source has %d", t.Rows, source.Rows))
	}
	for _, want := range source.Columns {
		i := slices.IndexFunc(t.Columns, func(c ColumnTally) bool { return c.Column == want.Column })
		if i < 0 {
			continue
		}
		got := t.Columns[i]
		if got.Values != want.Values {
			said = append(said, fmt.Sprintf("column %s: %d values were read, the source has %d", want.Column, got.Values, want.Values))
		}
		if got.Sum != nil && want.Sum != nil && got.Sum.Cmp(want.Sum) != 0 {
			said = append(said, fmt.Sprintf("column %s: the values read add up to %s, the source's to %s", want.Column, ratText(got.Sum), ratText(want.Sum)))
		}
	}
	return strings.Join(said, "; ")
}

// ratText writes a sum of decimals exactly.
func ratText(r *big.Rat) string {
	digits, _ := r.FloatPrec()
	return r.FloatString(digits)
}

// Sums asks the source to count its rows, and per column the values and, of exact numbers, their
// sum. The columns of a SELECT are only counted: their types are not known.
func (d *databaseSource) Sums(ctx context.Context, q Query) (Tallies, error) {
	from, err := d.from(ctx, q)
	if err != nil {
		return Tallies{}, d.readError(err)
	}
	var t table
	if q.Relation != "" {
		if t, err = d.table(ctx, q.Relation); err != nil {
			return Tallies{}, d.readError(err)
		}
	}
	list := []string{"count(*)"}
	var summed []bool
	for _, name := range q.Columns {
		quoted := d.dialect.quote(name)
		sums := d.dialect.isExact(t.column(name).Type)
		list = append(list, "count("+quoted+")")
		if sums {
			list = append(list, "sum("+quoted+")")
		}
		summed = append(summed, sums)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	rows, err := queryRows(ctx, d.session, "select "+strings.Join(list, ", ")+" from "+from+q.Filter.where(d.dialect))
	if err == nil && (len(rows) != 1 || len(rows[0]) != len(list)) {
		err = unreachable(errors.New("the server gave no answer to a question of one row"))
	}
	if err != nil {
		return Tallies{}, d.readError(fmt.Errorf("verify sums of %s: %w", q.what(), err))
	}
	return talliesOf(q.Columns, summed, rows[0])
}

// talliesOf reads the source's answer.
func talliesOf(columns []string, summed []bool, cells []string) (Tallies, error) {
	number := func() (n int64, err error) {
		n, err = strconv.ParseInt(cells[0], 10, 64)
		cells = cells[1:]
		return n, err
	}
	var t Tallies
	var err error
	if t.Rows, err = number(); err != nil {
		return t, fmt.Errorf("verify sums: %w", err)
	}
	for i, name := range columns {
		c := ColumnTally{Column: name}
		if c.Values, err = number(); err != nil {
			return t, fmt.Errorf("verify sums: %w", err)
		}
		if summed[i] {
			if sum, ok := new(big.Rat).SetString(cells[0]); ok {
				c.Sum = sum
			} else if cells[0] == "" {
				c.Sum = new(big.Rat)
			} // a NaN among the numbers: there is no sum
			cells = cells[1:]
		}
		t.Columns = append(t.Columns, c)
	}
	return t, nil
}

// isExact says whether a column's declared type holds integers or decimals: sums of floats depend
// on their order.
func (d dialect) isExact(kind string) bool {
	kind, _, _ = strings.Cut(strings.ToLower(kind), "(")
	kind = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSpace(kind), " unsigned"), " zerofill")
	switch d {
	case postgresSQL:
		return slices.Contains([]string{"smallint", "integer", "bigint", "numeric"}, kind)
	case mysqlSQL:
		return slices.Contains([]string{"tinyint", "smallint", "mediumint", "int", "bigint", "decimal"}, kind)
	}
	return false // a column of SQLite holds what it likes
}

// sums add up columns of records: int64 by scale, and what does not fit as fractions.
type sums struct {
	columns []string
	values  []int64
	small   [][maxScale + 1]longSum
	large   []*big.Rat
	broken  []bool // a value is no number: the column has no sum
	rows    int64
}

const maxScale = 18

// longSum is a sum of int64: hi counts the overflows of lo.
type longSum struct{ hi, lo int64 }

func (w *longSum) add(v int64) {
	sum := w.lo + v
	if v > 0 && sum < w.lo {
		w.hi++
	}
	if v < 0 && sum > w.lo {
		w.hi--
	}
	w.lo = sum
}

func (w longSum) big() *big.Int {
	n := new(big.Int).Lsh(big.NewInt(w.hi), 64)
	return n.Add(n, big.NewInt(w.lo))
}

// take counts a record of the source.
func (s *sums) take(rec arrow.RecordBatch, exact map[string]bool) {
	if s.columns == nil {
		for i := range int(rec.NumCols()) {
			s.columns = append(s.columns, rec.ColumnName(i))
		}
		n := len(s.columns)
		s.values, s.small, s.large, s.broken = make([]int64, n), make([][maxScale + 1]longSum, n), make([]*big.Rat, n), make([]bool, n)
	}
	s.rows += rec.NumRows()
	for i, col := range rec.Columns() {
		s.values[i] += int64(col.Len() - col.NullN())
		if !exact[s.columns[i]] || s.broken[i] {
			continue
		}
		switch col := col.(type) {
		case *array.String:
			s.texts(i, col)
		case *array.Decimal64:
			scale := int(col.DataType().(*arrow.Decimal64Type).Scale)
			s.numbers(i, col, scale, func(row int) int64 { return int64(col.Value(row)) })
		case *array.Int64:
			s.numbers(i, col, 0, func(row int) int64 { return col.Value(row) })
		case *array.Int32:
			s.numbers(i, col, 0, func(row int) int64 { return int64(col.Value(row)) })
		default:
			s.broken[i] = true
		}
	}
}

func (s *sums) numbers(i int, col arrow.Array, scale int, value func(int) int64) {
	sum := &s.small[i][scale]
	for row := range col.Len() {
		if col.IsValid(row) {
			sum.add(value(row))
		}
	}
}

func (s *sums) texts(i int, col *array.String) {
	for row := range col.Len() {
		if col.IsNull(row) {
			continue
		}
		text := col.Value(row)
		if v, scale, ok := parsePlain(text, false); ok && scale <= maxScale {
			s.small[i][scale].add(v)
			continue
		}
		r, ok := new(big.Rat).SetString(text)
		if !ok {
			s.broken[i] = true // NaN or infinity: the source's own sum is none either
			return
		}
		if s.large[i] == nil {
			s.large[i] = new(big.Rat)
		}
		s.large[i].Add(s.large[i], r)
	}
}

// add takes the sums of another worker.
func (s *sums) add(o *sums) {
	if o.columns == nil {
		return
	}
	if s.columns == nil {
		*s = *o
		return
	}
	s.rows += o.rows
	for i := range s.columns {
		s.values[i] += o.values[i]
		s.broken[i] = s.broken[i] || o.broken[i]
		for scale := range s.small[i] {
			w, v := &s.small[i][scale], o.small[i][scale]
			w.add(v.lo)
			w.hi += v.hi
		}
		if o.large[i] != nil {
			if s.large[i] == nil {
				s.large[i] = new(big.Rat)
			}
			s.large[i].Add(s.large[i], o.large[i])
		}
	}
}

// tallies are the sums as the source gives its own.
func (s *sums) tallies() Tallies {
	t := Tallies{Rows: s.rows}
	for i, name := range s.columns {
		c := ColumnTally{Column: name, Values: s.values[i]}
		if !s.broken[i] {
			c.Sum = new(big.Rat)
			for scale, w := range s.small[i] {
				if w != (longSum{}) {
					c.Sum.Add(c.Sum, new(big.Rat).SetFrac(w.big(), tenTo(scale)))
				}
			}
			if s.large[i] != nil {
				c.Sum.Add(c.Sum, s.large[i])
			}
		}
		t.Columns = append(t.Columns, c)
	}
	return t
}

func tenTo(scale int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)
}

// Exact names the columns that the source sums up.
func (t Tallies) Exact() map[string]bool {
	out := map[string]bool{}
	for _, c := range t.Columns {
		out[c.Column] = c.Sum != nil
	}
	return out
}
