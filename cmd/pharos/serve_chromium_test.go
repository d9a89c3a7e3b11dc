package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/publish/reporttest"
)

// servedPages are the pages of the demo company that people look at.
func servedPages() []string {
	return []string{
		"/", "/report", "/lists", "/list?list=keep", "/customers", "/customers?q=光", "/customer?id=C0003", "/explain?id=C0003", "/figure?id=C0003&mart=customer_profit&column=cogs",
		"/figure?id=C0003&mart=profit_tiers&column=rank", "/segments", "/segment?by=tier&segment=high", "/marts", "/mart?mart=retention_cohorts", "/mart?mart=quarantine", "/quality", "/definitions", "/runs", "/run", "/nothing",
	}
}

// Every page is opened by a real browser, narrow and wide, light and dark: it says nothing on its
// console, asks nobody else, nothing is cut and nothing scrolls sideways. PHAROS_PICTURES names a
// folder for the pictures, for people who look.
func everyPageInChromium(t *testing.T, config string) {
	s := serveFor(t, config, func(*pipeline.ServeSetting) {})
	style := "<style>" + get(t, s.url+"/style.css") + "</style>"
	links := regexp.MustCompile(`<link [^>]*>`)
	var pages []reporttest.Page
	for i, path := range servedPages() {
		lang, width, flags := "en", 1280, []string(nil)
		if i%2 == 1 {
			lang, width, flags = "zh", 500, []string{"--blink-settings=preferredColorScheme=0"} // dark, in the narrowest window that there is
		}
		joint := "?"
		if strings.Contains(path, "?") {
			joint = "&"
		}
		address := s.url + path + joint + "lang=" + lang
		v := reporttest.See(t, address, width, 1400, flags...)
		for _, line := range v.Console {
			if path != "/nothing" || !strings.Contains(line, "404") {
				t.Errorf("%s: the browser says %s", address, line)
			}
		}
		for _, host := range v.Outside {
			t.Errorf("%s: the page asks %s", address, host)
		}
		keepPicture(t, v.PNG, fmt.Sprintf("%02d_%s_%d.png", i, lang, width))
		if path == "/report" {
			continue // its layout has tests of its own
		}
		page := strings.Replace(links.ReplaceAllString(get(t, address), ""), "</head>", style+"</head>", 1)
		pages = append(pages, reporttest.Page{Name: fmt.Sprintf("%02d_%s", i, lang), HTML: page})
	}
	views := []reporttest.View{{Width: 1280, Axe: true}, {Width: 1280, Dark: true, Axe: true}, {Width: 360}}
	for _, seen := range reporttest.Look(t, pages, views) {
		for _, fault := range seen.Faults {
			t.Errorf("%s at %s: %s", seen.Page.Name, seen.View, fault)
		}
		if seen.Width > float64(seen.View.Width) {
			t.Errorf("%s: the page is %v wide in a window of %d and scrolls sideways", seen.Page.Name, seen.Width, seen.View.Width)
		}
	}
}

// keepPicture copies a picture to where somebody wants to look at it.
func keepPicture(t *testing.T, from, name string) {
	t.Helper()
	dir := os.Getenv("PHAROS_PICTURES")
	if dir == "" {
		return
	}
	picture, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), picture, 0o600); err != nil {
		t.Fatal(err)
	}
}

// get is the body of a page, whatever its status.
func get(t *testing.T, address string) string {
	t.Helper()
	_, body := fetch(t, http.DefaultClient, address)
	return body
}
