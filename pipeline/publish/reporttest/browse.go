package reporttest

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

//go:embed measure.js
var script string

// A4Width is what the margins of the printed report leave of a sheet, in CSS pixels.
const A4Width = 688

// Page is a report as it is published.
type Page struct{ Name, HTML string }

// View is how somebody looks at a page: the width of the window in CSS pixels, a dark screen, or
// paper. Axe runs the accessibility rules of axe-core as well: on a dark screen those of contrast,
// which alone depend on it.
type View struct {
	Width            int
	Dark, Print, Axe bool
}

func (v View) String() string {
	name := fmt.Sprint(v.Width)
	if v.Dark {
		name += "_dark"
	}
	if v.Print {
		name += "_print"
	}
	return name
}

// Views are the windows that every report has to fit: wide, a tablet, a phone, both schemes, paper.
func Views() []View {
	return []View{
		{Width: 1440, Axe: true}, {Width: 1440, Dark: true, Axe: true}, {Width: 768}, {Width: 360}, {Width: A4Width, Print: true, Dark: true},
	}
}

// Seen is what a browser shows of a page in a view: its width and where page one ends, in CSS
// pixels, the charts that are seen, whether the ground is dark, and each fault as a sentence.
type Seen struct {
	Page               Page
	View               View
	Width, StripBottom float64
	Charts             int
	DarkGround         bool
	Faults             []string
}

// Look opens each page in a real browser as a file and measures it in each view. The page keeps its
// security policy; the measuring scripts come in through the browser's own protocol. Where
// PHAROS_PICTURES names a folder, what was shown is kept there as PNG.
func Look(t *testing.T, pages []Page, views []View) []Seen {
	t.Helper()
	path := Program(t, browsers...)
	axe := ""
	for _, v := range views {
		if v.Axe && axe == "" {
			axe = axeCore(t)
		}
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	ctx, end := chromedp.NewExecAllocator(t.Context(), options...)
	defer end()
	ctx, stop := chromedp.NewContext(ctx)
	defer stop()
	if err := chromedp.Do(ctx); err != nil { // starts the browser
		t.Fatalf("start %s: %v", path, err)
	}
	var all []Seen
	for _, p := range pages {
		seen, err := look(ctx, t, p, views, axe)
		if err != nil {
			t.Fatalf("look at %s: %v", p.Name, err)
		}
		all = append(all, seen...)
	}
	return all
}

// overheard are the events of one tab.
type overheard struct {
	mu       sync.Mutex
	requests []string
	console  []string
}

func (o *overheard) hear(ev any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch e := ev.(type) {
	case *network.EventRequestWillBeSent:
		o.requests = append(o.requests, e.Request.URL)
	case *log.EventEntryAdded:
		o.console = append(o.console, fmt.Sprintf("%s: %s", e.Entry.Level, e.Entry.Text))
	case *runtime.EventConsoleAPICalled:
		o.console = append(o.console, fmt.Sprintf("a script calls console.%s", e.Type))
	case *runtime.EventExceptionThrown:
		o.console = append(o.console, "uncaught: "+e.ExceptionDetails.Text)
	}
}

// faults are what the tab did beside showing its own file.
func (o *overheard) faults(own string) []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var faults []string
	for _, text := range o.console {
		faults = append(faults, "console: "+text)
	}
	for _, url := range o.requests {
		if url != own {
			faults = append(faults, "the page asks for "+url)
		}
	}
	if len(o.requests) == 0 {
		faults = append(faults, "no request was seen at all: the test sees nothing")
	}
	return faults
}

func look(ctx context.Context, t *testing.T, p Page, views []View, axe string) ([]Seen, error) {
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, []byte(p.HTML), 0o600); err != nil {
		return nil, err
	}
	var heard overheard
	ctx, closeTab := chromedp.NewContext(ctx, chromedp.WithListener(heard.hear))
	defer closeTab()
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx, call(network.Enable, network.EnableParams{}), call(log.Enable, cdp.Empty{}), chromedp.Navigate("file://"+path)); err != nil {
		return nil, err
	}
	var all []Seen
	for _, v := range views {
		seen, err := see(ctx, p, v, axe)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", v, err)
		}
		all = append(all, seen)
	}
	all[0].Faults = append(all[0].Faults, heard.faults("file://"+path)...)
	return all, nil
}

// see sets the view up, measures, and runs the accessibility rules.
func see(ctx context.Context, p Page, v View, axe string) (Seen, error) {
	scheme, media := "light", ""
	if v.Dark {
		scheme = "dark"
	}
	if v.Print {
		media = "print"
	}
	seen := Seen{}
	err := chromedp.Do(ctx, chromedp.EmulateViewport(int64(v.Width), 900),
		call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: media, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}))
	if err == nil {
		seen, err = chromedp.Run(ctx, chromedp.Evaluate[Seen]("("+script+")()"))
	}
	seen.Page, seen.View = p, v
	if err != nil || !v.Axe {
		return seen, errors.Join(err, picture(ctx, p, v))
	}
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](axe+";typeof axe.run === 'function'")); err != nil {
		return seen, err
	}
	rules := `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]`
	if v.Dark {
		rules = `{ type: "rule", values: ["color-contrast"] }`
	}
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](fmt.Sprintf(askAxe, rules), chromedp.EvalAwaitPromise))
	seen.Faults = append(seen.Faults, found...)
	return seen, errors.Join(err, picture(ctx, p, v))
}

// askAxe says each violation of the rules with up to five places.
const askAxe = `axe.run(document, { resultTypes: ["violations"], runOnly: %s }).then(found =>
	found.violations.flatMap(v => v.nodes.slice(0, 5).map(n => "axe " + v.id + ": " + v.help + ": " + n.target.join(" ") + ": " + (n.any[0] || n.all[0] || n.none[0] || {}).message)))`

// picture keeps what is shown where somebody wants to see it.
func picture(ctx context.Context, p Page, v View) error {
	dir := os.Getenv("PHAROS_PICTURES")
	if dir == "" {
		return nil
	}
	shot, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, p.Name+"_"+v.String()+".png"), shot, 0o600)
}

func call[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, command, params)
		return err
	})
}

// axeCore is the text of axe-core, which .ci/install fetches into the user's cache.
func axeCore(t *testing.T) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	path := filepath.Join(cache, "pharos-tests", "axe-core", "package", "axe.min.js")
	text, err := os.ReadFile(path)
	if err == nil {
		return string(text)
	}
	reason := fmt.Sprintf("axe-core is not in the cache (%v): .ci/install fetches it", err)
	if os.Getenv("PHAROS_REQUIRE") == "all" {
		t.Fatal(reason)
	}
	t.Skip(reason)
	return ""
}
