package main

import (
	"slices"
	"strings"
)

// capability is a key whose feature this version does not have. The key is known and its shape is
// checked, and a file that asks for it is refused by name: a setting is never ignored silently.
type capability struct {
	path string // keys joined with ".", * for any key
	name string
	asks func(node) bool // checks the shape; false: set, but asking for nothing
}

// capabilities is the one list of what pharos.yaml can say and this version cannot do yet.
func capabilities() []capability {
	return []capability{}
}

// capabilityOf finds the capability that a key path belongs to.
func capabilityOf(path []string) (capability, bool) {
	for _, c := range capabilities() {
		pattern := strings.Split(c.path, ".")
		if slices.EqualFunc(pattern, path, func(p, key string) bool { return p == "*" || p == key }) {
			return c, true
		}
	}
	return capability{}, false
}

// plannedKeys are the keys of capabilities right below a path, for nearest names.
func plannedKeys(path []string) []string {
	var out []string
	for _, c := range capabilities() {
		pattern := strings.Split(c.path, ".")
		last := len(pattern) - 1
		if slices.EqualFunc(pattern[:last], path, func(p, key string) bool { return p == "*" || p == key }) {
			out = append(out, pattern[last])
		}
	}
	return out
}
