package pipeline

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// ErrNoReveal says that contacts are not shown: no reason is given, or there is no such list to show.
var ErrNoReveal = errors.New("the contacts are not shown")

// longestReason is what a line of the log holds.
const longestReason = 500

// RevealList gives a list of the current run as CSV with the contacts of who is on it, as the run's
// own data has them, and of nobody else. Who looked, at what and why is written down and synced
// before anything comes back; when that fails nothing does. Older runs know no opt-out since then and
// are not asked.
//
// Errors: ErrNoReveal, publish.ErrNoRun, or what failed.
func RevealList(ctx context.Context, cfg *Config, list, reason string, now time.Time) (text []byte, r publish.Reveal, err error) {
	refuse := func(why string) error {
		return kindError{fmt.Errorf("reveal list %s: %s", list, why), ErrNoReveal}
	}
	reason = strings.TrimSpace(reason)
	switch {
	case reason == "":
		return nil, r, refuse("a reason is needed: it is written down with your name")
	case len([]rune(reason)) > longestReason:
		return nil, r, refuse(fmt.Sprintf("the reason has more than %d characters", longestReason))
	}
	c, err := OpenRunLazily(ctx, cfg, "")
	if err != nil {
		return nil, r, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	version := slices.IndexFunc(c.Manifest.Lists, func(v publish.ListVersion) bool { return v.List == list })
	if c.Manifest.Withheld != "" || version < 0 {
		return nil, r, refuse("run " + c.Manifest.ID + " wrote no such list")
	}
	contacts, err := c.contacts(ctx, list)
	if err != nil {
		return nil, r, err
	}
	var page bytes.Buffer
	rows, err := publish.WriteRevealed(&page, filepath.Join(c.Dir, "lists", list, "list.parquet"), contacts, !cfg.ListFormat.Plain)
	if err != nil {
		return nil, r, err
	}
	sum := sha256.Sum256(page.Bytes())
	r = publish.Reveal{At: now.UTC(), User: "unknown", Run: c.Manifest.ID, List: list, Version: c.Manifest.Lists[version].Version, Rows: rows, Reason: reason, SHA256: hex.EncodeToString(sum[:])}
	if u, err := user.Current(); err == nil { // a container may have no name for its user
		r.User = u.Username
	}
	if err := (&publish.Workspace{Root: cfg.Workspace}).NoteReveal(r); err != nil {
		return nil, r, err
	}
	return page.Bytes(), r, nil
}

// contacts are those of who is on a list, on the channel that the list says.
func (c *Console) contacts(ctx context.Context, list string) (map[string]string, error) {
	if err := c.Prepare(ctx, "staging.persons"); err != nil {
		return nil, err
	}
	type contact struct{ customer, text string }
	found, err := bind(ctx, c, `select list_members.customer_id,
			case when list_members.channel = 'email' then trim(persons.email)
			when list_members.channel in ('phone', 'sms') then trim(persons.phone) end as contact
		from publish.list_members as list_members
		inner join staging.persons as persons on persons.customer_id = list_members.customer_id
		where list_members.status = 'chosen' and list_members.list = `+literal(list), func(r record) contact {
		return contact{r.text("customer_id"), r.text("contact")}
	})
	contacts := make(map[string]string, len(found))
	for _, f := range found {
		contacts[f.customer] = f.text
	}
	return contacts, err
}
