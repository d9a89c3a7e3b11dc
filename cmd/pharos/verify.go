package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

func newVerifyCommand(a *app) *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "verify [RUN]",
		Short: "Re-read a run and its lake files and compare them with their manifests",
		Long:  `Checks presence, size and SHA-256 of every file, and rows, null counts and column sums of the lake.`,
		Example: `  pharos verify         the current run
  pharos verify --all   every kept run`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := loadConfig(a.config)
			if err != nil {
				return err
			}
			var ids []string
			if len(args) == 1 {
				ids = args
			}
			return hinted(a.verify(cmd, cfg, ids, all), cfg, nil)
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "verify every kept run")
	return cmd
}

// verified is the result for one run.
type verified struct {
	Run      string   `json:"run"`
	Files    int      `json:"files"`
	Problems []string `json:"problems"`
}

func (a *app) verify(cmd *cobra.Command, cfg *pipeline.Config, ids []string, all bool) error {
	w := &publish.Workspace{Root: cfg.Workspace}
	var dirs []string
	if all {
		runs, broken, err := w.Runs()
		if err != nil {
			return err
		}
		dirs = append(dirs, broken...)
		for _, m := range runs {
			if m.Status != publish.StatusFailed {
				dirs = append(dirs, w.RunDir(m.ID))
			}
		}
	} else {
		id := ""
		if len(ids) > 0 {
			id = ids[0]
		}
		dir, err := w.Resolve(id)
		if err != nil {
			return err
		}
		dirs = []string{dir}
	}
	results, err := verifyClosings(w)
	if err != nil {
		return err
	}
	bad := 0
	for _, v := range results {
		bad += len(v.Problems)
	}
	for _, dir := range dirs {
		v, err := verifyOne(cmd, w, dir)
		if err != nil {
			v = verified{Run: filepath.Base(dir), Problems: []string{err.Error()}}
		}
		bad += len(v.Problems)
		results = append(results, v)
	}
	if a.json {
		if err := a.printJSON(results); err != nil {
			return err
		}
	} else {
		a.printVerified(results)
	}
	if bad > 0 {
		return &exitError{code: exitFailed, err: fmt.Errorf("verify: %s in %s", problems(bad), cfg.Workspace), hint: "pharos run publishes a new run from the sources"}
	}
	return nil
}

// verifyClosings compares every closing with its manifest: no run can make one again.
func verifyClosings(w *publish.Workspace) ([]verified, error) {
	closings, err := w.ReadClosings()
	if err != nil {
		return nil, err
	}
	var results []verified
	for _, c := range closings {
		v := verified{Run: "closing " + c.Period, Files: len(c.Files), Problems: []string{}}
		for _, p := range w.VerifyClosing(c) {
			v.Problems = append(v.Problems, p.Path+" "+p.Detail)
		}
		results = append(results, v)
	}
	return results, nil
}

func verifyOne(cmd *cobra.Command, w *publish.Workspace, dir string) (verified, error) {
	m, problems, err := publish.VerifyRun(dir)
	if err != nil {
		return verified{}, err
	}
	v := verified{Run: m.ID, Files: len(m.Files), Problems: []string{}}
	for _, p := range problems {
		v.Problems = append(v.Problems, p.Path+" "+p.Detail)
	}
	if m.Snapshot == "" {
		return v, nil // a reading that failed: it left its verdicts and no data
	}
	l, err := lake.OpenExisting(w.Lake())
	if err != nil {
		return v, err
	}
	s, err := l.Load(m.Snapshot)
	if err != nil {
		v.Problems = append(v.Problems, err.Error())
		return v, nil
	}
	found, err := l.Verify(cmd.Context(), s)
	if errors.Is(err, cmd.Context().Err()) && err != nil {
		return v, err
	}
	for _, p := range found {
		v.Problems = append(v.Problems, "lake: "+p.String())
	}
	files := map[string]bool{} // the relations of customers share the keys of their changes
	for _, t := range s.Tables {
		for _, part := range t.Folders() {
			for _, f := range part.Files {
				files[f.Path] = true
			}
		}
	}
	v.Files += len(files)
	return v, err
}

func (a *app) printVerified(results []verified) {
	for _, v := range results {
		if len(v.Problems) == 0 {
			fmt.Fprintf(a.out, "verified %s: %d files are what the manifests say\n", v.Run, v.Files)
			continue
		}
		fmt.Fprintf(a.out, "%s: %s\n", v.Run, problems(len(v.Problems)))
		for _, p := range v.Problems {
			fmt.Fprintf(a.out, "  %s\n", p)
		}
	}
}
