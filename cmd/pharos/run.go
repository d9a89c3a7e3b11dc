package main

import (
	"fmt"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// version is set by the linker (make build); otherwise the module's own version is used.
var version = ""

func programVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "dev"
}

type runFlags struct {
	asOf     string
	fromLake bool
	only     []string
	until    string
	full     bool
	reload   []string
}

func newRunCommand(a *app) *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Do the night's work: read, compute, check, publish",
		Long: `Reads every source into the lake, computes the models, checks them and publishes marts, report
and lists. Only a run that ends with exit code 0 becomes the current one; a run whose gates fail
is kept under runs/failed and looked at with pharos runs and pharos sql --run.`,
		Example: `  pharos run                              as of today in the company's time zone
  pharos run --as-of 2026-09-01           as of that day: everything before it counts
  pharos run --from-lake                  compute again on what was read last
  pharos run --until lake                 read the sources into the lake and stop there
  pharos run --full                       read whole what is else read by its changes
  pharos run --reload order_lines/2026-03 read one month of a table again
  pharos run --only profit_tiers,pareto   just these marts; the current run stays current`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(f.reload) == 1 && len(args) == 1 && !strings.Contains(f.reload[0], "/") { // --reload TABLE PARTITION
				return nil
			}
			if len(args) > 0 {
				return usageError("pharos run --help", "unknown argument %q", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := loadConfig(a.config)
			if err != nil {
				return err
			}
			if len(args) == 1 {
				f.reload[0] += "/" + args[0]
			}
			return a.run(cmd, cfg, f)
		},
	}
	cmd.Flags().StringVar(&f.asOf, "as-of", "", "the day D (YYYY-MM-DD): everything before it counts; default today")
	cmd.Flags().BoolVar(&f.fromLake, "from-lake", false, "compute on the last snapshot of the lake; read no source")
	cmd.Flags().StringSliceVar(&f.only, "only", nil, "compute only these marts and what they stand on")
	cmd.Flags().BoolVar(&f.full, "full", false, "read every table whole, those too that are read by their changes")
	cmd.Flags().StringSliceVar(&f.reload, "reload", nil, "read a partition again: TABLE/PARTITION, such as order_lines/2026-03")
	cmd.Flags().StringVar(&f.until, "until", "", "stop after this step: lake")
	return cmd
}

// run does one run and says what came of it.
func (a *app) run(cmd *cobra.Command, cfg *pipeline.Config, f runFlags) error {
	asOf := pipeline.Today(time.Now(), cfg.Company.Location)
	if f.asOf != "" {
		d, err := time.Parse(time.DateOnly, f.asOf)
		if err != nil {
			return usageError("--as-of 2026-09-01", "read --as-of %q: it is no day of the form YYYY-MM-DD", f.asOf)
		}
		asOf = d
	}
	if f.until != "" && f.until != "lake" {
		return usageError("--until lake", "stop after %q: a run can stop after the lake", f.until)
	}
	if f.until != "" && (f.fromLake || len(f.only) > 0) {
		return usageError("pharos run --until lake", "--until lake only reads: it does not go with --from-lake or --only")
	}
	if f.fromLake && (f.full || len(f.reload) > 0) {
		return usageError("pharos run --full", "--from-lake reads no source: it does not go with --full or --reload")
	}
	var reload []pipeline.Partition
	for _, text := range f.reload {
		p, ok := pipeline.ParsePartition(text)
		if !ok {
			return usageError("--reload order_lines/2026-03", "read --reload %q: write TABLE/PARTITION", text)
		}
		reload = append(reload, p)
	}
	tell, err := newsOf(cfg, f)
	if err != nil {
		return hinted(err, cfg, nil)
	}
	progress := newProgress(a)
	out, err := pipeline.Run(cmd.Context(), cfg, pipeline.Options{
		AsOf: asOf, FromLake: f.fromLake, Only: f.only, UntilLake: f.until == "lake", Full: f.full, Reload: reload, Version: programVersion(), Progress: progress.step, Now: time.Now,
	})
	progress.end()
	if err != nil {
		err = hinted(err, cfg, out)
		a.mailFailure(cmd.Context(), cfg, tell, asOf, err)
		return err
	}
	if out.Manifest == nil {
		return a.sayRead(out)
	}
	if a.json {
		err = a.printJSON(runResult(out))
	} else {
		a.sayPublished(cfg, out)
	}
	a.mailNews(cmd.Context(), cfg, tell, out)
	return err
}

// published is the result of a run for programs.
type published struct {
	Run       string                `json:"run"`
	Status    string                `json:"status"`
	AsOf      string                `json:"as_of"`
	Dir       string                `json:"dir"`
	Unchanged bool                  `json:"unchanged"`
	Checks    []publish.Check       `json:"checks"`
	Missing   []publish.NotComputed `json:"not_computed"`
	Proposed  int                   `json:"proposed_merges,omitempty"`
	Withheld  string                `json:"lists_withheld,omitempty"` // why no list was written
}

func runResult(out *pipeline.Outcome) published {
	m := out.Manifest
	return published{Run: m.ID, Status: m.Status, AsOf: m.AsOf, Dir: out.Dir, Unchanged: out.Unchanged, Checks: m.Checks, Missing: m.NotComputed, Proposed: out.Proposed, Withheld: m.Withheld}
}

func (a *app) sayPublished(cfg *pipeline.Config, out *pipeline.Outcome) {
	m := out.Manifest
	var warnings int
	for _, c := range m.Checks {
		if c.Verdict != "passed" {
			warnings++
		}
	}
	for _, line := range notComputed(m.NotComputed) {
		fmt.Fprintf(a.err, "not computed: %s\n", line)
	}
	if warnings > 0 {
		fmt.Fprintf(a.err, "%d of %d checks warn: pharos sql \"select * from quality where verdict <> 'passed'\"\n", warnings, len(m.Checks))
	}
	if out.Proposed > 0 {
		fmt.Fprintf(a.err, "%s proposed in %s: write accept or refuse before each, then run again\n", merges(out.Proposed), cfg.Identity.Merges)
	}
	what := "published"
	switch {
	case out.Unchanged:
		what = "nothing changed: this run is already published as"
	case m.Status == publish.StatusPartial:
		what = "computed, not made current:"
	}
	fmt.Fprintf(a.out, "%s %s\n", a.styled(what), m.ID)
	if m.Status == publish.StatusPartial {
		fmt.Fprintf(a.out, "  marts    %s\n  next     pharos sql --run %s \"…\"\n", filepath.Join(out.Dir, "marts"), m.ID)
		return
	}
	fmt.Fprintf(a.out, "  report   %s\n", filepath.Join(out.Dir, "report.html"))
	next := "open the report; pharos sql --describe"
	switch {
	case m.Withheld != "":
		fmt.Fprintf(a.out, "  lists    %s\n", strings.TrimPrefix(sayWithheld(m.Withheld), "lists "))
	case slices.ContainsFunc(m.Files, func(f publish.RunFile) bool { return strings.HasPrefix(f.Path, "lists/") }):
		fmt.Fprintf(a.out, "  lists    %s\n", filepath.Join(out.Dir, "lists"))
		next = "open the report; pharos list; pharos sql \"select * from kpis\""
	}
	fmt.Fprintf(a.out, "  marts    %s\n  as of    %s (everything before it counts)\n  next     %s\n", filepath.Join(out.Dir, "marts"), m.AsOf, next)
}

// notComputed names what was not computed, those for the same reason on one line.
func notComputed(all []publish.NotComputed) []string {
	var reasons []string
	marts := map[string][]string{}
	for _, n := range all {
		if len(marts[n.Reason]) == 0 {
			reasons = append(reasons, n.Reason)
		}
		marts[n.Reason] = append(marts[n.Reason], n.Mart)
	}
	var lines []string
	for _, reason := range reasons {
		lines = append(lines, strings.Join(marts[reason], ", ")+" "+strings.Replace(reason, "needs ", agree(len(marts[reason])), 1))
	}
	return lines
}

func agree(n int) string {
	if n == 1 {
		return "needs "
	}
	return "need "
}

// merges counts them for people.
func merges(n int) string {
	if n == 1 {
		return "1 merge"
	}
	return fmt.Sprintf("%d merges", n)
}

// sayRead says what a run that ended with the lake has read.
func (a *app) sayRead(out *pipeline.Outcome) error {
	if a.json {
		return a.printJSON(out.Snapshot)
	}
	fmt.Fprintf(a.out, "%s %s\n", a.styled("read into the lake, nothing published: snapshot"), out.Snapshot.ID)
	fmt.Fprintf(a.out, "  lake     %s\n  next     pharos run --from-lake\n", out.Dir)
	return nil
}
