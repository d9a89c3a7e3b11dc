package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/pharos-analytics/pharos/cmd/pharos/mingguang"
)

func newDemoCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "demo [DIR]",
		Short: "Write a complete invented company and do its first night's work",
		Long: `Writes Mingguang Optical (明光通信), a maker of optical communication parts: orders as CSV, finance
as a workbook, contracts as a SQLite file, and a pharos.yaml to copy from; then runs it. DIR is
mingguang by default.`,
		Example: `  pharos demo
  pharos demo /tmp/demo && pharos -c /tmp/demo/pharos.yaml list`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "mingguang"
			if len(args) == 1 {
				dir = args[0]
			}
			if err := mingguang.Write(dir); err != nil {
				if errors.Is(err, mingguang.ErrOccupied) {
					return usageError("pharos demo another-folder", "write the demo company to %s: %w", dir, err)
				}
				return fmt.Errorf("write the demo company: %w", err)
			}
			a.config = filepath.Join(dir, "pharos.yaml")
			if !a.json {
				fmt.Fprintf(a.err, "wrote Mingguang Optical (明光通信) to %s\n", dir)
			}
			cfg, err := loadConfig(a.config)
			if err != nil {
				return err
			}
			return a.run(cmd, cfg, runFlags{asOf: mingguang.AsOf})
		},
	}
}
