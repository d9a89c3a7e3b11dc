package serve

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestADownloadIsWholeTaggedAndPartial(t *testing.T) {
	w := newTown(t).start(true)
	want := townFiles(firstRun)["report.xlsx"]
	path := download("", "report.xlsx")
	got := w.get(path, bossToken)
	tag := got.header.Get("ETag")
	if got.body != want || tag != `"`+sumOf(want)+`"` || got.header.Get("Accept-Ranges") != "bytes" {
		t.Fatalf("%d bytes, tag %s", len(got.body), tag)
	}
	if d := got.header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment") || !strings.Contains(d, firstRun+"-report.xlsx") {
		t.Errorf("the file is called %q", d)
	}
	if got := w.get(path, bossToken, header("If-None-Match", tag)); got.status != http.StatusNotModified || got.body != "" {
		t.Errorf("what is there already is answered %d", got.status)
	}
	got = w.get(path, bossToken, header("Range", "bytes=9-17"))
	if got.status != http.StatusPartialContent || got.body != want[9:18] || got.header.Get("Content-Range") != "bytes 9-17/900" {
		t.Errorf("a part is answered %d: %q, %s", got.status, got.body, got.header.Get("Content-Range"))
	}
	if got := w.get(path, bossToken, header("Range", "bytes=9-17"), header("If-Range", `"other"`)); got.status != 200 || got.body != want {
		t.Errorf("a part of another file is answered %d", got.status)
	}
	if got := w.get(path, bossToken, header("Range", "bytes=5000-")); got.status != http.StatusRequestedRangeNotSatisfiable {
		t.Errorf("a part behind the end is answered %d", got.status)
	}
	for _, page := range []string{"/", "/report", "/customer?id=C1", "/style.css", "/definitions"} {
		first := w.get(page, analystToken)
		if tag := first.header.Get("ETag"); tag == "" || w.get(page, analystToken, header("If-None-Match", tag)).status != http.StatusNotModified {
			t.Errorf("%s has the tag %q, and comes again", page, tag)
		}
	}
}

func TestEveryDownloadStandsInTheLog(t *testing.T) {
	w := newTown(t).start(true)
	w.file(w.logFile, `{"who":"earlier"}`+"\n")
	before := len(w.entries())
	list := townFiles(firstRun)["lists/keep/list.csv"]
	w.get(download("keep", "list.csv"), callerToken)
	w.get(download("keep", "list.csv"), callerToken, header("Range", "bytes=0-3"))
	w.get(download("keep", "list.csv"), analystToken)                                              // refused
	w.get(download("keep", "list.csv"), callerToken, header("If-None-Match", `"`+sumOf(list)+`"`)) // nothing leaves
	w.ask("HEAD", download("keep", "list.csv"), callerToken)                                       // nothing leaves
	w.get("/list?list=keep", callerToken)                                                          // shows contacts
	w.get("/list?list=keep", analystToken)                                                         // shows none
	w.get(download("keep", "control.csv"), analystToken)
	entries := w.entries()[before:]
	want := []Entry{
		{Who: "caller", Role: Marketing, What: "download", File: "lists/keep/list.csv", SHA256: sumOf(list), Bytes: int64(len(list))},
		{Who: "caller", Role: Marketing, What: "download", File: "lists/keep/list.csv", SHA256: sumOf(list), Bytes: 4, Range: "bytes=0-3"},
		{Who: "caller", Role: Marketing, What: "preview", File: "lists/keep/list.csv", SHA256: sumOf(list), Bytes: int64(len(list))},
		{Who: "maria", Role: Analyst, What: "download", File: "lists/keep/control.csv", SHA256: sumOf(townFiles(firstRun)["lists/keep/control.csv"]), Bytes: int64(len(townFiles(firstRun)["lists/keep/control.csv"]))},
	}
	if len(entries) != len(want) {
		t.Fatalf("%d lines for %d downloads: %+v", len(entries), len(want), entries)
	}
	for i, e := range entries {
		want[i].Time, want[i].Run, want[i].Remote = w.clock.now(), firstRun, "127.0.0.1"
		if e != want[i] {
			t.Errorf("line %d is %+v, not %+v", i, e, want[i])
		}
	}
}

func TestALogThatCannotBeWrittenHandsOutNothing(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("this system has no /dev/full")
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	w := newTown(t).start(true, func(o *Options) { o.Log = &Log{f: full} })
	for _, path := range []string{download("keep", "list.csv"), download("", "report.xlsx"), "/list?list=keep"} {
		for _, part := range []string{"", "bytes=0-3"} {
			got := w.get(path, callerToken, header("Range", part))
			if got.status != http.StatusServiceUnavailable || strings.Contains(got.body, "***17") || strings.Contains(got.body, "workbook work") || got.header.Get("Content-Disposition") != "" {
				t.Errorf("%s is answered %d: %.60q", path, got.status, got.body)
			}
		}
	}
	if got := w.get("/report", bossToken); got.status != 200 {
		t.Errorf("a page without a download is answered %d", got.status)
	}
	if _, err := OpenLog(t.TempDir()); err == nil {
		t.Error("a folder is a log")
	}
}

func TestAFileThatIsNotTheManifestsIsNotHandedOut(t *testing.T) {
	w := newTown(t)
	dir := filepath.Join(w.root, "runs", firstRun)
	w.file(filepath.Join(dir, "lists", "keep", "list.csv"), "customer_id,contact\nC1,forged\n")
	w.file(filepath.Join(dir, "lists", "keep", "list.xlsx"), "written later, in no manifest")
	w.file(filepath.Join(dir, "report.html"), "forged")
	w.start(true)
	for _, path := range []string{download("keep", "list.csv"), "/list?list=keep", "/report", download("", "report.html")} {
		if got := w.get(path, callerToken); got.status != http.StatusConflict || strings.Contains(got.body, "forged") {
			t.Errorf("%s is answered %d", path, got.status)
		}
	}
	if got := w.get(download("keep", "list.xlsx"), callerToken); got.status != 200 || got.header.Get("ETag") != `"`+sumOf("written later, in no manifest")+`"` {
		t.Errorf("a file that came later is answered %d", got.status)
	}
}
