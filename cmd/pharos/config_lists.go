package main

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/publish"
	"github.com/pharos-analytics/pharos/segment"
)

// listFormat decodes which files a list is written as.
func (f *fields) listFormat() publish.ListFormat {
	var format publish.ListFormat
	if files := f.get("files"); files.present() {
		format.Files = files.wordList(publish.ListFiles()...)
	}
	format.Plain = !f.get("bom").flag(true)
	return format
}

// lists decodes the order, the capacity and the action of the lists; every list is made, named or
// not, with actions in the company's language.
func (n node) lists(language string) ([]segment.ListPolicy, publish.ListFormat) {
	var format publish.ListFormat
	lists, own := segment.DefaultLists(language), ownLists(n.d.dir)
	names := append(segment.ListNames(), own...)
	var order []string
	n.mapping(func(f *fields) {
		if o := f.get("order"); o.present() {
			order = o.wordList(names...)
			for i, name := range order {
				if slices.Contains(order[:i], name) {
					o.fail("names %s twice; keep one", name)
				}
			}
		}
		format = f.listFormat()
		for i := range lists {
			f.get(lists[i].Name).list(&lists[i])
		}
		for _, name := range own {
			l := segment.OwnList(name)
			f.get(name).ownList(&l, n)
			lists = append(lists, l)
		}
	})
	if !n.present() {
		for _, name := range own {
			l := segment.OwnList(name)
			n.ownList(&l, n)
		}
	}
	return segment.OrderLists(lists, order), format
}

func (n node) list(l *segment.ListPolicy) {
	before := len(n.d.problems)
	n.mapping(func(f *fields) {
		l.Rows = f.get("rows").count(l.Rows, 0, maxRows)
		l.PerOwner = f.get("per_owner").count(l.PerOwner, 0, maxRows)
		l.Action = f.get("action").text(l.Action)
		l.Owner = f.get("owner").text(l.Owner)
		l.Control = f.get("control").share(l.Control)
		due := f.get("due_within")
		l.DueDays = due.days(l.DueDays)
		switch l.Name {
		case segment.Renew: // its rows are due when the contract is
			l.Within = due.days(l.Within)
		case segment.Welcome:
			l.Within = f.get("new_within").days(l.Within)
		}
		if c := f.get("channels"); c.present() {
			l.Channels = c.wordList(segment.Channels()...)
		}
		l.CoolDown = f.get("cool_down").coolDowns()
	})
	if n.present() {
		n.judge(before, l.Validate())
	}
}

// coolDowns are days after any contact, or days by the channel of the contact.
func (n node) coolDowns() []segment.CoolDown {
	if !n.present() {
		return nil
	}
	if n.y.Kind != yaml.MappingNode {
		return []segment.CoolDown{{Channel: "any", Days: n.days(0)}}
	}
	var out []segment.CoolDown
	n.mapping(func(f *fields) {
		for _, channel := range append(segment.Channels(), "wechat", "post") {
			if c := f.get(channel); c.present() {
				out = append(out, segment.CoolDown{Channel: channel, Days: c.days(0)})
			}
		}
	})
	return out
}

// suppression decodes which opt-out data the lists need and under which consent policy they stand.
func (n node) suppression(cfg *pipeline.Config) segment.SuppressionPolicy {
	p, err := segment.DefaultSuppression(cfg.Company.Currency)
	if err != nil {
		n.fail("%v", err) // the policies are part of the program
		return p
	}
	n.mapping(func(f *fields) {
		p.Required = f.get("required").flag(p.Required)
		p.FreshDays = f.get("fresh_within").days(p.FreshDays)
		if kinds := f.get("staff"); kinds.present() {
			p.StaffKinds = kinds.texts()
		}
		f.get("policy").consentPolicy(&p)
	})
	return p
}

// consentPolicy is the name of a policy that comes with Pharos, or a policy file of the company's.
func (n node) consentPolicy(p *segment.SuppressionPolicy) {
	name := n.text("")
	if name == "" {
		return
	}
	if !strings.EqualFold(filepath.Ext(name), ".csv") {
		consent, err := segment.Policy(name)
		if err != nil {
			n.fail("%s is no consent policy%s; there are %s, or write a policy file of your own, such as consent.csv", n.shown(),
				nearestHint(name, segment.PolicyNames()), strings.Join(segment.PolicyNames(), ", "))
			return
		}
		p.Consent = consent
		return
	}
	text, err := os.ReadFile(n.d.resolve(name))
	if err != nil {
		n.fail("cannot be read: %v", err)
		return
	}
	if p.Consent, err = segment.ReadPolicy(strings.TrimSuffix(filepath.Base(name), filepath.Ext(name)), strings.NewReader(string(text))); err != nil {
		n.fail("%s", strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	sum := sha256.Sum256(text)
	p.ConsentHash = hex.EncodeToString(sum[:])
}
