package extract

import (
	"context"
	"fmt"
	"hash/crc32"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// keyBuckets is into how many buckets the keys of a table fall for comparison: the keys of a
// bucket that differs are read again, and no others.
const keyBuckets = 4096

// The marks between the columns of a key, and for NULL in one: control characters that no key
// holds.
const (
	keySeparator = "\x1f"
	keyNull      = "\x1e"
)

// KeyText joins the columns of a key as the source writes them; nil is NULL.
func KeyText(columns []*string) string {
	parts := make([]string, len(columns))
	for i, c := range columns {
		parts[i] = keyNull
		if c != nil {
			parts[i] = *c
		}
	}
	return strings.Join(parts, keySeparator)
}

// KeySums are rows and the sum of their keys' hashes modulo 2^64, by bucket of the hash.
type KeySums struct {
	Rows, Sums [keyBuckets]uint64
	form       keyForm
	hash       func([]byte) uint64
}

// keyForm says what is hashed of a row.
type keyForm struct {
	columns []string
	whole   bool // all are integers and never NULL: PostgreSQL hashes them without spelling them
}

// Add counts one key.
func (s *KeySums) Add(key []byte) {
	h := s.hash(key)
	s.Rows[h%keyBuckets]++
	s.Sums[h%keyBuckets] += h
}

// Bucket is where a key falls.
func (s *KeySums) Bucket(key []byte) int { return int(s.hash(key) % keyBuckets) }

// Empty are sums of no keys under the same hash.
func (s *KeySums) Empty() KeySums { return KeySums{form: s.form, hash: s.hash} }

// In are some buckets, as a filter for the source.
func (s *KeySums) In(buckets []int) *Buckets { return &Buckets{form: s.form, in: buckets} }

// Total is the number of rows.
func (s *KeySums) Total() int64 {
	var n uint64
	for _, rows := range s.Rows {
		n += rows
	}
	return int64(n)
}

// Differing lists the buckets in which two sums are not equal.
func (s *KeySums) Differing(o *KeySums) []int {
	var out []int
	for b := range keyBuckets {
		if s.Rows[b] != o.Rows[b] || s.Sums[b] != o.Sums[b] {
			out = append(out, b)
		}
	}
	return out
}

// Buckets keeps the rows whose key falls into one of some buckets.
type Buckets struct {
	form keyForm
	in   []int
}

func (b *Buckets) where(d dialect) string {
	if len(b.in) == 0 {
		return "1 = 0"
	}
	list := make([]string, len(b.in))
	for i, n := range b.in {
		list[i] = strconv.Itoa(n)
	}
	return fmt.Sprintf("(%s & %d) in (%s)", keyHash(d, b.form), keyBuckets-1, strings.Join(list, ", "))
}

// keyHash is the hash of a row's key in the dialect's words; goHash computes the same.
func keyHash(d dialect, form keyForm) string {
	if form.whole {
		return wholeKeyHash(d, form.columns)
	}
	parts := make([]string, len(form.columns))
	for i, k := range form.columns {
		switch k = d.quote(k); d {
		case postgresSQL:
			parts[i] = "coalesce(" + k + `::text, E'\x1e')`
		case mysqlSQL:
			parts[i] = "coalesce(convert(" + k + " using utf8mb4), char(30 using utf8mb4))"
		default:
			parts[i] = "coalesce(cast(" + k + " as text), char(30))"
		}
	}
	switch d {
	case postgresSQL:
		return "pg_catalog.hashtextextended((" + strings.Join(parts, ` || E'\x1f' || `) + `) collate "C", 0)`
	case mysqlSQL:
		return "crc32(concat_ws(char(31 using utf8mb4), " + strings.Join(parts, ", ") + "))"
	}
	return sqliteHash + "(" + strings.Join(parts, " || char(31) || ") + ")"
}

// goHash is keyHash in Go.
func goHash(d dialect, form keyForm) func([]byte) uint64 {
	switch {
	case form.whole:
		return wholeKeyGoHash
	case d == mysqlSQL:
		return func(key []byte) uint64 { return uint64(crc32.ChecksumIEEE(key)) }
	}
	return jenkinsHash
}

// NoKeys are sums of no keys under the hash that KeySums uses.
func (d *databaseSource) NoKeys(ctx context.Context, q Query, key []string) (KeySums, error) {
	form := keyForm{columns: key}
	if d.dialect == postgresSQL && q.Select == "" {
		t, err := d.table(ctx, q.Relation)
		if err != nil {
			return KeySums{}, d.readError(err)
		}
		form.whole = !slices.ContainsFunc(key, func(c string) bool {
			return !slices.Contains(t.key, c) || !isWholeNumber(t.column(c).Type)
		})
	}
	return KeySums{form: form, hash: goHash(d.dialect, form)}, nil
}

// KeySums asks the source; it reads no row itself.
func (d *databaseSource) KeySums(ctx context.Context, q Query, key []string) (KeySums, error) {
	sums, err := d.NoKeys(ctx, q, key)
	if err != nil {
		return sums, err
	}
	from, err := d.from(ctx, q)
	if err != nil {
		return sums, d.readError(err)
	}
	add := "sum(h)"
	if d.dialect == sqliteSQL { // its sum of integers ends at 64 bits
		add = "sum(h & 4294967295) || ' ' || sum((h >> 32) & 4294967295)"
	}
	query := fmt.Sprintf("select h & %d, count(*), %s from (select %s as h from %s) as k group by h & %d",
		keyBuckets-1, add, keyHash(d.dialect, sums.form), from, keyBuckets-1)
	d.mu.Lock()
	defer d.mu.Unlock()
	rows, err := queryRows(ctx, d.session, query)
	if err != nil {
		return sums, d.readError(fmt.Errorf("compare keys: %w", err))
	}
	for _, r := range rows {
		bucket, err := strconv.Atoi(r[0])
		if err == nil && (bucket < 0 || bucket >= keyBuckets) {
			err = fmt.Errorf("there is no bucket %d", bucket)
		}
		if err == nil {
			sums.Rows[bucket], err = strconv.ParseUint(r[1], 10, 64)
		}
		if err == nil {
			sums.Sums[bucket], err = modulo64(r[2])
		}
		if err != nil {
			return sums, d.readError(fmt.Errorf("compare keys: %w", err))
		}
	}
	return sums, nil
}

// modulo64 reads a sum of any size, or one of two halves.
func modulo64(text string) (uint64, error) {
	low, high, halves := strings.Cut(text, " ")
	n, ok := new(big.Int).SetString(low, 10)
	if ok && halves {
		var h *big.Int
		if h, ok = new(big.Int).SetString(high, 10); ok {
			n.Add(n, h.Lsh(h, 32))
		}
	}
	if !ok {
		return 0, fmt.Errorf("%q is no sum of hashes", text)
	}
	return n.And(n, new(big.Int).SetUint64(1<<64-1)).Uint64(), nil // two's complement also where it is negative
}
