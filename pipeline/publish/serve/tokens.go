package serve

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
)

// shortestToken is the fewest characters of a token that stands in the file as it is: guessing is
// slowed down, but a token of 16 characters need not fear it.
const shortestToken = 16

// token is a line of the token file. Only its SHA-256 is kept in memory.
type token struct {
	caller
	sum [sha256.Size]byte
}

// Tokens is the token file: one token a line, its role, its name and the token, divided by blanks.
// The token stands as sha256:<64 hex digits> of it, or as it is. Empty lines and lines that begin
// with # say nothing. The file must be readable by its owner only. It is read again when it
// changes, so that a token that is taken out ends what was begun with it; while it cannot be read,
// nobody is let in.
type Tokens struct {
	path string

	mu    sync.Mutex
	stamp fileStamp
	list  []token
	err   error
}

// fileStamp is what tells that a file has changed.
type fileStamp struct {
	modified time.Time
	size     int64
	mode     os.FileMode
}

// OpenTokens reads a token file. Errors name the line and never quote it.
func OpenTokens(path string) (*Tokens, error) {
	t := &Tokens{path: path}
	_, err := t.current()
	return t, err
}

// current are the tokens of the file as it is now.
func (t *Tokens) current() ([]token, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	info, err := os.Stat(t.path)
	if err != nil {
		t.stamp = fileStamp{}
		return nil, fmt.Errorf("read token file: %w", err)
	}
	stamp := fileStamp{info.ModTime(), info.Size(), info.Mode()}
	if stamp != t.stamp {
		t.list, t.err = readTokens(t.path)
		t.stamp = stamp
	}
	return t.list, t.err
}

func readTokens(path string) ([]token, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read token file: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("read token file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("read token file: %s is no regular file", path)
	}
	if others := info.Mode().Perm() & 0o077; others != 0 {
		return nil, fmt.Errorf("read token file: %s can be read or written by others (its mode is %#o): chmod 600 %s", path, info.Mode().Perm(), path)
	}
	const largest = 1 << 20
	text, err := io.ReadAll(io.LimitReader(f, largest+1))
	if err != nil || len(text) > largest {
		return nil, errors.Join(fmt.Errorf("read token file: %s is larger than %d bytes or cannot be read", path, largest), err)
	}
	return parseTokens(path, text)
}

func parseTokens(path string, text []byte) ([]token, error) {
	var out []token
	var problems []error
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		t, err := parseToken(line)
		for _, other := range out {
			switch {
			case err != nil:
			case other.name == t.name:
				err = fmt.Errorf("the name %s stands there twice", t.name)
			case other.sum == t.sum:
				err = fmt.Errorf("the token of %s is also the one of %s", t.name, other.name)
			}
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("%s:%d: %w", path, n, err))
			continue
		}
		out = append(out, t)
	}
	if err := lines.Err(); err != nil {
		problems = append(problems, fmt.Errorf("read token file %s: %w", path, err))
	}
	if len(out) == 0 && len(problems) == 0 {
		problems = append(problems, fmt.Errorf("%s holds no token: a line is a role (%s), a name and sha256:<64 hex digits>", path, strings.Join(Roles(), ", ")))
	}
	return out, errors.Join(problems...)
}

// parseToken reads one line; what it says of a wrong one never holds the token.
func parseToken(line string) (token, error) {
	parts := strings.Fields(line)
	if len(parts) != 3 {
		return token{}, fmt.Errorf("a line is a role, a name and a token, divided by blanks; this one has %d parts", len(parts))
	}
	t := token{caller: caller{name: parts[1], role: parts[0]}}
	if !slices.Contains(Roles(), t.role) {
		return token{}, fmt.Errorf("its first word must be a role: %s", strings.Join(Roles(), ", "))
	}
	if len(t.name) > 60 || strings.ContainsFunc(t.name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return token{}, errors.New("its name must be at most 60 bytes of printable text")
	}
	digits, hashed := strings.CutPrefix(parts[2], "sha256:")
	if !hashed {
		if len(parts[2]) < shortestToken {
			return token{}, fmt.Errorf("the token of %s is shorter than %d characters: openssl rand -hex 24 makes one", t.name, shortestToken)
		}
		t.sum = sha256.Sum256([]byte(parts[2]))
		return t, nil
	}
	sum, err := hex.DecodeString(digits)
	if err != nil || len(sum) != sha256.Size {
		return token{}, fmt.Errorf("after sha256: the token of %s must have 64 hex digits", t.name)
	}
	copy(t.sum[:], sum)
	return t, nil
}

// find returns the token that was presented. Sums of equal length are compared, each to its last
// byte and all of them, so that the time taken says nothing about how near a guess was.
func find(list []token, presented string) *token {
	sum := sha256.Sum256([]byte(presented))
	found := -1
	for i := range list {
		found = subtle.ConstantTimeSelect(subtle.ConstantTimeCompare(list[i].sum[:], sum[:]), i, found)
	}
	if found < 0 {
		return nil
	}
	return &list[found]
}
