package extract

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// jsonWalker takes the asked keys out of one JSON object per line. encoding/json judges whether
// the line is JSON; what is valid is then walked without decoding what nobody asked for, so
// that numbers keep their exact text.
type jsonWalker struct {
	columns  map[string][]int // path -> where its value goes
	branches map[string]bool  // proper beginnings of asked paths: objects to descend into
	values   []jsonValue      // of the last line
	seen     []bool           // the key has appeared in some line
	rows     int64
	path     []byte
}

type jsonValue struct {
	text []byte // within the line, or its own
	null bool
}

func newJSONWalker(asked []string) *jsonWalker {
	w := &jsonWalker{
		columns:  make(map[string][]int, len(asked)),
		branches: map[string]bool{},
		values:   make([]jsonValue, len(asked)),
		seen:     make([]bool, len(asked)),
	}
	for i, path := range asked {
		w.columns[path] = append(w.columns[path], i)
		for at, c := range path {
			if c == '.' {
				w.branches[path[:at]] = true
			}
		}
	}
	return w
}

// walk reads one line into values, or says which rule it breaks.
func (w *jsonWalker) walk(line []byte) (rule string) {
	if !isJSONObject(line) {
		return RuleBadJSON
	}
	for i := range w.values {
		w.values[i] = jsonValue{null: true}
	}
	t := jsonText{line: line}
	w.path = w.path[:0]
	if !w.object(&t) {
		return RuleBadEncoding
	}
	return ""
}

func isJSONObject(line []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(line, " \t\r\n"), []byte("{")) && json.Valid(line)
}

// object walks the object at the cursor; w.path is the path of its keys' parent. It is false
// when some value is no text.
func (w *jsonWalker) object(t *jsonText) bool {
	parent := len(w.path)
	t.open()
	for t.more('}') {
		key, ok := unquoteJSON(t.take())
		if !ok {
			return false
		}
		t.colon()
		if w.path = w.path[:parent]; parent > 0 {
			w.path = append(w.path, '.')
		}
		w.path = append(w.path, key...)
		columns := w.columns[string(w.path)]
		from := t.at
		if t.line[t.at] == '{' && w.branches[string(w.path)] {
			if !w.object(t) {
				return false
			}
		} else {
			t.take()
		}
		for _, c := range columns {
			value, ok := jsonValueOf(t.line[from:t.at])
			if !ok {
				return false
			}
			w.values[c], w.seen[c] = value, true
		}
	}
	w.path = w.path[:parent]
	return true
}

// jsonValueOf gives the text of a valid JSON value; objects and arrays are compact JSON.
func jsonValueOf(raw []byte) (v jsonValue, ok bool) {
	switch raw[0] {
	case '"':
		text, ok := unquoteJSON(raw)
		return jsonValue{text: text}, ok
	case '{', '[':
		var b bytes.Buffer
		err := json.Compact(&b, raw)
		return jsonValue{text: b.Bytes()}, err == nil
	case 'n':
		return jsonValue{null: true}, true
	}
	return jsonValue{text: raw}, true
}

// unquoteJSON undoes the quotes and escapes of a valid JSON string. It is false for what no
// text can hold: NUL, and halves of characters, which encoding/json would replace silently.
func unquoteJSON(raw []byte) ([]byte, bool) {
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1], true
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil || strings.IndexByte(text, 0) >= 0 {
		return nil, false
	}
	const unknown = "\uFFFD"
	meant := bytes.Count(raw, []byte(unknown)) + strings.Count(strings.ToLower(string(raw)), `\ufffd`)
	return []byte(text), strings.Count(text, unknown) <= meant
}

// jsonText is a cursor in valid JSON.
type jsonText struct {
	line []byte
	at   int
}

func (t *jsonText) blanks() {
	for t.at < len(t.line) && (t.line[t.at] == ' ' || t.line[t.at] == '\t' || t.line[t.at] == '\r' || t.line[t.at] == '\n') {
		t.at++
	}
}

// open moves behind the bracket at the cursor.
func (t *jsonText) open() {
	t.blanks()
	t.at++
}

// more moves to the next member, or behind the closing bracket.
func (t *jsonText) more(closing byte) bool {
	t.blanks()
	if t.line[t.at] == ',' {
		t.at++
		t.blanks()
	}
	if t.line[t.at] == closing {
		t.at++
		return false
	}
	return true
}

func (t *jsonText) colon() {
	t.blanks()
	t.at++
	t.blanks()
}

// take moves behind the value at the cursor and gives its bytes.
func (t *jsonText) take() []byte {
	from, depth := t.at, 0
	for t.at < len(t.line) {
		switch c := t.line[t.at]; c {
		case '"':
			t.skipString()
			if depth == 0 {
				return t.line[from:t.at]
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return t.line[from:t.at] // the end of what holds a number
			}
			if depth--; depth == 0 {
				t.at++
				return t.line[from:t.at]
			}
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return t.line[from:t.at]
			}
		}
		t.at++
	}
	return t.line[from:t.at]
}

func (t *jsonText) skipString() {
	for t.at++; t.line[t.at] != '"'; t.at++ {
		if t.line[t.at] == '\\' {
			t.at++
		}
	}
	t.at++
}

// appendKeys adds the paths of a line's values to keys, each once, up to a bound that only
// objects used as dictionaries reach.
func appendKeys(keys []string, line []byte) []string {
	if !isJSONObject(line) {
		return keys
	}
	return appendObjectKeys(keys, "", &jsonText{line: line})
}

func appendObjectKeys(keys []string, parent string, t *jsonText) []string {
	const most = 500
	t.open()
	for t.more('}') {
		key, _ := unquoteJSON(t.take())
		t.colon()
		path := parent + string(key)
		switch {
		case t.line[t.at] == '{':
			keys = appendObjectKeys(keys, path+".", t)
		default:
			t.take()
			if len(keys) < most && !slices.Contains(keys, path) {
				keys = append(keys, path)
			}
		}
	}
	return keys
}
