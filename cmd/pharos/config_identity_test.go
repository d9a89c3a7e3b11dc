package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/segment"
)

// twoBooks is a configuration whose customers come from two sources.
func twoBooks(identity string) string {
	return strings.Replace(smallest, "sources: { tills: { csv: { path: tills.csv } } }\ndata:\n",
		"sources: { tills: { csv: { path: tills.csv } }, erp: { csv: { path: erp.csv } }, crm: { csv: { path: crm/*.csv } } }\n"+
			"identity: "+identity+"\ndata:\n  customers:\n"+
			"    - { source: erp, columns: { customer_id: id, name: title, phone: tel }, attributes: [tax_id] }\n"+
			"    - { source: crm, columns: { customer_id: id, email: mail }, attributes: [vat_no] }\n", 1)
}

func TestWithoutIdentityNothingIsProposedOrMerged(t *testing.T) {
	if diff := cmp.Diff(pipeline.Identity{}, mustParse(t, smallest).Identity); diff != "" {
		t.Error(diff)
	}
}

func TestIdentityIsReadAsWritten(t *testing.T) {
	cfg := mustParse(t, twoBooks("{ match_on: [email, { tax_id: [tax_id, vat_no] }], precedence: { phone: [crm, erp] } }"))
	want := pipeline.Identity{
		MatchOn:    []segment.Match{{Kind: "email", Columns: []string{"email"}}, {Kind: "tax_id", Columns: []string{"tax_id", "vat_no"}}},
		Merges:     filepath.Join(cfg.Dir, "merges.csv"),
		Precedence: []pipeline.Precedence{{Column: "phone", Sources: []string{"crm", "erp"}}},
	}
	if diff := cmp.Diff(want, cfg.Identity); diff != "" {
		t.Error(diff)
	}
}

func TestAWrongIdentityIsNamedWithWhatWasMeant(t *testing.T) {
	for _, c := range []struct{ identity, want string }{
		{"{ match_on: [taxid] }", `pharos.yaml:4:24: identity.match_on: "taxid" is no mapped column and no attribute of customers; nearest: tax_id`},
		{"{ match_on: [region] }", `"region" is no mapped column and no attribute of customers`},
		{"{ match_on: [customer_id] }", `"customer_id" is no mapped column and no attribute of customers`},
		{"{ match_on: [{ tax_id: [vatno] }] }", `"vatno" is no mapped column and no attribute of customers; nearest: vat_no`},
		{"{ match_on: [email, email] }", `identity.match_on: "email" stands twice`},
		{"{ match_on: [{ tax_id: [] }] }", `identity.match_on.tax_id: needs the columns or attributes that hold it`},
		{"{ macht_on: [email] }", `unknown key "macht_on" in identity; nearest: match_on`},
		{"{ merges: crm/merges.csv }", `identity.merges: source crm reads `},
		{"{ merges: a.csv, parents: a.csv }", `identity.parents: is the file of the merges too`},
		{"{ precedence: { nmae: [erp] } }", `pharos.yaml:4:27: identity.precedence: "nmae" is no mapped column and no attribute of customers; nearest: name`},
		{"{ precedence: { name: [tills] } }", `identity.precedence.name: source "tills" maps no customers; it is one of erp, crm`},
		{"{ precedence: { name: [erp, erp] } }", `identity.precedence.name: "erp" stands twice`},
		{"{ precedence: { name: [] } }", `identity.precedence.name: needs the sources in their order, such as [erp, crm]`},
	} {
		if got := strings.Join(problemsOf(t, twoBooks(c.identity)), "\n"); !strings.Contains(got, c.want) {
			t.Errorf("%s: got\n%s\nwant\n%s", c.identity, got, c.want)
		}
	}
}
