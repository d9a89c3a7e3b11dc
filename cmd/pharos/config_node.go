package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// problem is one thing wrong with a configuration file. Its text says what and what to do; it
// never repeats a value that could be a secret.
type problem struct {
	line, col int
	text      string
}

// configError holds everything wrong with one configuration file, sorted by position.
type configError struct {
	file     string
	problems []problem
}

// Error prints one problem per line as file:line:col: text.
func (e *configError) Error() string {
	lines := make([]string, len(e.problems))
	for i, p := range e.problems {
		lines[i] = fmt.Sprintf("%s:%d:%d: %s", e.file, p.line, p.col, p.text)
	}
	return strings.Join(lines, "\n")
}

// decoder walks one YAML document and collects what is wrong with it, so that a user sees all of it at once.
type decoder struct {
	file     string // as the user gave it
	dir      string // absolute folder of the file
	problems []problem
}

func (d *decoder) add(line, col int, format string, args ...any) {
	d.problems = append(d.problems, problem{max(line, 1), max(col, 1), fmt.Sprintf(format, args...)})
}

func (d *decoder) err() error {
	if len(d.problems) == 0 {
		return nil
	}
	slices.SortStableFunc(d.problems, func(a, b problem) int {
		if a.line != b.line {
			return a.line - b.line
		}
		return a.col - b.col
	})
	return &configError{file: d.file, problems: slices.Compact(d.problems)}
}

// parse reads the text as exactly one YAML document and returns its top node.
func (d *decoder) parse(data []byte) (node, bool) {
	var doc yaml.Node
	if err := yaml.Load(data, &doc); err != nil {
		d.addSyntax(err)
		return node{}, false
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		d.add(1, 1, "the file is empty; start it with: version: 1")
		return node{}, false
	}
	return node{d: d, y: doc.Content[0], at: doc.Content[0]}, true
}

// addSyntax words an error of the YAML library. What stands in quotes in its message is text of
// the file, possibly part of a password, and is left out.
func (d *decoder) addSyntax(err error) {
	var one *yaml.LoadError
	var many *yaml.LoadErrors
	switch {
	case errors.As(err, &many) && len(many.Errors) > 0:
		one = many.Errors[0]
	case errors.As(err, &one):
	default:
		d.add(1, 1, "the file is not YAML")
		return
	}
	message := strings.TrimPrefix(one.Message, "yaml: ")
	switch {
	case message == "no documents in stream":
		message = "the file is empty; start it with: version: 1"
	case strings.Contains(message, "multiple"):
		message = "the file holds several documents; keep one and remove the --- lines"
	case strings.HasPrefix(message, "unknown anchor"):
		message = "a value that starts with * is a YAML alias; put it in quotes"
	case strings.Contains(message, "UTF-8"):
		message = "the file is not UTF-8 text; save it as UTF-8"
	case strings.Contains(message, "cannot start any token"):
		message = "not YAML: a tab or a character that cannot start a value; indent with spaces, put the value in quotes"
	default:
		message = "not YAML: " + message
	}
	d.add(one.Mark.Line, one.Mark.Column, "%s", message)
}

// node is one YAML value and the path of keys that leads to it. A key that is not in the file is
// a node without a value: its getters return their defaults.
type node struct {
	d       *decoder
	y       *yaml.Node // nil: not in the file
	at      *yaml.Node // where to report: the value, or the parent of a missing key
	path    []string
	private bool // connection settings: a wrong value is not repeated in messages
}

func (n node) present() bool { return n.y != nil }

func (n node) name() string { return strings.Join(n.path, ".") }

// pos is file:line:col of the value.
func (n node) pos() string { return fmt.Sprintf("%s:%d:%d", n.d.file, n.at.Line, n.at.Column) }

// fail reports a problem of this value, introduced by its path.
func (n node) fail(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if len(n.path) > 0 {
		text = n.name() + ": " + text
	}
	n.d.add(n.at.Line, n.at.Column, "%s", text)
}

// shown is the value in quotes, or nothing that a secret could hide in.
func (n node) shown() string {
	if n.private || n.y.Kind != yaml.ScalarNode {
		return "the value"
	}
	return fmt.Sprintf("%q", n.y.Value)
}

// is says whether the value has the wanted kind, and reports it when it has not.
func (n node) is(kind yaml.Kind) bool {
	words := map[yaml.Kind]string{yaml.MappingNode: "key: value pairs", yaml.SequenceNode: "a list", yaml.ScalarNode: "a single value"}
	switch {
	case n.y == nil:
		return false
	case n.y.Kind == yaml.AliasNode:
		n.fail("YAML aliases (*name) are not supported; write the value out")
		return false
	case n.y.Style&yaml.TaggedStyle != 0:
		n.fail("YAML tags (!name) are not supported; remove the tag")
		return false
	case n.y.Tag == "!!null":
		n.fail("has no value; expected %s", words[kind])
		return false
	case n.y.Kind != kind:
		n.fail("expected %s", words[kind])
		return false
	}
	return true
}

// items are the elements of a list; a single value counts as a list of one.
func (n node) items() []node {
	if n.y != nil && n.y.Kind == yaml.ScalarNode && n.y.Tag != "!!null" {
		return []node{n}
	}
	if !n.is(yaml.SequenceNode) {
		return nil
	}
	out := make([]node, len(n.y.Content))
	for i, y := range n.y.Content {
		out[i] = node{d: n.d, y: y, at: y, path: n.path, private: n.private}
	}
	return out
}

// member is a key with its value.
type member struct {
	key   string
	keyAt *yaml.Node
	node
}

// members are the pairs of a mapping in file order, each key once.
func (n node) members() []member {
	if !n.is(yaml.MappingNode) {
		return nil
	}
	var out []member
	first := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.y.Content); i += 2 {
		k, v := n.y.Content[i], n.y.Content[i+1]
		if k.Kind != yaml.ScalarNode || k.Value == "" {
			n.d.add(k.Line, k.Column, "a key must be a single word or text")
			continue
		}
		if before, twice := first[k.Value]; twice {
			n.d.add(k.Line, k.Column, "duplicate key %q%s; it stands at %s:%d:%d already", k.Value, inside(n.path), n.d.file, before.Line, before.Column)
			continue
		}
		first[k.Value] = k
		path := append(slices.Clone(n.path), k.Value)
		out = append(out, member{k.Value, k, node{d: n.d, y: v, at: v, path: path, private: n.private}})
	}
	return out
}

func inside(path []string) string {
	if len(path) == 0 {
		return ""
	}
	return " in " + strings.Join(path, ".")
}

// fields is a mapping whose keys are fixed: get and need take a key, and every key that nobody
// took is reported with its nearest known one.
type fields struct {
	node
	values  map[string]member
	order   []string
	known   []string
	missing []missingKey
}

// missingKey is a needed key that is not there, and what to write.
type missingKey struct{ key, why string }

// mapping opens a mapping with fixed keys, lets body take them and reports the rest.
func (n node) mapping(body func(*fields)) {
	if !n.is(yaml.MappingNode) {
		return
	}
	f := &fields{node: n, values: map[string]member{}}
	for _, m := range n.members() {
		f.values[m.key] = m
		f.order = append(f.order, m.key)
	}
	body(f)
	f.finish()
}

// has says whether the key is in the file, without taking it.
func (f *fields) has(key string) bool { _, ok := f.values[key]; return ok }

// get takes a key that may be missing.
func (f *fields) get(key string) node {
	f.known = append(f.known, key)
	if m, ok := f.values[key]; ok {
		return m.node
	}
	return node{d: f.d, at: f.at, path: append(slices.Clone(f.path), key), private: f.private}
}

// need takes a key that must be there; why tells the user what to write.
func (f *fields) need(key, why string) node {
	n := f.get(key)
	if !n.present() {
		f.missing = append(f.missing, missingKey{key, why})
	}
	return n
}

// oneOf reports unless exactly one of the keys is there, and returns it.
func (f *fields) oneOf(keys ...string) string {
	var found []string
	for _, key := range keys {
		if f.has(key) {
			found = append(found, key)
		}
	}
	if len(found) != 1 {
		f.fail("give exactly one of %s", strings.Join(keys, ", "))
		return ""
	}
	return found[0]
}

func (f *fields) finish() {
	for _, key := range f.order {
		m := f.values[key]
		if slices.Contains(f.known, key) {
			continue
		}
		if isSecretKey(key) {
			f.d.add(m.keyAt.Line, m.keyAt.Column, "%s: a secret is never written into the file; name where it is: password_env: NAME, or password_file: PATH", m.name())
			continue
		}
		meant := nearest(key, f.known) // a misspelt key is not missing as well
		f.missing = slices.DeleteFunc(f.missing, func(m missingKey) bool { return m.key == meant })
		f.d.add(m.keyAt.Line, m.keyAt.Column, "unknown key %q%s%s", key, inside(f.path), nearestHint(key, f.known))
	}
	for _, m := range f.missing {
		f.d.add(f.at.Line, f.at.Column, "missing key %q%s: %s", m.key, inside(f.path), m.why)
	}
}

// isSecretKey recognises the keys under which people write secrets inline.
func isSecretKey(key string) bool {
	secrets := []string{"password", "passwd", "pwd", "pass", "secret", "token", "dsn"}
	return slices.Contains(secrets, strings.ToLower(key))
}
