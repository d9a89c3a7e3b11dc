package publish

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// luminance is the relative luminance of WCAG 2.
func luminance(hex string) float64 {
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, _ := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func contrast(a, b string) float64 {
	light, dark := luminance(a), luminance(b)
	return (max(light, dark) + 0.05) / (min(light, dark) + 0.05)
}

// colours reads the named colours of the style sheet, as light and dark screens show them.
func colours(t *testing.T) (schemes map[string]map[string]string, css string) {
	t.Helper()
	sheet, err := reportTemplates.ReadFile("templates/report.css")
	if err != nil {
		t.Fatal(err)
	}
	light, rest, ok := strings.Cut(string(sheet), "@media screen and (prefers-color-scheme: dark)")
	if !ok {
		t.Fatal("the style sheet has no colours for dark screens")
	}
	dark, _, _ := strings.Cut(rest, "\n}\n")
	schemes = map[string]map[string]string{}
	for scheme, part := range map[string]string{"light": light, "dark": dark} {
		schemes[scheme] = map[string]string{}
		for _, m := range regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6})`).FindAllStringSubmatch(part, -1) {
			schemes[scheme][m[1]] = m[2]
		}
	}
	return schemes, string(sheet)
}

func TestTextAndMarksStandOutFromTheirGround(t *testing.T) {
	schemes, _ := colours(t)
	for scheme, c := range schemes {
		for _, text := range []string{"ink", "quiet", "blue", "blue-deep", "orange"} {
			for _, ground := range []string{"paper", "ground"} {
				if r := contrast(c[text], c[ground]); r < 4.5 {
					t.Errorf("%s: text in %s on %s has a contrast of %.2f, less than 4.5", scheme, text, ground, r)
				}
			}
		}
		if r := contrast(c["ink"], c["hatch"]); r < 4.5 {
			t.Errorf("%s: the figure of an unfinished cell has a contrast of %.2f", scheme, r)
		}
		for _, mark := range []string{"blue", "blue-deep", "blue-mid", "orange", "grey", "axis"} {
			for _, ground := range []string{"paper", "ground"} {
				if r := contrast(c[mark], c[ground]); r < 3 {
					t.Errorf("%s: a mark in %s on %s has a contrast of %.2f, less than 3", scheme, mark, ground, r)
				}
			}
		}
	}
}

func TestTheStepsOfTheHeatMapAreReadAndToldApartInGrey(t *testing.T) {
	schemes, css := colours(t)
	for scheme, c := range schemes {
		before := map[string]float64{"light": 2, "dark": -1}[scheme]
		for i, step := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
			text := c["ink"]
			if strings.Contains(css, fmt.Sprintf(".q%d { background: var(--ramp-%s); color: var(--on-ramp); }", i, step)) {
				text = c["on-ramp"]
			}
			if r := contrast(text, c["ramp-"+step]); r < 4.5 {
				t.Errorf("%s: the figure on step %d of the ramp has a contrast of %.2f", scheme, i, r)
			}
			l := luminance(c["ramp-"+step])
			if scheme == "light" && l >= before || scheme == "dark" && l <= before {
				t.Errorf("%s: step %d of the ramp does not go on from the one before, so it is lost in grey", scheme, i)
			}
			before = l
		}
	}
}

func TestEveryColourIsNamedInBothSchemes(t *testing.T) {
	schemes, css := colours(t)
	for name := range schemes["light"] {
		if schemes["dark"][name] == "" || len(schemes["light"]) != len(schemes["dark"]) {
			t.Errorf("%s is no colour of dark screens", name)
		}
	}
	_, rules, _ := strings.Cut(css, "* { box-sizing")
	if hex := regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b`).FindString(rules); hex != "" {
		t.Errorf("%s is written into a rule, so that dark screens show it as it is", hex)
	}
}

func TestTheTiersAreToldApartInGrey(t *testing.T) {
	schemes, _ := colours(t)
	for scheme, c := range schemes {
		for _, pair := range [][2]string{{"blue-deep", "blue-mid"}, {"blue-mid", "orange"}, {"orange", "grey"}, {"blue-deep", "orange"}} {
			if r := contrast(c[pair[0]], c[pair[1]]); r < 1.2 {
				t.Errorf("%s: %s and %s differ by %.2f only", scheme, pair[0], pair[1], r)
			}
		}
	}
}

func TestTheReportUsesNeitherRedNorGreen(t *testing.T) {
	_, css := colours(t)
	for _, hex := range regexp.MustCompile(`#[0-9a-f]{6}`).FindAllString(strings.ToLower(css), -1) {
		r, _ := strconv.ParseInt(hex[1:3], 16, 0)
		g, _ := strconv.ParseInt(hex[3:5], 16, 0)
		b, _ := strconv.ParseInt(hex[5:7], 16, 0)
		if g > r+24 && g > b+24 || r > 150 && g < 70 && b < 70 {
			t.Errorf("%s is red or green", hex)
		}
	}
}
