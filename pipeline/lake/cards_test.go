package lake

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func cardsOf(t testing.TB, keys []string, lines func(string) []string) *Cards {
	t.Helper()
	c := NewCards(t.TempDir())
	w, err := c.Begin("profit")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		for _, l := range lines(k) {
			if err := w.Add(k, l); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Finish(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func TestEveryCustomerIsFoundOnTheirOwnCard(t *testing.T) {
	var keys []string
	for i := range 20_000 {
		keys = append(keys, fmt.Sprintf("C%06d", 2*i))
	}
	lines := func(key string) []string {
		if key == "C000100" { // fills many blocks alone
			return slices.Repeat([]string{strings.Repeat("x", 3000)}, 40)
		}
		return []string{"first of " + key, "", "third of " + key}
	}
	c := cardsOf(t, keys, lines)
	if len(c.files["profit"].blocks) < 20 {
		t.Fatal("few blocks only: nothing is skipped")
	}
	for i, k := range keys {
		if i%97 != 0 && k != "C000100" {
			continue
		}
		if got, err := c.Find("profit", k); err != nil || !slices.Equal(got, lines(k)) {
			t.Fatalf("%s: %d lines, %v", k, len(got), err)
		}
	}
	for _, stranger := range []string{"", "A", "C000001", "C000101", "C039999", "Z", "\x00", "\xff"} {
		if got, err := c.Find("profit", stranger); err != nil || got != nil {
			t.Errorf("%q has cards: %q, %v", stranger, got, err)
		}
	}
}

func TestAnyKeysAreFoundAndNoOthers(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		keys := rapid.SliceOfNDistinct(rapid.String(), 0, 60, rapid.ID[string]).Draw(r, "keys")
		slices.Sort(keys)
		size := rapid.IntRange(0, 2000).Draw(r, "size")
		c := cardsOf(t, keys, func(k string) []string { return []string{k + strings.Repeat("y", size)} })
		asked := append(rapid.SliceOf(rapid.String()).Draw(r, "strangers"), keys...)
		for _, k := range asked {
			got, err := c.Find("profit", k)
			if err != nil || len(got) > 1 || (len(got) == 1) != slices.Contains(keys, k) {
				r.Fatalf("%q: %d lines, %v", k, len(got), err)
			}
		}
	})
}

func TestCardsOutOfOrderAreRefusedAndTheFileGoesWithTheIndex(t *testing.T) {
	dir := t.TempDir()
	c := NewCards(dir)
	w, err := c.Begin("churn")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Add("b", "1"); err != nil {
		t.Fatal(err)
	}
	if err := w.Add("a", "2"); err == nil {
		t.Error("a key that goes back is taken")
	}
	if err := w.Discard(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("files are left: %v, %v", left, err)
	}
	if lines, err := c.Find("churn", "b"); err != nil || lines != nil {
		t.Errorf("a discarded index answers %q, %v", lines, err)
	}
}
