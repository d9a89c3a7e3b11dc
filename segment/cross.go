package segment

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// crossSign stands between the two names of a crossed segmentation and between its segments.
const crossSign = " × "

// Cross asks for a segmentation whose segments are those of two others at once: age × tier gives
// 18-24 × high.
type Cross struct{ First, Second string }

// Name is the segmentation's name in the marts.
func (c Cross) Name() string { return c.First + crossSign + c.Second }

// Validate says what is wrong with a cross, all of it, one sentence each. Whether its
// segmentations exist is known only with the company's attributes and own models.
func (c Cross) Validate() error {
	var errs []error
	for _, name := range []string{c.First, c.Second} {
		switch {
		case strings.TrimSpace(name) == "":
			errs = append(errs, errors.New("segments.crossed has an empty name: name two segmentations"))
		case strings.Contains(name, crossSign):
			errs = append(errs, fmt.Errorf("segments.crossed crosses %q again: name two segmentations that are no cross", name))
		}
	}
	if c.First == c.Second {
		errs = append(errs, fmt.Errorf("segments.crossed crosses %s with itself: name two segmentations", c.First))
	}
	return errors.Join(errs...)
}

// Segmentations are the segmentations that Pharos makes of every company's customers; an own one
// has another name.
func Segmentations() []string {
	return []string{"kind", "region", "country", "age", "income", "rfm", "lifecycle", "tier"}
}

// NoSegmentation names the company as a whole where a ranking is by segmentation.
const NoSegmentation = "none"

// crossed says both sides of a cross in a language.
func crossed(lang, word string) (string, bool) {
	first, second, isCross := strings.Cut(word, crossSign)
	if !isCross || slices.Contains([]string{first, second}, "") {
		return "", false
	}
	return Word(lang, first) + crossSign + Word(lang, second), true
}
