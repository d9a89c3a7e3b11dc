package analysis

import (
	"strings"
	"testing"
)

func TestASatisfactionPolicySaysWhatIsWrongWithIt(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(*SatisfactionPolicy)
		want string
	}{
		{"a scale from high to low", func(p *SatisfactionPolicy) { p.Scale = Scale{10, 0} }, "satisfaction.scale goes from 10 to 0: write the lowest score first"},
		{"a scale of one score", func(p *SatisfactionPolicy) { p.Compared = Scale{5, 5} }, "satisfaction.compared goes from 5 to 5"},
		{"an endless scale", func(p *SatisfactionPolicy) { p.Scale = Scale{0, 5000} }, "satisfaction.scale goes from 0 to 5000: use -100 to 1000"},
		{"an unknown element", func(p *SatisfactionPolicy) { p.Elements = []ElementWord{{"price", "dear"}} }, `satisfaction.elements is "price"`},
		{"a word for everything", func(p *SatisfactionPolicy) { p.Elements = []ElementWord{{Contact, " * "}} }, "fits every text or none"},
		{"a word under two elements", func(p *SatisfactionPolicy) { p.Elements = []ElementWord{{Contact, "Desk"}, {ImageElement, " desk"}} }, `" desk" stands under contact already`},
		{"the name of another element", func(p *SatisfactionPolicy) { p.Elements = []ElementWord{{Contact, "Service"}} }, `"Service" is the name of another element`},
		{"asking twice", func(p *SatisfactionPolicy) { p.Asked = []string{"mail", "mail"} }, "satisfaction.asked names mail twice"},
		{"every contact failed", func(p *SatisfactionPolicy) { p.Unanswered = []string{"*"} }, `satisfaction.unanswered: "*" fits every contact or none`},
	} {
		var p SatisfactionPolicy
		c.set(&p)
		if err := p.Validate(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
	good := SatisfactionPolicy{Scale: Scale{-5, 5}, Compared: Scale{1, 7}, Elements: []ElementWord{{Contact, "desk"}, {Contact, "desk"}, {ImageElement, "*fame*"}}, Asked: []string{"survey"}}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	if err := (SatisfactionPolicy{}).Validate(); err != nil {
		t.Error(err)
	}
}

func TestTheCompanysWordsComeBeforeTheNamesOfTheElements(t *testing.T) {
	p := SatisfactionPolicy{Elements: []ElementWord{{ImageElement, "Ｆame*"}}, Asked: []string{"Mail"}, Unanswered: []string{"no answer"}}
	words := p.Words()
	if w := words[0]; w.Kind != "element" || w.Meaning != ImageElement || w.Word != "fame%" || !w.IsPattern || w.Position != 1 {
		t.Errorf("the first word is %+v", w)
	}
	named := map[string]string{}
	for _, w := range words {
		named[w.Kind+" "+w.Word] = w.Meaning
	}
	for word, meaning := range map[string]string{"element product_quality": ProductQuality, "element product quality": ProductQuality, "element contact": Contact, "asked mail": "asked", "unanswered no answer": "unanswered"} {
		if named[word] != meaning {
			t.Errorf("%s means %q, want %q", word, named[word], meaning)
		}
	}
}
