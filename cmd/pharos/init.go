package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/pharos-analytics/pharos/pipeline/extract"
)

// initOptions are the flags of pharos init.
type initOptions struct {
	targets     []string
	force       bool
	passwordEnv string
}

// initResult is what init did, for --json.
type initResult struct {
	Config  string   `json:"config"`
	KeyFile string   `json:"key_file"`
	Mapped  []string `json:"mapped"`
	Skipped []string `json:"skipped,omitempty"`
	AsOf    string   `json:"as_of,omitempty"`
	Next    []string `json:"next"`
}

func newInitCommand(a *app) *cobra.Command {
	var opts initOptions
	cmd := &cobra.Command{
		Use:   "init [PATH|DSN…]",
		Short: "Look at your data and propose a pharos.yaml",
		Long: `Looks at files, folders and databases, read-only, recognises what it can (English, German and
Chinese names), and writes a commented pharos.yaml and secrets/key. Without arguments it looks
at the folder it is called in.

A server's password comes from the environment variable PHAROS_PASSWORD, or from the one that
--password-env names; an address that holds a password is refused.`,
		Example: `  pharos init exports/                            every CSV, Excel, Parquet, JSON lines and SQLite file below
  pharos init shop.sqlite
  PHAROS_PASSWORD=… pharos init postgres://reader@db1/erp
  pharos init --config acme/pharos.yaml orders.csv`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.targets = args
			return a.propose(cmd.Context(), opts)
		},
	}
	cmd.Flags().BoolVar(&opts.force, "force", false, "overwrite an existing configuration; a key file is never overwritten")
	cmd.Flags().StringVar(&opts.passwordEnv, "password-env", "", "environment variable that holds the server's password")
	return cmd
}

// propose looks at the targets and writes the configuration, or says what is missing.
func (a *app) propose(ctx context.Context, opts initOptions) error {
	if _, err := os.Stat(a.config); err == nil && !opts.force {
		return usageError("pharos check, or pharos init --force to replace it", "write %s: it exists already", a.config)
	}
	if opts.passwordEnv != "" && !isVariable(opts.passwordEnv) {
		return usageError("--password-env ERP_PASSWORD", "read --password-env: give the name of a variable, never the password")
	}
	if len(opts.targets) == 0 {
		opts.targets = []string{"."}
	}
	dir, err := filepath.Abs(filepath.Dir(a.config))
	if err != nil {
		return fmt.Errorf("find folder of %s: %w", a.config, err)
	}
	look, err := a.look(ctx, opts)
	if err != nil {
		return err
	}
	defer look.close()
	p := makePlan(look.relations, look.sources)
	company := guessCompany(filepath.Base(dir), p)
	tried, err := look.tryOut(ctx, p, company)
	if err != nil {
		return err
	}
	if !p.usable() {
		return nothingUsable(look, p)
	}
	text := configText(dir, company, look.sources, p)
	cfg, err := parseConfig(a.config, []byte(text))
	if err != nil {
		return fmt.Errorf("check the proposed configuration: %w", err)
	}
	if err := refuseOutput(cfg, a.config); err != nil { // init --force --config orders.csv
		return err
	}
	return a.writeProposal(dir, text, p, look, tried)
}

// nothingUsable says what was seen and what a run would need.
func nothingUsable(look *look, p *plan) error {
	var b strings.Builder
	b.WriteString("propose a configuration: no order lines, contracts, ledger or opportunities were recognised")
	for _, n := range p.almost() {
		fmt.Fprintf(&b, "\n  %s", n.almost())
	}
	if len(look.relations) == 0 {
		b.WriteString("\n  no table was found at all")
	}
	for _, s := range look.skipped {
		b.WriteString("\n  " + s)
	}
	return usageError("order lines need an order's number, a customer, a day and an amount; give such a file, or write pharos.yaml by hand (README, your own data)", "%s", b.String())
}

// writeProposal writes pharos.yaml and the key, and says what comes next.
func (a *app) writeProposal(dir, text string, p *plan, look *look, tried trialSummary) error {
	key := filepath.Join(dir, "secrets", "key")
	if err := writeKey(key); err != nil {
		return err
	}
	if err := os.WriteFile(a.config, []byte(text), 0o644); err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	result := initResult{Config: a.config, KeyFile: key, Skipped: look.skipped, AsOf: tried.asOf}
	for i, m := range p.mappings {
		result.Mapped = append(result.Mapped, fmt.Sprintf("%s from %s: %d columns, %s", m.table.Name, m.from.label, len(m.columns), tried.lines[i]))
	}
	run := "pharos run"
	if tried.asOf != "" {
		run += " --as-of " + tried.asOf
	}
	result.Next = []string{"look at the lines marked CHECK in " + a.config, "pharos check", run}
	for _, name := range look.refused {
		result.Next = append([]string{"the role of source " + name + " may do more than read, and a run refuses it: pharos check --grants " + name + " prints the script of the right one"}, result.Next...)
	}
	if a.json {
		return a.printJSON(result)
	}
	fmt.Fprintf(a.out, "%s %s\n", a.styled("Proposed"), a.config)
	for _, line := range result.Mapped {
		fmt.Fprintf(a.out, "  %s\n", line)
	}
	for _, line := range result.Skipped {
		fmt.Fprintf(a.out, "  left out: %s\n", line)
	}
	fmt.Fprintln(a.out, a.styled("Next"))
	for i, line := range result.Next {
		fmt.Fprintf(a.out, "  %d. %s\n", i+1, line)
	}
	if tried.asOf != "" {
		fmt.Fprintf(a.out, "  (%s is the day after the newest row seen; without --as-of a run counts up to today)\n", tried.asOf)
	}
	return nil
}

// writeKey makes the key file unless it is there: row ids and control groups hang on it.
func writeKey(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make folder of the key: %w", err)
	}
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	_, err = f.WriteString(hex.EncodeToString(secret) + "\n")
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	return nil
}

// look holds what init opened and saw.
type look struct {
	sources   []*foundSource
	open      []extract.Source
	relations []*looked
	skipped   []string
	refused   []string // sources whose role may do more than read, by name: a run would refuse them
}

func (l *look) close() {
	for _, src := range l.open {
		_ = src.Close() // init has read all it wants; check and run report a source's evidence
	}
}
