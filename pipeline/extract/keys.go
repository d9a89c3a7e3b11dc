package extract

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/big"
	"math/bits"
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
	hash       func([]byte) uint64
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
func (s *KeySums) Empty() KeySums { return KeySums{hash: s.hash} }

// Total is the number of rows.
func (s *KeySums) Total() int64 {
	var n uint64
	for _, rows := range s.Rows {
		n += rows
	}
	return int64(n)
}

// Differing lists the buckets in which two sums are not equal. Without hashes only counts are
// compared.
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
	Key []string
	In  []int
}

func (b *Buckets) where(d dialect) string {
	list := make([]string, len(b.In))
	for i, n := range b.In {
		list[i] = strconv.Itoa(n)
	}
	return fmt.Sprintf("(%s & %d) in (%s)", keyHash(d, b.Key), keyBuckets-1, strings.Join(list, ", "))
}

// keyHash is the hash of a row's key in the dialect's words; goHash computes the same.
func keyHash(d dialect, key []string) string {
	parts := make([]string, len(key))
	for i, k := range key {
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
func goHash(d dialect) func([]byte) uint64 {
	if d == mysqlSQL {
		return func(key []byte) uint64 { return uint64(crc32.ChecksumIEEE(key)) }
	}
	return jenkinsHash
}

// KeySums asks the source; it reads no row itself.
func (d *databaseSource) KeySums(ctx context.Context, q Query, key []string) (KeySums, error) {
	sums := KeySums{hash: goHash(d.dialect)}
	from, err := d.from(ctx, q)
	if err != nil {
		return sums, d.readError(err)
	}
	add := "sum(h)"
	if d.dialect == sqliteSQL { // its sum of integers ends at 64 bits
		add = "sum(h & 4294967295) || ' ' || sum((h >> 32) & 4294967295)"
	}
	query := fmt.Sprintf("select h & %d, count(*), %s from (select %s as h from %s) as k group by h & %d",
		keyBuckets-1, add, keyHash(d.dialect, key), from, keyBuckets-1)
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

// jenkinsHash is PostgreSQL's 64-bit hash of a text with seed 0 (hash_bytes_extended): Bob
// Jenkins' lookup3 of 2006, on little-endian words. Hash partitions rely on it, so it stays.
func jenkinsHash(key []byte) uint64 {
	a := 0x9e3779b9 + uint32(len(key)) + 3923095
	b, c := a, a
	for ; len(key) >= 12; key = key[12:] {
		a += binary.LittleEndian.Uint32(key)
		b += binary.LittleEndian.Uint32(key[4:])
		c += binary.LittleEndian.Uint32(key[8:])
		a -= c
		a ^= bits.RotateLeft32(c, 4)
		c += b
		b -= a
		b ^= bits.RotateLeft32(a, 6)
		a += c
		c -= b
		c ^= bits.RotateLeft32(b, 8)
		b += a
		a -= c
		a ^= bits.RotateLeft32(c, 16)
		c += b
		b -= a
		b ^= bits.RotateLeft32(a, 19)
		a += c
		c -= b
		c ^= bits.RotateLeft32(b, 4)
		b += a
	}
	for i, v := range key { // the lowest byte of c stands for the length
		switch {
		case i < 4:
			a += uint32(v) << (8 * i)
		case i < 8:
			b += uint32(v) << (8 * (i - 4))
		default:
			c += uint32(v) << (8 * (i - 7))
		}
	}
	c ^= b
	c -= bits.RotateLeft32(b, 14)
	a ^= c
	a -= bits.RotateLeft32(c, 11)
	b ^= a
	b -= bits.RotateLeft32(a, 25)
	c ^= b
	c -= bits.RotateLeft32(b, 16)
	a ^= c
	a -= bits.RotateLeft32(c, 4)
	b ^= a
	b -= bits.RotateLeft32(a, 14)
	c ^= b
	c -= bits.RotateLeft32(b, 24)
	return uint64(b)<<32 | uint64(c)
}
