package main

import (
	"errors"
	"fmt"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/pharos-analytics/pharos/analysis"
	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/segment"
)

func newListLiftCommand(a *app) *cobra.Command {
	p := pipeline.DefaultLift()
	var run string
	cmd := &cobra.Command{
		Use:   "lift NAME",
		Short: "Measure what a list did, against its control group",
		Long: `Compares the customers whom a run chose for a list with those it left out by chance, by what the
current run's data says of the days after: the share who bought, and the net revenue of a customer.
Everybody who was chosen counts, called or not; whom chance left out counts even where somebody called
them, and that is said. The differences are taken within profit tiers.

Shares: Newcombe's interval over strata (Newcombe 1998, Yan and Su 2010). Money: Welch's. 95 %.`,
		Example: `  pharos list lift keep
  pharos list lift keep --days 90 --run 2026-06-01-4f1c09ab77de`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := loadConfig(a.config)
			if err != nil {
				return err
			}
			if p.Days < 1 || p.Days > 3660 || p.AtLeast < 2 {
				return usageError("pharos list lift keep --days 60 --at-least 30", "read flags: --days is 1 to 3660, --at-least 2 or more")
			}
			if err := knownList(cfg, args[0]); err != nil {
				return err
			}
			l, err := pipeline.MeasureLift(cmd.Context(), cfg, args[0], run, p)
			if errors.Is(err, pipeline.ErrNoLift) {
				return &exitError{code: exitUsage, err: err, hint: "pharos runs lists the runs; --days 30 looks at a shorter time"}
			}
			if err != nil {
				return hinted(err, cfg, nil)
			}
			if a.json {
				return a.printJSON(liftJSON(l))
			}
			return a.sayLift(l, p)
		},
	}
	cmd.Flags().StringVar(&run, "run", "", "run that handed the list over; default the last whose days are over")
	cmd.Flags().IntVar(&p.Days, "days", p.Days, "days after the list in which purchases count")
	cmd.Flags().IntVar(&p.AtLeast, "at-least", p.AtLeast, "customers needed in the list and in the control group")
	return cmd
}

func (a *app) sayLift(l *pipeline.Lift, p pipeline.LiftPolicy) error {
	fmt.Fprintf(a.out, "%s %s of run %s, %s to %s\n", a.styled("list"), l.List, l.Run, l.From.Format(time.DateOnly), l.Until.AddDate(0, 0, -1).Format(time.DateOnly))
	table := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\tchosen\tleft out\tdifference\t95 % interval")
	fmt.Fprintf(table, "customers\t%d\t%d\n", l.Treated, l.Control)
	if e := l.Share; e != nil {
		fmt.Fprintf(table, "bought\t%.1f %%\t%.1f %%\t%+.1f points\t%+.1f to %+.1f\n", 100*e.Treated, 100*e.Control, 100*e.Difference, 100*e.Low, 100*e.High)
	}
	if e := l.Money; e != nil {
		fmt.Fprintf(table, "net revenue each (%s)\t%.2f\t%.2f\t%+.2f\t%+.2f to %+.2f\n", l.Currency, e.Treated, e.Control, e.Difference, e.Low, e.High)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("print lift: %w", err)
	}
	if l.TreatedMissing+l.ControlMissing > 0 {
		fmt.Fprintf(a.out, "not enough data: %d customers are needed on either side; %d more chosen and %d more left out\n", p.AtLeast, l.TreatedMissing, l.ControlMissing)
	}
	if e := l.Share; e != nil && e.StrataDropped > 0 {
		fmt.Fprintf(a.out, "%d of the chosen are in tiers without anybody left out and are not compared\n", l.Treated-e.TreatedN)
	}
	fmt.Fprintf(a.out, "%d of %d chosen were contacted in these days, and all of them count; of the %d left out %d were contacted all the same and %d were on a list meanwhile, which makes the difference look smaller\n",
		l.TreatedTouched, l.Treated, l.Control, l.ControlTouched, l.ControlListed)
	for _, o := range l.Outcomes {
		fmt.Fprintf(a.out, "  handed back: %s %s %s\n", strconv.FormatInt(o.Rows, 10), segment.WorkWord(segment.English, o.Status), segment.WorkWord(segment.English, o.Outcome))
	}
	return nil
}

// effectJSON is a difference for programs.
type effectJSON struct {
	Treated    float64 `json:"treated"`
	Control    float64 `json:"control"`
	Difference float64 `json:"difference"`
	Low        float64 `json:"low"`
	High       float64 `json:"high"`
	TreatedN   int64   `json:"treated_customers"`
	ControlN   int64   `json:"control_customers"`
}

func effectOf(e *analysis.Effect) *effectJSON {
	if e == nil {
		return nil
	}
	return &effectJSON{e.Treated, e.Control, e.Difference, e.Low, e.High, e.TreatedN, e.ControlN}
}

func liftJSON(l *pipeline.Lift) any {
	type outcome struct {
		Status  string `json:"status"`
		Outcome string `json:"outcome"`
		Rows    int64  `json:"rows"`
	}
	out := struct {
		List           string      `json:"list"`
		Run            string      `json:"run"`
		From           string      `json:"from"`
		Until          string      `json:"until"` // the day after the last
		Currency       string      `json:"currency"`
		Treated        int64       `json:"treated"`
		TreatedTouched int64       `json:"treated_touched"`
		Control        int64       `json:"control"`
		ControlTouched int64       `json:"control_touched"`
		ControlListed  int64       `json:"control_listed"`
		TreatedMissing int64       `json:"treated_missing"`
		ControlMissing int64       `json:"control_missing"`
		Share          *effectJSON `json:"share"`
		Money          *effectJSON `json:"money"`
		Outcomes       []outcome   `json:"outcomes"`
	}{l.List, l.Run, l.From.Format(time.DateOnly), l.Until.Format(time.DateOnly), l.Currency, l.Treated, l.TreatedTouched, l.Control, l.ControlTouched, l.ControlListed,
		l.TreatedMissing, l.ControlMissing, effectOf(l.Share), effectOf(l.Money), []outcome{}}
	for _, o := range l.Outcomes {
		out.Outcomes = append(out.Outcomes, outcome(o))
	}
	return out
}
