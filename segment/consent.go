package segment

import (
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// The consent policies that come with Pharos: one file per law, and the words that all share.
//
//go:embed policies/*.csv
var policyFiles embed.FS

// ConsentPolicy says when a customer may be contacted: on which channels only with a permission,
// which permissions count, and which of several reasons against a contact is named. It is data,
// read from a file (policies/*.csv or the company's own).
type ConsentPolicy struct {
	Name     string
	Channels []ConsentChannel
	Reasons  []string // in their order, the first one counts
}

// ConsentChannel is a channel of a policy.
type ConsentChannel struct {
	Channel string
	OptIn   bool     // nobody is contacted on it without a permission
	Bases   []string // permissions that count, the best first
}

// PolicyWord is a word that companies use: for a reason, a channel or a permission. Of a reason a
// * stands for any text.
type PolicyWord struct{ Kind, Means, Word string }

// The kinds of policy words.
const (
	ReasonWord  = "word"
	ChannelWord = "channel_word"
	BasisWord   = "basis_word"
)

// Channels are those that a list can use.
func Channels() []string { return []string{"phone", "email", "sms", "visit"} }

// SuppressionReasons are why a customer must not be contacted, in the order of the design page; a
// policy may put them in another.
func SuppressionReasons() []string {
	return []string{"legal_opt_out", "erased", "channel_opt_out", "no_consent", "no_contact", "dispute_or_complaint", "bounced", "cool_down", "staff", "same_contact"}
}

// PolicyNames are the policies that come with Pharos.
func PolicyNames() []string { return []string{"pipl", "gdpr", "can_spam", "none"} }

// Policy reads a policy that comes with Pharos, or gives an error that names those there are.
func Policy(name string) (ConsentPolicy, error) {
	if !slices.Contains(PolicyNames(), name) {
		return ConsentPolicy{}, fmt.Errorf("there is no policy %q", name)
	}
	f, err := policyFiles.Open(path.Join("policies", name+".csv"))
	if err != nil {
		return ConsentPolicy{}, err
	}
	defer f.Close()
	return ReadPolicy(name, f)
}

// PolicyFor is the policy that counts where pharos.yaml names none: that of the law where amounts
// are in this currency, else none.
func PolicyFor(currency string) string {
	for _, name := range PolicyNames() {
		rows, err := policyRows(name)
		if err == nil && slices.ContainsFunc(rows, func(r policyRow) bool { return r.setting == "currency" && r.name == currency }) {
			return name
		}
	}
	return "none"
}

// PolicyWords are the words that all policies share, in their order.
func PolicyWords() ([]PolicyWord, error) {
	rows, err := policyRows("words")
	var words []PolicyWord
	for _, r := range rows {
		words = append(words, PolicyWord{Kind: r.setting, Means: r.name, Word: r.value})
	}
	return words, err
}

// ReadPolicy reads a policy file: CSV with the columns setting, name, value and source, lines that
// begin with # being remarks. Settings are
//
//	channel,NAME,opt_in|free   a channel, and whether it needs a permission
//	basis,NAME,CHANNEL|any     a permission that counts there, the best first
//	reason,NAME                a reason against a contact, in the order in which they count
//	currency,CODE              where amounts are in it this policy is the default
//
// Every channel and every reason is there once. Errors name the line.
func ReadPolicy(name string, from io.Reader) (ConsentPolicy, error) {
	rows, err := readPolicyRows(from)
	if err != nil {
		return ConsentPolicy{}, fmt.Errorf("read consent policy %s: %w", name, err)
	}
	p := ConsentPolicy{Name: name}
	var errs []error
	fail := func(r policyRow, format string, args ...any) {
		errs = append(errs, fmt.Errorf("line %d: %s", r.line, fmt.Sprintf(format, args...)))
	}
	for _, r := range rows {
		switch {
		case r.setting == "channel" && slices.Contains(Channels(), r.name) && (r.value == "opt_in" || r.value == "free") && !p.has(r.name):
			p.Channels = append(p.Channels, ConsentChannel{Channel: r.name, OptIn: r.value == "opt_in"})
		case r.setting == "channel":
			fail(r, "channel %q with %q: the channels are %s, each once, opt_in or free", r.name, r.value, strings.Join(Channels(), ", "))
		case r.setting == "reason" && slices.Contains(SuppressionReasons(), r.name) && !slices.Contains(p.Reasons, r.name):
			p.Reasons = append(p.Reasons, r.name)
		case r.setting == "reason":
			fail(r, "reason %q: the reasons are %s, each once", r.name, strings.Join(SuppressionReasons(), ", "))
		case r.setting == "basis" && r.name != "" && (r.value == "any" || p.has(r.value)):
			p.allow(r.name, r.value)
		case r.setting == "basis":
			fail(r, "basis %q for %q: write it after the channels, for one of them or any", r.name, r.value)
		case r.setting != "currency":
			fail(r, "unknown setting %q: use channel, basis, reason or currency", r.setting)
		}
	}
	for _, c := range Channels() {
		if !p.has(c) {
			errs = append(errs, fmt.Errorf("channel %s is missing: write channel,%s,opt_in or channel,%s,free", c, c, c))
		}
	}
	for _, r := range SuppressionReasons() {
		if !slices.Contains(p.Reasons, r) {
			errs = append(errs, fmt.Errorf("reason %s is missing: write reason,%s at its place in the order", r, r))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return p, fmt.Errorf("read consent policy %s: %w", name, err)
	}
	return p, nil
}

func (p *ConsentPolicy) has(channel string) bool {
	return slices.ContainsFunc(p.Channels, func(c ConsentChannel) bool { return c.Channel == channel })
}

func (p *ConsentPolicy) allow(basis, channel string) {
	for i := range p.Channels {
		if channel == "any" || p.Channels[i].Channel == channel {
			p.Channels[i].Bases = append(p.Channels[i].Bases, basis)
		}
	}
}

// policyRow is a line of a policy file; what stands in its source column is for people.
type policyRow struct {
	line                 int
	setting, name, value string
}

func policyRows(name string) ([]policyRow, error) {
	f, err := policyFiles.Open(path.Join("policies", name+".csv"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readPolicyRows(f)
}

func readPolicyRows(from io.Reader) ([]policyRow, error) {
	r := csv.NewReader(from)
	r.Comment, r.FieldsPerRecord, r.TrimLeadingSpace = '#', -1, true
	var rows []policyRow
	for first := true; ; first = false {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		line, _ := r.FieldPos(0)
		record = append(record, "", "", "")
		if first {
			if strings.TrimPrefix(record[0], "\ufeff") != "setting" || record[1] != "name" || record[2] != "value" {
				return nil, fmt.Errorf("line %d: the first line is setting,name,value,source", line)
			}
			continue
		}
		rows = append(rows, policyRow{line, strings.TrimSpace(record[0]), strings.TrimSpace(record[1]), strings.TrimSpace(record[2])})
	}
}
