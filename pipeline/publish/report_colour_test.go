package publish

import (
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

// colours reads the named colours of the style sheet.
func colours(t *testing.T) (named map[string]string, css string) {
	t.Helper()
	sheet, err := reportTemplates.ReadFile("templates/report.css")
	if err != nil {
		t.Fatal(err)
	}
	named = map[string]string{}
	for _, m := range regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6})`).FindAllStringSubmatch(string(sheet), -1) {
		named[m[1]] = m[2]
	}
	return named, string(sheet)
}

func TestTextAndMarksStandOutFromTheirGround(t *testing.T) {
	c, css := colours(t)
	for _, text := range []string{"ink", "quiet", "blue", "blue-deep", "orange"} {
		for _, ground := range []string{"paper", "ground"} {
			if r := contrast(c[text], c[ground]); r < 4.5 {
				t.Errorf("text in %s on %s has a contrast of %.2f, less than 4.5", text, ground, r)
			}
		}
	}
	for _, mark := range []string{"blue", "blue-deep", "blue-mid", "orange", "grey"} {
		if r := contrast(c[mark], c["paper"]); r < 3 {
			t.Errorf("a mark in %s has a contrast of %.2f, less than 3", mark, r)
		}
	}
	steps := regexp.MustCompile(`\.q\d \{ background: (#[0-9a-f]{6});( color: #fff;)?`).FindAllStringSubmatch(css, -1)
	if len(steps) != 8 {
		t.Fatalf("the ramp has %d steps, not 8", len(steps))
	}
	before := 2.0
	for i, s := range steps {
		text := c["ink"]
		if s[2] != "" {
			text = "#ffffff"
		}
		if r := contrast(text, s[1]); r < 4.5 {
			t.Errorf("the figure on step %d of the ramp has a contrast of %.2f", i, r)
		}
		if l := luminance(s[1]); l >= before {
			t.Errorf("step %d of the ramp is not darker than the one before, so it is lost in grey", i)
		} else {
			before = l
		}
	}
}

func TestTheTiersAreToldApartInGrey(t *testing.T) {
	c, _ := colours(t)
	for _, pair := range [][2]string{{"blue-deep", "blue-mid"}, {"blue-mid", "orange"}, {"orange", "grey"}, {"blue-deep", "orange"}} {
		if r := contrast(c[pair[0]], c[pair[1]]); r < 1.2 {
			t.Errorf("%s and %s differ by %.2f only", pair[0], pair[1], r)
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
