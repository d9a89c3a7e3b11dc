package publish

import (
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline/extract"
)

func TestEveryFindingThatCanBeAcceptedHasAWordInTheReport(t *testing.T) {
	words := allWords()
	for _, kind := range []string{"postgres", "mysql"} {
		for _, item := range extract.AcceptableItems(kind) {
			if _, ok := words["finding."+item]; !ok {
				t.Errorf("%s, which a company may accept for %s, has no word", item, kind)
			}
		}
	}
}

func TestTheFooterSaysOfEachSourceHowFarItIsProved(t *testing.T) {
	v := SourceVerdict{Source: "erp", Kind: "postgres", Items: 22, Warnings: 1, Accepted: []string{"table_write_privilege", "database_temp"}, Unchanged: true}
	unproved := v
	unproved.Unchanged = false
	for _, c := range []struct {
		lang string
		v    SourceVerdict
		want string
	}{
		{"en", v, "erp (PostgreSQL): read-only proved, nothing written, 22 items checked; 1 warning; 2 findings accepted: rights to write to tables, right to create temporary tables."},
		{"zh", v, "erp（PostgreSQL）：只读已证明，未写入任何内容，已查 22 项；1 项警告；已接受 2 项：写入表的权限、创建临时表的权限。"},
		{"en", unproved, "erp (PostgreSQL): read-only proved, 22 items checked; 1 warning; 2 findings accepted: rights to write to tables, right to create temporary tables."},
		{"en", SourceVerdict{Source: "tills", Kind: "csv", Items: 1}, "tills (CSV): opened read-only, 1 item checked."},
	} {
		d := onlyWords(c.lang)
		d.Verdicts = []SourceVerdict{c.v}
		if text := visible(t, render(t, d, c.lang)); !strings.Contains(text, c.want) {
			t.Errorf("no %q in the report's footer", c.want)
		}
	}
}
