package model

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
)

// parseTree is what DuckDB's json_serialize_sql gives for one text.
type parseTree struct {
	Error      bool   `json:"error"`
	Message    string `json:"error_message"`
	Type       string `json:"error_type"`
	Position   string `json:"position"`
	Statements []struct {
		Node any `json:"node"`
	} `json:"statements"`
}

// Parsed holds the references of texts that were parsed before, by the SHA-256 of the text. A run
// keeps it, because parsing is half of what it costs to open one.
type Parsed map[string][]Ref

// ParsedOf is what the parser said of models that were loaded.
func ParsedOf(models []Model) Parsed {
	p := Parsed{}
	for _, m := range models {
		if m.SQL != "" {
			p[textID(m.SQL)] = m.Refs
		}
	}
	return p
}

func textID(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// fillRefs sets the Refs of every model, ordered by offset; it parses those that were not before.
func fillRefs(models []Model, before Parsed) error {
	var fresh []Model
	var at []int
	for i, m := range models {
		if refs, ok := before[textID(m.SQL)]; ok {
			models[i].Refs = refs
			continue
		}
		fresh, at = append(fresh, m), append(at, i)
	}
	if len(fresh) == 0 {
		return nil
	}
	trees, err := parseAll(fresh)
	if err != nil {
		return err
	}
	var errs []error
	for i, m := range fresh {
		refs, err := references(m, trees[i])
		models[at[i]].Refs = refs
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// parseAll hands all texts to DuckDB's parser in one statement of a throw-away database: one
// statement per file would take four times as long.
func parseAll(models []Model) (trees []parseTree, err error) {
	connector, err := duckdb.NewConnector("?threads=1", nil)
	if err != nil {
		return nil, fmt.Errorf("open the SQL parser: %w", err)
	}
	db := sql.OpenDB(connector)
	defer func() { err = errors.Join(err, db.Close()) }()
	texts := make([]string, len(models))
	for i, m := range models {
		texts[i] = m.SQL
	}
	rows, err := db.QueryContext(context.Background(), `
		select cast(json_serialize_sql(
			cast(texts[i] as varchar), skip_null := true, skip_empty := true, skip_default := true
		) as varchar)
		from (select texts, unnest(range(1, len(texts) + 1)) as i from (select ? as texts))
		order by i`, texts)
	if err != nil {
		return nil, fmt.Errorf("parse the models: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, fmt.Errorf("read a parse tree: %w", err)
		}
		var tree parseTree
		if err := json.Unmarshal([]byte(text), &tree); err != nil {
			return nil, fmt.Errorf("read a parse tree: %w", err)
		}
		trees = append(trees, tree)
	}
	return trees, rows.Err()
}

// references finds the relations one parsed model reads.
func references(m Model, tree parseTree) ([]Ref, error) {
	switch {
	case tree.Error && tree.Type == "parser":
		return nil, fmt.Errorf("%s: %s", m.at(offsetOf(tree.Position)), tree.Message)
	case tree.Error:
		return nil, fmt.Errorf("%s:1: a model is one select: %s", m.Path, tree.Message)
	case len(tree.Statements) != 1:
		return nil, fmt.Errorf("%s:1: a model is one select, this file holds %d", m.Path, len(tree.Statements))
	}
	w := treeWalk{ctes: map[string]bool{}}
	w.node(tree.Statements[0].Node)
	slices.SortFunc(w.tables, compareOffsets)
	slices.SortFunc(w.functions, compareOffsets)
	var errs []error
	for _, f := range w.functions {
		errs = append(errs, fmt.Errorf("%s: %s() is no relation of the lake: read run, raw or a model",
			m.at(f.Offset), f.Name))
	}
	var refs []Ref
	for _, t := range w.tables {
		switch {
		case t.Schema != "":
			refs = append(refs, t)
		case !w.ctes[strings.ToLower(t.Name)]:
			errs = append(errs, fmt.Errorf("%s: %s has no schema and is no step of this file%s",
				m.at(t.Offset), t.Name, DidYouMean(t.Name, w.cteNames())))
		}
	}
	return refs, errors.Join(errs...)
}

func compareOffsets(a, b Ref) int { return a.Offset - b.Offset }

// treeWalk gathers the tables, table functions and common table expressions of a parse tree.
type treeWalk struct {
	tables, functions []Ref
	ctes              map[string]bool
}

func (w *treeWalk) cteNames() []string {
	names := make([]string, 0, len(w.ctes))
	for name := range w.ctes {
		names = append(names, name)
	}
	return names
}

// node walks the decoded JSON; a node's place in the tree does not matter, only what it is.
func (w *treeWalk) node(node any) {
	switch n := node.(type) {
	case []any:
		for _, child := range n {
			w.node(child)
		}
	case map[string]any:
		w.object(n)
		for _, child := range n {
			w.node(child)
		}
	}
}

func (w *treeWalk) object(n map[string]any) {
	text := func(object map[string]any, key string) string {
		s, _ := object[key].(string)
		return s
	}
	location, _ := n["query_location"].(float64)
	switch text(n, "type") {
	case "BASE_TABLE":
		w.tables = append(w.tables, Ref{text(n, "schema_name"), text(n, "table_name"), int(location)})
	case "TABLE_FUNCTION":
		function, _ := n["function"].(map[string]any)
		if name := text(function, "function_name"); name != "unnest" {
			w.functions = append(w.functions, Ref{Name: name, Offset: int(location)})
		}
	}
	if ctes, ok := n["cte_map"].(map[string]any); ok {
		entries, _ := ctes["map"].([]any)
		for _, entry := range entries {
			if e, ok := entry.(map[string]any); ok {
				w.ctes[strings.ToLower(text(e, "key"))] = true
			}
		}
	}
}

// offsetOf reads the byte position in an error of DuckDB; 0 when there is none.
func offsetOf(position string) int {
	offset := 0
	if _, err := fmt.Sscan(position, &offset); err != nil {
		return 0
	}
	return offset
}
