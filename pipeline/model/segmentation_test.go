package model

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pharos-analytics/pharos/sql"
)

// segmentationText is an own segmentation around a select.
func segmentationText(header, query string) string {
	return modelText("-- segmentation: yes\n"+header, query)
}

// loadOver reads own files over those that come with Pharos.
func loadOver(t *testing.T, files ...string) []Model {
	t.Helper()
	return load(t, sql.Files, folder(files...))
}

func modelNamed(t *testing.T, models []Model, relation string) Model {
	t.Helper()
	for _, m := range models {
		if m.Relation() == relation {
			return m
		}
	}
	t.Fatalf("there is no model %s", relation)
	return Model{}
}

func TestOwnSegmentationsAreReadInOneRelation(t *testing.T) {
	models := loadOver(t,
		"segment/club.sql", segmentationText("", "select 'K1' as customer_id, 7 as segment"),
		"segment/visits.sql", segmentationText("-- column: previous_segment  a year ago\n", "select 'K2' as customer_id, null as segment, 'often' as previous_segment"),
		"segment/plain.sql", modelText("", "select 'K3' as customer_id, 'x' as segment"))
	e, _ := engine(t, 1)
	for _, relation := range []string{"segment.club", "segment.visits", ownSegments} {
		build(t, e, modelNamed(t, models, relation), "")
	}
	got := values(t, e, "select segmentation, customer_id, segment, previous_segment, has_history from segment.own_segments order by 1")
	want := [][]any{{"club", "K1", "7", nil, false}, {"visits", "K2", nil, "often", true}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestASegmentationThatCannotBeComputedTakesNoOtherWithIt(t *testing.T) {
	text := func(needs string) string {
		return strings.Replace(segmentationText("", "select 'K1' as customer_id, 'x' as segment"), "needs: none", "needs: "+needs, 1)
	}
	models := loadOver(t, "segment/club.sql", text("none"), "segment/late.sql", text("invoices"))
	for _, c := range []struct {
		name      string
		available []string
		want      string
	}{
		{"both", []string{"order_lines", "invoices"}, "segment.club segment.late"},
		{"one", []string{"order_lines"}, "segment.club"},
	} {
		t.Run(c.name, func(t *testing.T) {
			planned, _, err := Plan(inOrder(t, models), c.available, nil)
			if err != nil {
				t.Fatal(err)
			}
			var read []string
			for _, ref := range modelNamed(t, planned, ownSegments).Refs {
				read = append(read, ref.Relation())
			}
			if got := strings.Join(read, " "); got != c.want {
				t.Errorf("reads %s, want %s", got, c.want)
			}
			modelNamed(t, planned, "segment.segment_members")
		})
	}
	planned, _, err := Plan(inOrder(t, loadOver(t, "segment/late.sql", text("invoices"))), []string{"order_lines"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := modelNamed(t, planned, ownSegments).SQL, modelNamed(t, load(t, sql.Files), ownSegments).SQL; got != want {
		t.Errorf("without any that is computed it is the file that has no row; got\n%s", got)
	}
}

// inOrder is the order of computation, with everything given that is no model.
func inOrder(t *testing.T, models []Model) []Model {
	t.Helper()
	made := map[string]bool{}
	for _, m := range models {
		made[m.Relation()] = true
	}
	var given []string
	for _, m := range models {
		for _, ref := range m.Refs {
			if !made[ref.Relation()] {
				given = append(given, ref.Relation())
			}
		}
	}
	ordered, err := Order(models, given)
	if err != nil {
		t.Fatal(err)
	}
	return ordered
}

func TestAWrongSegmentationIsNamedWithItsRemedy(t *testing.T) {
	const good = "select 'K1' as customer_id, 'x' as segment"
	for _, c := range []struct{ name, path, text, want string }{
		{"a row per month", "segment/club.sql", strings.Replace(segmentationText("", good), "grain: customer_id", "grain: customer_id, month", 1),
			"sql/segment/club.sql:2: a segmentation has one row per customer: write `-- grain: customer_id`"},
		{"in another folder", "core/club.sql", segmentationText("", good), "sql/core/club.sql:4: a segmentation stands in the folder segment, not in core"},
		{"neither yes nor no", "segment/club.sql", modelText("-- segmentation: club\n", good), `sql/segment/club.sql:4: segmentation is "club": write yes or no`},
		{"under the name of the union", "segment/own_segments.sql", segmentationText("", good), "sql/segment/own_segments.sql:1: Pharos writes this relation"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Load(sql.Files, folder(c.path, c.text))
			wantErrors(t, err, c.want)
		})
	}
	models := loadOver(t, "segment/tier.sql", segmentationText("", good))
	wantErrors(t, TakenSegmentations(models, []string{"age", "tier"}), "sql/segment/tier.sql:1: Pharos has a segmentation tier of its own: rename the file")
	wantErrors(t, UnknownSegmentations(models, []string{"age"}, "age", "teir"), "there is no segmentation teir: did you mean tier?")
}

func TestASegmentationGivesTheColumnsThatAreReadOfIt(t *testing.T) {
	e, _ := engine(t, 1)
	models := loadOver(t, "segment/club.sql", segmentationText("-- column: previous_segment  a year ago\n", "select 'K1' as customer_id, 'x' as segmnt"))
	_, err := e.Build(t.Context(), modelNamed(t, models, "segment.club"), "")
	wantErrors(t, err, "sql/segment/club.sql:1: a segmentation gives the column segment, which the select does not make: did you mean segmnt?",
		"gives the column previous_segment")
}
