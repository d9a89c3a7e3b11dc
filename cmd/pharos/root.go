package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// app is what every command shares: the streams and the flags of the root.
type app struct {
	in     io.Reader
	out    io.Writer // results
	err    io.Writer // talk: progress, warnings, errors
	config string    // --config
	json   bool      // --json
}

// commands are the constructors of all commands, in the order of the help.
func commands() []func(*app) *cobra.Command {
	return []func(*app) *cobra.Command{
		newDemoCommand,
		newInitCommand,
		newCheckCommand,
		newPlanCommand,
		newRunCommand,
		newReportCommand,
		newListCommand,
		newExplainCommand,
		newDiffCommand,
		newCloseCommand,
		newSQLCommand,
		newServeCommand,
		newRunsCommand,
		newVerifyCommand,
	}
}

// Do runs pharos with the given arguments and streams and returns the exit code. An interrupt
// cancels the context of the command; a second one ends the process at once.
func Do(args []string, in io.Reader, out, err io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)

	a := &app{in: in, out: out, err: err}
	root := newRootCommand(a)
	root.SetArgs(args)
	failure := root.ExecuteContext(ctx)
	if failure != nil && ctx.Err() != nil {
		failure = ctx.Err()
	}
	if failure != nil {
		printError(err, failure)
	}
	return exitCode(failure)
}

const helpTemplate = `{{with .Example}}Examples:
{{.}}

{{end}}{{with (or .Long .Short)}}{{. | trimTrailingWhitespaces}}

{{end}}{{if or .Runnable .HasSubCommands}}{{.UsageString}}{{end}}`

const usageTemplate = `Usage:
  {{.UseLine}}{{if .HasAvailableSubCommands}}

Commands:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

Flags:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableInheritedFlags}}

Flags of every command:
{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}
`

func newRootCommand(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "pharos [command]",
		Short: "A lighthouse for customer value",
		Long: `Pharos reads a company's orders, contracts and finance data, read-only, and publishes
customer value every night: tables for analysts, a report for executives, lists for marketing.

Exit codes: 0 published · 1 failed · 2 usage or configuration · 3 source unreachable or
read-only proof refused · 4 data gate failed · 5 another run holds the lock · 130 interrupted`,
		Example: `  pharos demo                     an invented company, complete, and its first run
  pharos init exports/            propose a pharos.yaml for your own files
  pharos check                    look at the sources and the mapping, write nothing
  pharos run --as-of 2026-09-01   the night's work`,
		Args:          cobra.ArbitraryArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cmd.Help()
		}
		return usageError("pharos --help lists the commands", "no command is named %q%s", args[0], nearestHint(args[0], commandNames(root)))
	}
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.SetHelpTemplate(helpTemplate)
	root.SetUsageTemplate(usageTemplate)
	root.PersistentFlags().StringVarP(&a.config, "config", "c", "pharos.yaml", "configuration file")
	root.PersistentFlags().BoolVar(&a.json, "json", false, "print the result as JSON")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError(cmd.CommandPath()+" --help", "read flags: %w%s", err, nearestFlag(cmd, err))
	})
	for _, build := range commands() {
		cmd := build(a)
		cmd.Args = usageArgs(cmd.Args)
		root.AddCommand(cmd)
	}
	return root
}

// usageArgs makes wrong arguments end with the exit code of wrong usage.
func usageArgs(validate cobra.PositionalArgs) cobra.PositionalArgs {
	if validate == nil {
		validate = cobra.NoArgs
	}
	return func(cmd *cobra.Command, args []string) error {
		if err := validate(cmd, args); err != nil {
			return usageError(cmd.CommandPath()+" --help", "read arguments: %w", err)
		}
		return nil
	}
}

// nearestFlag is the flag that was probably meant by one that the command does not have.
func nearestFlag(cmd *cobra.Command, err error) string {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return ""
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	return nearestHint("--"+unknown.GetSpecifiedName(), names)
}

func commandNames(root *cobra.Command) []string {
	var names []string
	for _, c := range root.Commands() {
		names = append(names, c.Name())
	}
	return names
}

// printJSON writes a result for programs: indented, without escaping of <, > and &.
func (a *app) printJSON(v any) error {
	enc := json.NewEncoder(a.out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return nil
}

// onTerminal says whether w is a terminal, where progress may redraw its line.
func onTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// styled sets text in bold on a terminal that wants colour. The words carry the meaning alone.
func (a *app) styled(text string) string {
	if os.Getenv("NO_COLOR") != "" || !onTerminal(a.out) {
		return text
	}
	return "\x1b[1m" + text + "\x1b[0m"
}
