package publish

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/segment"
)

// listAbout is what README and schema.json say of a list.
type listAbout struct {
	d       ListData
	sum     ListSummary
	version ListVersion
	files   []string
	owners  []ownerFiles
}

func (l *listAbout) readme(s *speech) string {
	d, sum, v := l.d, l.sum, l.version
	var b strings.Builder
	line := func(id string, args ...string) { b.WriteString(s.say(id, args...) + "\n") }
	if !d.OptOuts {
		b.WriteString(s.say("list.no_optouts") + "\n\n")
	}
	n := func(v int64) string { return s.number(v) }
	b.WriteString(s.say("list.title", s.term("list", sum.Name), plain(d.Company), d.AsOf.Format(time.DateOnly)) + "\n\n")
	line("list.counts", n(sum.Candidates), n(sum.Rows), n(sum.Suppressed), n(sum.OnOtherList), n(sum.Control), n(sum.OverCapacity))
	line("list.value", s.money(sum.Value))
	line("list.action", plain(sum.Action))
	line("list.policy", s.term("policy", orNone(sum.Policy)))
	line("list.files", strings.Join(l.files, ", "), d.AsOf.AddDate(0, 0, listValidDays).Format(time.DateOnly))
	line("list.fill_in", strings.Join(l.words(s, segment.ListStatuses()), ", "), strings.Join(l.words(s, segment.ListOutcomes()), ", "), sum.Name)
	if len(d.Key) == 0 {
		line("list.no_key")
	}
	number := n(int64(v.Version))
	switch before := d.Before[sum.Name]; {
	case v.Supersedes == "":
		line("list.version", number)
	case before.Path == "":
		line("list.version_unknown", number, v.Supersedes)
	case v.Added+v.Removed+v.Changed == 0:
		line("list.version_same", number, v.Supersedes)
	default:
		line("list.version_next", number, n(int64(before.Version)), v.Supersedes, n(int64(v.Added)), n(int64(v.Removed)), n(int64(v.Changed)))
	}
	fmt.Fprintf(&b, "%s %s\n", s.say("list.run"), d.Run)
	if len(l.owners) > 0 {
		b.WriteString("\n" + s.say("list.owners") + "\n\n")
	}
	for _, o := range l.owners {
		fmt.Fprintf(&b, "  %s  %s  %s\n", n(int64(o.Rows)), strings.Join(o.Files, " "), shorten(plain(o.Owner), 60))
	}
	return b.String()
}

func (l *listAbout) words(s *speech, words []string) []string {
	var said []string
	for _, w := range words {
		said = append(said, segment.WorkWord(s.lang, w))
	}
	return said
}

// writeSchema names and types the columns and the files, for programs that read the list.
func (l *listAbout) writeSchema(path string, s *speech, columns []lake.Column) error {
	type column struct {
		Name    string   `json:"name"`
		Type    string   `json:"type"`
		Meaning string   `json:"meaning"`
		Words   []string `json:"words,omitempty"` // a closed vocabulary
	}
	schema := struct {
		Schema int    `json:"schema"`
		Run    string `json:"run"`
		AsOf   string `json:"as_of"`
		ListVersion
		Rows    int64        `json:"rows"`
		Files   []string     `json:"files"`
		Owners  []ownerFiles `json:"owners"`
		Columns []column     `json:"columns"`
	}{Schema: MartSchema, Run: l.d.Run, AsOf: l.d.AsOf.Format(time.DateOnly), ListVersion: l.version, Rows: l.sum.Rows, Files: l.files, Owners: append([]ownerFiles{}, l.owners...)}
	names := map[lake.Type]string{lake.Text: "varchar", lake.Money: "decimal(18,4)", lake.Date: "date", lake.Integer: "bigint"}
	words := map[string][]string{"status": segment.ListStatuses(), "outcome": segment.ListOutcomes()}
	for _, c := range columns {
		schema.Columns = append(schema.Columns, column{Name: c.Name, Type: names[c.Type], Meaning: s.say("list.column." + c.Name), Words: words[c.Name]})
	}
	b, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(b, '\n'), 0o600)
}

// complete fails on words that the language lacks: a fault of the program, not of the data.
func (s *speech) complete() error {
	if len(s.missing) > 0 {
		return fmt.Errorf("no word for %s", strings.Join(sortedKeys(s.missing), ", "))
	}
	return nil
}
