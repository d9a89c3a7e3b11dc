package serve

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// visible is what each role is answered for each path: this machine without tokens, then, with
// tokens, executive, marketing, analyst, and nobody.
var visible = []struct {
	path                            string
	local, boss, caller, maria, any int
}{
	{"/", 200, 200, 200, 200, 401},
	{"/report", 200, 200, 200, 200, 401},
	{"/report?run=" + secondRun, 200, 200, 200, 200, 401},
	{"/report?run=" + failedRun, 404, 404, 404, 404, 401},
	{"/lists", 200, 403, 200, 200, 401},
	{"/list?list=keep", 200, 403, 200, 200, 401},
	{"/list?list=none", 404, 403, 404, 404, 401},
	{"/customers", 200, 403, 403, 200, 401},
	{"/customers?q=Ann", 200, 403, 403, 200, 401},
	{"/customer?id=C1", 200, 403, 403, 200, 401},
	{"/customer?id=stranger", 404, 403, 403, 404, 401},
	{"/explain?id=C1", 200, 403, 403, 200, 401},
	{"/figure?id=C1&mart=customer_profit&column=profit", 200, 403, 403, 200, 401},
	{"/figure?id=C1&mart=customer_profit&column=none", 404, 403, 403, 404, 401},
	{"/segments", 200, 403, 403, 200, 401},
	{"/segment?by=tier&segment=high", 200, 403, 403, 200, 401},
	{"/marts", 200, 403, 403, 200, 401},
	{"/mart?mart=customer_profit", 200, 403, 403, 200, 401},
	{"/mart?mart=none", 404, 403, 403, 404, 401},
	{"/quality", 200, 200, 403, 200, 401},
	{"/quality?run=" + failedRun, 200, 200, 403, 200, 401},
	{"/definitions", 200, 200, 200, 200, 401},
	{"/runs", 200, 200, 200, 200, 401},
	{"/run?run=" + firstRun, 200, 200, 200, 200, 401},
	{"/run?run=stranger", 404, 404, 404, 404, 401},
	{download("", "report.html"), 200, 200, 200, 200, 401},
	{download("", "report.xlsx"), 200, 200, 200, 200, 401},
	{download("keep", "list.csv"), 200, 403, 200, 403, 401},
	{download("keep", "list.parquet"), 200, 403, 200, 403, 401},
	{download("keep", "owners/王芳.csv"), 200, 403, 200, 403, 401},
	{download("keep", "owners/control.csv"), 200, 403, 200, 403, 401}, // of the owner who is called control
	{download("keep", "control.csv"), 200, 403, 403, 200, 401},
	{download("keep", "suppressed.csv"), 200, 403, 200, 200, 401},
	{download("keep", "schema.json"), 200, 403, 200, 200, 401},
	{download("keep", "README"), 200, 403, 200, 200, 401},
	{download("fix", "control.csv"), 403, 403, 403, 403, 401},    // more than ids: for nobody
	{download("fix", "suppressed.csv"), 200, 403, 200, 403, 401}, // with contacts
	{download("fix", "surprise.bin"), 200, 403, 200, 403, 401},
	{"/login", 404, 200, 200, 200, 200},
	{"/logout", 405, 405, 405, 405, 401},
	{"/style.css", 200, 200, 200, 200, 200},
	{"/icon.svg", 200, 200, 200, 200, 200},
	{"/nothing", 404, 404, 404, 404, 404},
}

func TestEveryRoleSeesItsPagesAndNoOthers(t *testing.T) {
	local, people := newTown(t).start(false), newTown(t).start(true)
	tested := map[string]bool{}
	for _, row := range visible {
		path, _, _ := strings.Cut(row.path, "?")
		tested[path] = true
		for _, one := range []struct {
			who    string
			town   *town
			token  string
			status int
		}{{"local", local, "", row.local}, {"executive", people, bossToken, row.boss}, {"marketing", people, callerToken, row.caller}, {"analyst", people, analystToken, row.maria}, {"nobody", people, "", row.any}} {
			if got := one.town.get(row.path, one.token); got.status != one.status {
				t.Errorf("%s for %s is answered %d, not %d", row.path, one.who, got.status, one.status)
			}
		}
	}
	for _, r := range routes() {
		if !tested[r.path] {
			t.Errorf("nobody says who may see %s: give it a row in the table", r.path)
		}
	}
}

func TestNobodySeesContactsButMarketing(t *testing.T) {
	w := newTown(t).start(true)
	page := w.get("/list?list=keep", callerToken).body
	if !strings.Contains(page, "***17") {
		t.Error("marketing sees no contact in the preview")
	}
	if strings.Contains(page, "control.csv") && !strings.Contains(page, "owners/control.csv") || strings.Contains(page, "C9") {
		t.Error("marketing sees the control group")
	}
	page = w.get("/list?list=keep", analystToken).body
	if strings.Contains(page, "***17") || strings.Contains(page, "list.csv") || !strings.Contains(page, "control.csv") {
		t.Error("the analyst sees a contact or a file with contacts, or not the control group")
	}
	for _, path := range []string{"/", "/report", "/runs", "/run", "/quality", "/definitions"} {
		if page := w.get(path, bossToken).body; strings.Contains(page, "***17") || strings.Contains(page, "list.csv") {
			t.Errorf("%s shows the executive a contact or a list", path)
		}
	}
	if page := w.get("/mart?mart=quarantine", analystToken).body; strings.Contains(page, "SECRET") {
		t.Error("a value that broke a rule, which may be a phone number, is shown")
	}
}

func TestAMenuLeadsOnlyWhereTheRoleMayGo(t *testing.T) {
	w := newTown(t).start(true)
	for _, token := range []string{bossToken, callerToken, analystToken} {
		page := w.get("/", token).body
		for _, r := range routes() {
			if r.title == "" {
				continue
			}
			linked := strings.Contains(page, `<li><a href="`+r.path+`"`)
			if status := w.get(r.path, token).status; linked != (status == http.StatusOK) {
				t.Errorf("%s: the menu of %s has it %t, and it is answered %d", r.path, token, linked, status)
			}
		}
	}
}

func TestPathTricksFindNothing(t *testing.T) {
	w := newTown(t)
	secret := filepath.Join(w.root, "secret.csv")
	w.file(secret, "contact\nann@example.org\n")
	lists := filepath.Join(w.root, "runs", firstRun, "lists")
	for from, to := range map[string]string{"keep/outside.csv": secret, "keep/inside.csv": filepath.Join(lists, "keep", "list.csv"), "elsewhere": w.root, "keep/dir": lists} {
		if err := os.Symlink(to, filepath.Join(lists, from)); err != nil {
			t.Fatal(err)
		}
	}
	w.start(false)
	for _, name := range []string{
		"../list.csv", "../../manifest.json", "../../../../secret.csv", "/etc/passwd", secret, "list.csv/", "./list.csv", "owners/../list.csv", "owners", "",
		"list.csv\x00", "list.csv\x00.html", "..\\list.csv", "%2e%2e/list.csv", "LIST.CSV", "outside.csv", "inside.csv", "dir/keep/list.csv", "manifest.json", "list.csv;a", "\u202elist.csv",
	} {
		for _, list := range []string{"keep", "", "elsewhere", "../keep", "keep/owners", ".."} {
			if got := w.get(download(list, name), ""); got.status != http.StatusNotFound || strings.Contains(got.body, w.root) || strings.Contains(got.body, "example.org") {
				t.Errorf("list %q, file %q is answered %d: %.80q", list, name, got.status, got.body)
			}
		}
	}
	for _, run := range []string{"..", "failed", "failed/" + failedRun, "../runs/" + firstRun, firstRun + "/", firstRun + "\x00", "/", "."} {
		if got := w.get("/run?run="+strings.NewReplacer("\x00", "%00").Replace(run), ""); got.status != http.StatusNotFound {
			t.Errorf("run %q is answered %d", run, got.status)
		}
	}
	for _, path := range []string{"/../secret.csv", "/%2e%2e/secret.csv", "/..%2fsecret.csv", "//etc/passwd", "/runs/", "/runs/" + firstRun, "/templates/style.css", "/style.css/", "/%00", "/list%00", "/STYLE.CSS", "/lists/keep/list.csv", "/CURRENT"} {
		if got := w.get(path, ""); got.status != http.StatusNotFound || strings.Contains(got.body, "example.org") {
			t.Errorf("%s is answered %d", path, got.status)
		}
	}
}

func TestNothingButReadingIsAnswered(t *testing.T) {
	w := newTown(t).start(true)
	for _, r := range routes() {
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"} {
			if method == "POST" && r.posts {
				continue
			}
			if got := w.ask(method, r.path, analystToken); got.status != http.StatusMethodNotAllowed || got.header.Get("Allow") == "" {
				t.Errorf("%s %s is answered %d", method, r.path, got.status)
			}
		}
	}
	if got := w.ask("HEAD", "/", analystToken); got.status != 200 || got.body != "" {
		t.Errorf("HEAD / is answered %d with %d bytes", got.status, len(got.body))
	}
}
