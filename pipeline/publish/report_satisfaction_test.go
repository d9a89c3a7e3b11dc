package publish

import (
	"fmt"
	"strings"
	"testing"

	"github.com/govalues/decimal"
)

func TestEveryFigureOfSatisfactionIsTheDatas(t *testing.T) {
	d := company()
	text := render(t, d, "en")
	page := tables(text)
	or := func(v *float64, text func(float64) string) string {
		if v == nil {
			return noValue
		}
		return text(*v)
	}
	between := func(low, high *float64, text func(float64) string) string {
		if low == nil {
			return noValue
		}
		return text(*low) + " – " + text(*high)
	}
	gap := func(v float64) string { return strings.Replace(fmt.Sprintf("%+.1f", v*100), "+0.0", "0.0", 1) }
	two := func(v float64) string { return fmt.Sprintf("%.2f", v) }
	one := func(v float64) string { return fmt.Sprintf("%.1f", v) }
	captions := map[string]string{"tier": "Satisfaction by tier", "churn_state": "Satisfaction by state", "all": "Satisfaction by element"}
	names := map[string]string{"high": "high profit", "medium": "medium profit", "zero": "no profit", "loss": "loss", "product_quality": "product quality", "contact": "contact surface",
		"other": "another element", "unknown": "element not given"}
	name := func(key string) string {
		if n, ok := names[key]; ok {
			return n
		}
		return key
	}
	for _, a := range d.Satisfaction.Answers {
		key := a.Value
		if a.By == "all" {
			key = a.Element
		}
		if key == "all" {
			continue
		}
		expectRow(t, page["satisfaction/"+captions[a.By]], name(key), whole(a.Answers), whole(a.Below), whole(a.Equal), whole(a.Above), or(a.Gap, gap), between(a.GapLow, a.GapHigh, gap),
			or(a.Mean, two), between(a.MeanLow, a.MeanHigh, two), or(a.NPS, one), between(a.NPSLow, a.NPSHigh, one))
	}
	money := func(v *decimal.Decimal) string {
		if v == nil {
			return noValue
		}
		return cash(*v)
	}
	for _, r := range d.Satisfaction.Responses {
		expectRow(t, page["satisfaction/Who answered, and who did not"], name(r.Value), whole(r.Asked), whole(r.Answered), or(r.Rate, pct), between(r.Low, r.High, pct), money(r.MeanAnswered), money(r.MeanSilent))
	}
	for _, g := range [][]string{{"contact surface", "contact that failed", "41", "33"}, {"product quality", "returned goods", "311", "128"}, {"element not given", "case or complaint", "2", "2"}} {
		expectRow(t, page["satisfaction/What else was found, by source"], g...)
	}
	said := visible(t, text)
	for _, sentence := range []string{"In the window there are 366 answers of 192 customers.", "is below their expectation in 70, equal to it in 247 and above it in 49: a gap of +5.7 points (95 % interval -0.1 to +11.5)",
		"The mean score is 7.63 (7.42 to 7.84). The net promoter score is 18.0 (9.3 to 26.5).", "Of 292 customers who were asked, 192 answered: 65.8 % (60.1 % to 71.0 %).",
		"Those who answered brought CNY 130 K each, the silent CNY 94.6 K", "177 customers, asked in the window before).", "-2.9 points in the share who left (-6.0 to +0.2; 195 customers, asked in the same window).",
		"This is an association, not an effect"} {
		if !strings.Contains(said, sentence) {
			t.Errorf("the page does not say %q", sentence)
		}
	}
}

func TestWithoutAScaleThePageSaysWhyThereIsNoScore(t *testing.T) {
	for reason, sentence := range map[string]string{"scale_unknown": "Nobody said on which scale they are", "other_scale": "The scale is neither 0 to 10 nor 1 to 5"} {
		d := company()
		d.Satisfaction.NPS = reason
		for i := range d.Satisfaction.Answers {
			a := &d.Satisfaction.Answers[i]
			a.NPS, a.NPSLow, a.NPSHigh = nil, nil, nil
		}
		if page := render(t, d, "en"); !strings.Contains(page, sentence) || strings.Contains(page, "net promoter score is") {
			t.Errorf("%s: the page does not say %q", reason, sentence)
		}
	}
	d := company()
	d.Satisfaction.NPS, d.Satisfaction.CSAT = "other_scale", "computed"
	for i := range d.Satisfaction.Answers {
		a := &d.Satisfaction.Answers[i]
		a.NPS, a.CSAT, a.CSATLow, a.CSATHigh = nil, ptr(0.4172), ptr(0.4057), ptr(0.4287)
	}
	if page := strings.ReplaceAll(render(t, d, "en"), nbsp, " "); !strings.Contains(page, "Of the scores 41.7 % are 4 or 5 (40.6 % to 42.9 %).") {
		t.Error("a scale of five has a share of the satisfied")
	}
}

func TestWhereNobodyWasSurveyedComplaintsSpeak(t *testing.T) {
	d := company()
	d.Satisfaction = Satisfaction{Signals: d.Satisfaction.Signals}
	page := render(t, d, "en")
	if !strings.Contains(page, "Nobody was surveyed in the window") || len(tables(page)["satisfaction/What else was found, by source"]) == 0 {
		t.Error("the section does not say what complaints, returns and contacts say")
	}
	d.Satisfaction = Satisfaction{}
	if strings.Contains(render(t, d, "en"), "How content customers are") {
		t.Error("a section about nothing")
	}
	d = company()
	for i := range d.Satisfaction.Answers {
		a := &d.Satisfaction.Answers[i]
		a.Below, a.Equal, a.Above, a.Gap, a.GapLow, a.GapHigh = 0, 0, 0, nil, nil, nil
	}
	if page := render(t, d, "en"); !strings.Contains(page, "None of them says what was expected") || strings.Contains(page, "satisfaction-wide") {
		t.Error("without an expectation there is nothing to draw")
	}
}
