package publish

import (
	"strings"
	"testing"
)

func TestTheReportNamesWhatDecidesWhoLeftAndWhereSourcesDisagree(t *testing.T) {
	d := company()
	s := newSpeech("en", d.Currency)
	said := strings.ReplaceAll(strings.Join(leavingFindings(s, d), " "), "\u00a0", " ")
	for _, want := range []string{
		"decided by: stated departure (35 customers) and silence (23 customers)",
		"Counted only, over all of history: chance to be alive by the purchase model (74 customers)",
		"disagree about 65 customers",
		"Of 78 leavings in all of history, 10 ended with a return (12.8 %); 7 of these are still here",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not in %q", want, said)
		}
	}
}

func TestSegmentsAreComparedByEnoughCustomersAndASingleOneIsNotShown(t *testing.T) {
	d := company()
	s := newSpeech("en", d.Currency)
	sec, shown := staySection(s, d)
	if !shown || !strings.Contains(sec.Findings[0], "distributor") || strings.Contains(sec.Findings[0], "smaller") {
		t.Errorf("%v does not compare the distributors with the others, or compares a group of four", sec.Findings)
	}
	if n := len(sec.Heat.Rows); n != 5 || !sec.Heat.Rows[0].Pooled || sec.Heat.Rows[4].Name != "region: all smaller ones" {
		t.Errorf("the heat map has the rows %+v", sec.Heat.Rows)
	}
	d.StayBy = d.StayBy[:1]
	if _, shown := staySection(s, d); shown {
		t.Error("everybody alone is compared with nobody")
	}
}
