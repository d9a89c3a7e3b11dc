package model

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// engineError is an error of DuckDB under errors_as_json.
type engineError struct {
	Kind       string `json:"exception_type"`
	Message    string `json:"exception_message"`
	Candidates string `json:"candidates"`
	Name       string `json:"name"`
	Position   string `json:"position"`
}

// readEngineError finds the JSON in a driver error; ok is false for errors of the driver itself.
func readEngineError(err error) (e engineError, ok bool) {
	text := err.Error()
	start := strings.IndexByte(text, '{')
	if start < 0 {
		return e, false
	}
	if json.NewDecoder(strings.NewReader(text[start:])).Decode(&e) != nil || e.Message == "" {
		return engineError{}, false
	}
	return e, true
}

// plainError makes a driver error readable; a cancelled context is its cause.
func plainError(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	e, ok := readEngineError(err)
	if !ok {
		return err
	}
	return errors.New(e.text())
}

// modelError places a driver error in the model's file; textAt is where the model's text begins in
// the statement that failed.
func (e *DuckDB) modelError(ctx context.Context, m Model, textAt int, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return fmt.Errorf("compute %s: %w", m.Relation(), cause)
	}
	ee, ok := readEngineError(err)
	switch {
	case !ok:
		return fmt.Errorf("%s:1: %w", m.Path, err)
	case ee.Position == "":
		return fmt.Errorf("%s:1: %s", m.Path, ee.text())
	case ee.Candidates == "" && ee.missingColumn() != "":
		ee.Name = ee.missingColumn()
		ee.Candidates = strings.Join(e.namesNear(ctx, m, ee.Name), ",")
	case ee.isAboutValues() && e.readsView(m):
		// The offset may belong to the text of a view, which is computed only now.
		return fmt.Errorf("%s:1: %s (here or in a view that it reads)", m.Path, ee.text())
	}
	return fmt.Errorf("%s: %s", m.at(offsetOf(ee.Position)-textAt), ee.text())
}

// isAboutValues says whether the error came while rows were computed, after all names were bound.
func (e engineError) isAboutValues() bool {
	return !slices.Contains([]string{"Parser", "Binder", "Catalog"}, e.Kind)
}

// missingColumn is the name in a message about a qualified column, for which DuckDB has no candidates.
func (e engineError) missingColumn() string {
	_, after, _ := strings.Cut(e.Message, "does not have a column named \"")
	name, _, _ := strings.Cut(after, "\"")
	return name
}

// namesNear are the names a column could have meant: columns of what the model reads, and words of
// its own text. Without the engine's help the text alone has to do.
func (e *DuckDB) namesNear(ctx context.Context, m Model, name string) []string {
	var names []string
	for _, t := range tokenize(m.SQL) {
		if t.kind == word && t.text != name {
			names = append(names, t.text)
		}
	}
	for _, ref := range m.Refs {
		rows, err := e.Query(ctx, "select * from "+quoteRelation(ref.Relation())+" where false")
		if err == nil {
			names = append(names, rows.Columns...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (e *DuckDB) readsView(m Model) bool {
	return slices.ContainsFunc(m.Refs, func(r Ref) bool { return e.views[r.Relation()] })
}

// text is the message on one line, with the nearest names or what to do.
func (e engineError) text() string {
	message, _, _ := strings.Cut(e.Message, "\n")
	message = strings.TrimSuffix(strings.TrimSpace(message), "!")
	switch {
	case e.Kind == "Out of Memory":
		message += ": give the engine more memory or fewer threads, or free disk space for its temporary files"
	case e.Candidates != "" && e.Name != "":
		message += DidYouMean(e.Name, strings.Split(e.Candidates, ","))
	default:
		if _, candidates, ok := strings.Cut(e.Message, "\nCandidate "); ok {
			message += ": candidate " + strings.ReplaceAll(candidates, "\n", " ")
		}
	}
	return lowerFirst(message)
}

func lowerFirst(text string) string {
	if len(text) > 1 && text[1] >= 'a' && text[1] <= 'z' {
		return strings.ToLower(text[:1]) + text[1:]
	}
	return text
}
