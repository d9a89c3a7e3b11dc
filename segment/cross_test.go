package segment

import (
	"slices"
	"testing"
)

func TestACrossIsNamedByItsTwoSegmentations(t *testing.T) {
	c := Cross{First: "age", Second: "tier"}
	if got := c.Name(); got != "age × tier" {
		t.Errorf("got %q", got)
	}
	for word, want := range map[string]string{
		"age × tier":    "年龄 × 利润层级",
		"18-24 × high":  "18-24 × 高利润",
		"gold × silver": "gold × silver",
		"×":             "×",
		" × high":       " × high",
	} {
		if got := Word(Chinese, word); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

func TestEverySegmentationHasAWord(t *testing.T) {
	for _, name := range Segmentations() {
		if !slices.Contains(Known(), name) {
			t.Errorf("no word for %s", name)
		}
	}
}

func TestACrossIsOfTwoSegmentationsThatAreNoCross(t *testing.T) {
	judge(t, map[string]problem{
		"two":           {policy: Cross{"age", "tier"}},
		"with itself":   {Cross{"age", "age"}, []string{"crosses age with itself"}},
		"with nothing":  {Cross{"age", " "}, []string{"empty name"}},
		"with a cross":  {Cross{"age × tier", "kind"}, []string{`crosses "age × tier" again`}},
		"own and other": {policy: Cross{"club", "size_class"}},
	})
}
