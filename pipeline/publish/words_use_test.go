package publish

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// wordUse is how the program speaks: the texts it holds, the ids it says, the patterns of ids that it
// puts together, and the groups of which it says a key that comes from data.
type wordUse struct {
	texts    map[string]bool
	said     map[string]string // id to the place that says it
	patterns []*regexp.Regexp
	groups   map[string]bool
}

// usesOfWords reads the sources of this package but the catalogue itself, and the templates.
func usesOfWords(t *testing.T) *wordUse {
	t.Helper()
	u := &wordUse{texts: map[string]bool{}, said: map[string]string{}, groups: map[string]bool{}}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	served, err := filepath.Glob("serve/*.go")
	if err != nil || len(served) == 0 {
		t.Fatal("the pages in a browser are not found", err)
	}
	files = append(files, served...)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || strings.HasPrefix(file, "words_") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool { u.see(file, n); return true })
	}
	templates, err := filepath.Glob("templates/*.gohtml")
	if err != nil || len(templates) == 0 {
		t.Fatal("no template is found", err)
	}
	pages, err := filepath.Glob("serve/templates/*.gohtml")
	if err != nil || len(pages) == 0 {
		t.Fatal("no template of the pages is found", err)
	}
	templates = append(templates, pages...)
	for _, file := range templates {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\{\{[^}]*[sS]ay "([^"]+)"`).FindAllStringSubmatch(string(text), -1) {
			u.said[m[1]], u.texts[m[1]] = file, true
		}
	}
	return u
}

func (u *wordUse) see(file string, n ast.Node) {
	switch n := n.(type) {
	case *ast.BasicLit:
		if text, ok := literalText(n); ok {
			u.texts[text] = true
		}
	case *ast.BinaryExpr:
		if pattern, ok := joined(n); ok {
			u.patterns = append(u.patterns, regexp.MustCompile("^"+pattern+"$"))
		}
	case *ast.CallExpr:
		u.call(file, n)
	}
}

func (u *wordUse) call(file string, n *ast.CallExpr) {
	name := ""
	switch f := n.Fun.(type) {
	case *ast.SelectorExpr:
		name = f.Sel.Name
	case *ast.Ident:
		name = f.Name
	}
	for i, arg := range n.Args {
		text, ok := literalText(arg)
		switch {
		case !ok:
		case (name == "say" && !strings.HasPrefix(file, "serve/") || name == "Say" || name == "count") && i == 0: // serve says lower case to its log
			u.said[text] = file
		case (name == "term" || name == "known" || name == "Term" || name == "Known") && i == 0:
			u.groups[text] = true
		case name == "byBasis" && i == 2:
			u.said[text], u.said[text+"_r"] = file, file
			u.texts[text+"_r"] = true
		}
	}
}

func literalText(n ast.Node) (string, bool) {
	lit, ok := n.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

// joined is the pattern of texts that an addition can give, when a part of it is known.
func joined(n ast.Expr) (pattern string, known bool) {
	if b, ok := n.(*ast.BinaryExpr); ok && b.Op == token.ADD {
		left, l := joined(b.X)
		right, r := joined(b.Y)
		return left + right, l || r
	}
	if text, ok := literalText(n); ok {
		return regexp.QuoteMeta(text), regexp.MustCompile(`^[a-z_]+\.|[._][a-z_]+$`).MatchString(text)
	}
	return ".+", false
}

// keysOfData are the words that models, policies and programs may put into a mart.
func keysOfData(t *testing.T) map[string]bool {
	t.Helper()
	keys := map[string]bool{}
	for _, root := range []string{"../../sql", "../../segment", "../../analysis", "..", "../../cmd"} {
		err := filepath.WalkDir(root, func(path string, e os.DirEntry, err error) error {
			if err != nil || e.IsDir() || strings.HasSuffix(path, "_test.go") || strings.HasPrefix(filepath.Base(path), "words_") || !slices.Contains([]string{".go", ".sql", ".yaml"}, filepath.Ext(path)) {
				return err
			}
			text, err := os.ReadFile(path)
			for _, quoted := range regexp.MustCompile(`['"]([a-z ]+)['"]`).FindAllStringSubmatch(string(text), -1) {
				keys[strings.ReplaceAll(quoted[1], " ", "_")] = true
			}
			for _, word := range regexp.MustCompile(`[A-Za-z0-9_]+`).FindAllString(string(text), -1) {
				keys[word] = true
			}
			if filepath.Ext(path) == ".sql" {
				keys[strings.TrimSuffix(filepath.Base(path), ".sql")] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return keys
}

func TestEveryWordThatIsSaidIsInTheCatalogue(t *testing.T) {
	words, u := allWords(), usesOfWords(t)
	for id, file := range u.said {
		if _, ok := words[id]; !ok {
			t.Errorf("%s says %q, and there are no words for it", file, id)
		}
	}
	if len(u.said) < 200 {
		t.Errorf("only %d words are said: the test reads too little", len(u.said))
	}
}

func TestEveryWordOfTheCatalogueIsSaid(t *testing.T) {
	u, keys := usesOfWords(t), keysOfData(t)
	for id := range allWords() {
		group, key, _ := strings.Cut(id, ".")
		switch {
		case u.texts[id]:
		case u.texts["_r"] && u.texts[strings.TrimSuffix(id, "_r")]: // said of revenue where no cost is known
		case (u.groups[group] || u.texts[group]) && saidByData(keys, key):
		case slices.ContainsFunc(u.patterns, func(p *regexp.Regexp) bool { return p.MatchString(id) }):
		default:
			t.Errorf("nobody says %s", id)
		}
	}
}

// saidByData: a key may be one word of the data, or several with points between.
func saidByData(keys map[string]bool, key string) bool {
	for part := range strings.SplitSeq(key, ".") {
		if !keys[part] {
			return false
		}
	}
	return true
}

func TestTheSingularTakesTheArgumentsOfThePlural(t *testing.T) {
	argument := regexp.MustCompile(`%\[\d\]s`)
	for id, w := range allWords() {
		for _, a := range argument.FindAllString(w.one, -1) {
			if !strings.Contains(w.en, a) {
				t.Errorf("%s: the singular takes %s, the plural does not", id, a)
			}
		}
	}
}
