package serve

import (
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// standing is who a customer is and what the profit is made of.
func (s *Server) standing(r *request, c *Customer, l *lease) sheet {
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
	content.Facts = append(content.Facts, fact{Name: words.Say("customers.id"), Value: orDash(publish.Shorten(publish.Plain(c.ID), 200)), Code: true})
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
		add(words.Say("customer.rank"), words.Say("customer.rank_of", sum.Rank, sum.Customers))
	}
	if sum.ToCut != "" {
		add(words.Say("customer.cut"), words.Amount(sum.ToCut))
	}
	evidence := sum.EvidenceEN
	if r.lang == "zh" {
		evidence = sum.EvidenceZH
	}
	var staying []string
	for _, one := range []string{term("state", sum.Churn), term("class", sum.Class), term("sub", sum.SubClass), publish.Plain(evidence)} {
		if one != "" {
			staying = append(staying, one)
		}
	}
	add(words.Say("customer.churn"), strings.Join(staying, " · "))
	add(words.Say("customer.segments"), words.List(pairsOf(words, sum.Segments, "segmentation", "segment")))
	add(words.Say("customer.lists"), words.List(pairsOf(words, sum.Lists, "list", "status")))
	if p, ok := s.profitPart(r, c); ok {
		content.Parts = append(content.Parts, p)
	}
	return content
}

// pairsOf says segments and places on lists; a key that has a word of its kind is said with it.
func pairsOf(words *publish.Words, pairs [][2]string, group, second string) []string {
	var out []string
	for _, p := range pairs {
		key := publish.Plain(p[1])
		for _, g := range []string{p[0], second, "any"} {
			if words.Known(g, p[1]) {
				key = words.Term(g, p[1])
				break
			}
		}
		out = append(out, words.Term(group, p[0])+" "+key)
	}
	return out
}

// profitPart writes the profit as the sum that it is; each amount leads to its rows.
func (s *Server) profitPart(r *request, c *Customer) (part, bool) {
	words, sum := s.words[r.lang], c.Summary
	if sum.Profit == "" {
		return part{}, false
	}
	p := part{ID: "profit", Heading: words.Say("customer.made_of"), Text: []string{words.Say("customer.basis", publish.Plain(sum.Basis))}}
	add := func(sign, name, value string) {
		p.Facts = append(p.Facts, fact{Name: sign + " " + name, Value: words.Amount(value), Full: value, Code: true,
			To: r.at(s, "/figure", "id", c.ID, "mart", "customer_profit", "column", name)})
	}
	for _, one := range sum.Parts {
		sign := "−"
		if one.Name == "revenue" {
			sign = "+"
		}
		add(sign, one.Name, one.Value)
	}
	add("=", "profit", sum.Profit)
	return p, true
}
