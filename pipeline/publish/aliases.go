package publish

import (
	"crypto/hmac"
	"crypto/sha256"
	"slices"

	"github.com/pharos-analytics/pharos/segment"
)

// Aliases are what stands in for names where a report is shown to people who may not know whom it
// is about. Key is the key of row ids: without it an alias could be found out by trying names.
// Known are those of the data's own words (Words) that are a customer's name or id.
type Aliases struct {
	Key   []byte
	Known map[string]bool
}

// aliasLetters are those that nobody takes for another.
const aliasLetters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

// aliasLength letters make a thousand million aliases: two of a report's few hundred customers
// share one in fewer than one report of ten thousand.
const aliasLength = 6

// code is the same for the same person on every night, and says nothing to who has no key.
func (a Aliases) code(kind, id string) string {
	h := hmac.New(sha256.New, a.Key)
	h.Write([]byte("alias\x00" + kind + "\x00" + id))
	sum := h.Sum(nil)
	letters := make([]byte, aliasLength)
	for i := range letters {
		letters[i] = aliasLetters[sum[i]%32]
	}
	return string(letters)
}

// Words are the texts of the report that the company wrote itself, beside names and ids of
// customers: kinds, segments, groups of needs, products, stages.
func (d ReportData) Words() []string {
	var texts []string
	d.eachWord(func(text *string) { texts = append(texts, *text) })
	slices.Sort(texts)
	return slices.Compact(texts)
}

func (d *ReportData) eachWord(see func(*string)) {
	for _, rows := range [][]RankedCustomer{d.Top, d.Bottom} {
		for i := range rows {
			see(&rows[i].Kind)
		}
	}
	for i := range d.Segments {
		see(&d.Segments[i].Segment)
	}
	for i := range d.StayBy {
		see(&d.StayBy[i].Value)
	}
	for i := range d.Needs {
		see(&d.Needs[i].Value)
	}
	for i := range d.Contracts.By {
		see(&d.Contracts.By[i].Segment)
	}
	for i := range d.Satisfaction.Answers {
		see(&d.Satisfaction.Answers[i].Value)
	}
	for i := range d.Satisfaction.Responses {
		see(&d.Satisfaction.Responses[i].Value)
	}
	for i := range d.Funnel.Stages {
		see(&d.Funnel.Stages[i].Stage)
	}
	for i := range d.Funnel.Pipeline {
		see(&d.Funnel.Pipeline[i].Stage)
	}
	for i := range d.Baskets.Together {
		p := &d.Baskets.Together[i]
		for _, text := range []*string{&p.A, &p.B, &p.NameA, &p.NameB} {
			see(text)
		}
	}
	for i := range d.Actions {
		see(&d.Actions[i].Action)
	}
}

// Aliased is the data with every customer, contract and owner under an alias and without the
// places of bad rows, which name keys. What a company has written into an action or a segment stays
// unless it is a customer's very name or id.
func Aliased(d ReportData, a Aliases, lang string) ReportData {
	s := newSpeech(lang, d.Currency)
	customer := func(name, id *string) {
		*id = s.say("alias.customer", a.code("customer", *id))
		*name = *id
	}
	owner := func(id *string) {
		if *id != "" && *id != segment.AccountManager && !s.known("owner", *id) {
			*id = s.say("alias.owner", a.code("owner", *id))
		}
	}
	d.cloneNamed()
	d.IsAliased = true
	for _, rows := range [][]RankedCustomer{d.Top, d.Bottom} {
		for i := range rows {
			customer(&rows[i].Name, &rows[i].CustomerID)
		}
	}
	for i := range d.Drivers {
		customer(&d.Drivers[i].Name, &d.Drivers[i].CustomerID)
	}
	for i := range d.Movers {
		customer(&d.Movers[i].Name, &d.Movers[i].CustomerID)
	}
	if d.Since != nil {
		for i := range d.Since.Movers {
			customer(&d.Since.Movers[i].Name, &d.Since.Movers[i].CustomerID)
		}
	}
	for i := range d.Potential.Rising {
		customer(&d.Potential.Rising[i].Name, &d.Potential.Rising[i].CustomerID)
	}
	for i := range d.Contracts.Due {
		r := &d.Contracts.Due[i]
		customer(&r.Name, &r.CustomerID)
		r.ContractID = s.say("alias.contract", a.code("contract", r.ContractID))
		owner(&r.Owner)
	}
	for i := range d.Funnel.Owners {
		owner(&d.Funnel.Owners[i].Owner)
	}
	for i := range d.Actions {
		owner(&d.Actions[i].Owner)
	}
	for i := range d.Quarantine {
		d.Quarantine[i].Examples = nil
	}
	d.eachWord(func(text *string) {
		if a.Known[*text] {
			*text = s.say("alias.customer", a.code("customer", *text))
		}
	})
	return d
}

// cloneNamed gives the data its own copies of what aliases change.
func (d *ReportData) cloneNamed() {
	if d.Since != nil {
		since := *d.Since
		since.Movers = slices.Clone(since.Movers)
		d.Since = &since
	}
	d.Top, d.Bottom, d.Drivers, d.Movers = slices.Clone(d.Top), slices.Clone(d.Bottom), slices.Clone(d.Drivers), slices.Clone(d.Movers)
	d.Actions, d.Segments, d.StayBy, d.Needs = slices.Clone(d.Actions), slices.Clone(d.Segments), slices.Clone(d.StayBy), slices.Clone(d.Needs)
	d.Potential.Rising, d.Contracts.Due, d.Contracts.By = slices.Clone(d.Potential.Rising), slices.Clone(d.Contracts.Due), slices.Clone(d.Contracts.By)
	d.Funnel.Owners, d.Funnel.Stages, d.Funnel.Pipeline = slices.Clone(d.Funnel.Owners), slices.Clone(d.Funnel.Stages), slices.Clone(d.Funnel.Pipeline)
	d.Satisfaction.Answers, d.Satisfaction.Responses = slices.Clone(d.Satisfaction.Answers), slices.Clone(d.Satisfaction.Responses)
	d.Baskets.Together, d.Quarantine = slices.Clone(d.Baskets.Together), slices.Clone(d.Quarantine)
}
