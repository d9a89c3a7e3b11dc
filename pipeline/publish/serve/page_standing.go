package serve

import (
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// standing is who a customer is and what the profit is made of.
func (s *Server) standing(r *request, c *Customer) sheet {
	words, sum := s.words[r.lang], c.Summary
	title := publish.Plain(sum.Name)
	if title == "" || title == "unknown" {
		title = publish.Plain(c.ID)
	}
	content := sheet{Heading: orDash(publish.Shorten(title, 90))}
	if c.MergedFrom != "" {
		content.Text = append(content.Text, words.Say("customer.merged", publish.Shorten(publish.Plain(c.MergedFrom), 60), publish.Shorten(publish.Plain(c.ID), 60)))
	}
	add := func(name, value string) {
		if value = publish.Plain(value); value != "" && value != Null {
			content.Facts = append(content.Facts, fact{Name: name, Value: publish.Shorten(value, 400)})
		}
	}
	term := func(group, key string) string {
		if key == "" || key == "none" {
			return ""
		}
		return words.Term(group, key)
	}
	content.Facts = append(content.Facts, fact{Name: words.Say("customers.id"), Value: orDash(publish.Shorten(publish.Plain(c.ID), 200)), IsID: true})
	add(words.Say("customers.kind"), term("kind", sum.Kind))
	if sum.Parent != "none" {
		add(words.Say("customer.parent"), sum.Parent)
	}
	var ids []string
	for _, id := range c.SourceIDs {
		ids = append(ids, publish.Shorten(publish.Plain(id), 60))
	}
	add(words.Say("customer.ids"), words.List(ids))
	add(words.Say("customers.tier"), term("tier", sum.Tier))
	add(words.Say("customer.before"), term("tier", sum.PreviousTier))
	if sum.Rank != "" {
		add(words.Say("customer.rank"), words.Say("customer.rank_of", publish.Plain(sum.Rank), publish.Plain(sum.Customers)))
	}
	if sum.ToCut != "" {
		add(words.Say("customer.cut"), words.Amount(sum.ToCut))
	}
	staying := []string{term("state", sum.Churn), term("class", sum.Class), term("sub", sum.SubClass), publish.Plain(evidenceOf(sum, r.lang))}
	staying = slices.DeleteFunc(staying, func(text string) bool { return text == "" })
	add(words.Say("customer.churn"), strings.Join(staying, " · "))
	var segments, lists []string
	for _, one := range sum.Segments {
		segments = append(segments, words.Term("segmentation", one[0])+" "+words.Segment(one[0], one[1]))
	}
	for _, one := range sum.Lists {
		lists = append(lists, words.Term("list", one[0])+" · "+words.Term("status", one[1]))
	}
	add(words.Say("customer.segments"), words.List(segments))
	add(words.Say("customer.lists"), words.List(lists))
	if p, ok := s.profitPart(r, c); ok {
		content.Parts = append(content.Parts, p)
	}
	return content
}

func evidenceOf(sum Summary, lang string) string {
	if lang == "zh" {
		return sum.EvidenceZH
	}
	return sum.EvidenceEN
}

// profitPart writes the profit as the sum that it is; each amount leads to its rows.
func (s *Server) profitPart(r *request, c *Customer) (part, bool) {
	words, sum := s.words[r.lang], c.Summary
	if sum.Profit == "" {
		return part{}, false
	}
	p := part{ID: "profit", Heading: words.Say("customer.made_of"), Text: []string{words.Say("customer.basis", words.Term("basis", sum.Basis))}}
	add := func(sign, word, name, value string) {
		p.Facts = append(p.Facts, fact{Name: sign + " " + word, Value: publish.Shorten(words.Amount(value), longestCell), Full: exact(value),
			To: r.at(s, "/figure", "id", c.ID, "mart", "customer_profit", "column", name)})
	}
	for _, one := range sum.Parts {
		sign := "−"
		if one.Name == "revenue" {
			sign = "+"
		}
		add(sign, words.Term("cause", one.Name), one.Name, one.Value)
	}
	add("=", words.Say("customers.profit"), "profit", sum.Profit)
	return p, true
}
