package main

import (
	"fmt"
	"os"

	"github.com/pharos-analytics/pharos/pipeline"
)

// progress shows a run's steps: one line that is redrawn on a terminal, one line per step that
// people care about elsewhere, nothing with --json.
type progress struct {
	a        *app
	terminal bool
	models   int
	seconds  float64
}

func newProgress(a *app) *progress {
	return &progress{a: a, terminal: onTerminal(a.err) && os.Getenv("TERM") != "dumb"}
}

func (p *progress) step(s pipeline.Step) {
	if p.a.json {
		return
	}
	if s.Phase == "compute" {
		p.models++
		p.seconds += s.Seconds
		if p.terminal {
			fmt.Fprintf(p.a.err, "\r\x1b[Kcompute %d models  %s", p.models, s.Name)
		}
		return
	}
	if s.Phase == "query" { // as often as once a second, of several at once: for a terminal only
		if p.terminal {
			fmt.Fprintf(p.a.err, "\r\x1b[Kquery %s  %d of %d pieces, %.1f MB read", s.Name, s.Done, s.Of, float64(s.Bytes)/1e6)
		}
		return
	}
	if p.models > 0 {
		p.line(fmt.Sprintf("%-8s %d models  %.2f s", "compute", p.models, p.seconds))
		p.models, p.seconds = 0, 0
	}
	switch {
	case s.Phase == "retry":
		p.line(fmt.Sprintf("%-8s all sources in %.0f s: %s", s.Phase, s.Seconds, message(s.Fault)))
	case s.Phase == "read":
		p.line(fmt.Sprintf("%-8s %s  %d rows  %.2f s", s.Phase, s.Name, s.Rows, s.Seconds))
	default:
		p.line(fmt.Sprintf("%-8s %s  %.2f s", s.Phase, s.Name, s.Seconds))
	}
}

func (p *progress) line(text string) {
	if p.terminal {
		fmt.Fprint(p.a.err, "\r\x1b[K")
	}
	fmt.Fprintln(p.a.err, text)
}

func (p *progress) end() {
	if p.terminal && p.models > 0 && !p.a.json {
		fmt.Fprint(p.a.err, "\r\x1b[K")
	}
}
