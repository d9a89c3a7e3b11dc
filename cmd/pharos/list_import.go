package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

func newListImportCommand(a *app) *cobra.Command {
	var on string
	cmd := &cobra.Command{
		Use:   "import NAME FILE",
		Short: "Read back what people wrote into a list",
		Long: `Reads status, outcome and note of list.csv or list.xlsx (the whole, or a caller's file) as people
hand it back. Every row is held against the list of its run by its keyed id; when one row is wrong the
file is refused with every fault, and nothing of it is kept. The same file again adds nothing.

What was handed back stays in the workspace (outcomes/) and goes to no other system. From the next run
on, who was contacted is left alone for the list's cool_down, and who said "do not contact" is on no list.`,
		Example: `  pharos list import keep keep.xlsx
  pharos list import keep owners/Li.csv --on 2026-09-03   the day of the contacts; default today`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := loadConfig(a.config)
			if err != nil {
				return err
			}
			day := pipeline.Today(time.Now(), cfg.Company.Location)
			if on != "" {
				named, err := time.Parse(time.DateOnly, on)
				if err != nil || named.After(day) {
					return usageError("pharos list import keep keep.xlsx --on "+day.Format(time.DateOnly), "read --on: %q is no day up to today", on)
				}
				day = named
			}
			name := args[0]
			if err := knownList(cfg, name); err != nil {
				return err
			}
			o, err := pipeline.ImportOutcomes(cfg, name, args[1], day, pipeline.Options{Now: time.Now})
			if err != nil {
				return returnedError(err, cfg, name)
			}
			return a.sayImported(cfg, name, args[1], o)
		},
	}
	cmd.Flags().StringVar(&on, "on", "", "day of the contacts, as 2026-09-03; default today")
	return cmd
}

func knownList(cfg *pipeline.Config, name string) error {
	var names []string
	for _, l := range cfg.Lists {
		if l.Name == name {
			return nil
		}
		names = append(names, l.Name)
	}
	return usageError("pharos list", "there is no list %q%s", name, nearestHint(name, names))
}

// returnedError says that nothing was kept, under the faults of the file.
func returnedError(err error, cfg *pipeline.Config, name string) error {
	var refused *pipeline.ReturnedError
	if !errors.As(err, &refused) {
		return hinted(err, cfg, nil)
	}
	return &exitError{code: exitUsage, err: fmt.Errorf("import list %s: %s; nothing was kept\n%w", name, problems(len(refused.Faults)), err),
		hint: "put it right, then pharos list import " + name + " again"}
}

func (a *app) sayImported(cfg *pipeline.Config, name, file string, o *publish.OutcomeImport) error {
	if a.json {
		if o == nil {
			o = &publish.OutcomeImport{List: name}
		}
		return a.printJSON(o)
	}
	if o == nil {
		fmt.Fprintf(a.out, "%s says nothing about list %s that was not imported before; nothing was added\n", inert(file), name)
		return nil
	}
	fmt.Fprintf(a.out, "%s list %s: %d rows of contacts on %s", a.styled("imported"), name, o.Rows, o.On)
	if o.Objections > 0 {
		fmt.Fprintf(a.out, ", %d of customers who must not be contacted any more", o.Objections)
	}
	fmt.Fprintf(a.out, "\n  kept in  %s\n  next     pharos run counts them; pharos list lift %s measures what the list did\n", filepath.Join(cfg.Workspace, "outcomes", o.File.Path), name)
	return nil
}
