package main

import "github.com/pharos-analytics/pharos/pipeline"

// refuseOutput ends a command that would write into a source: what is derived never flows back.
// Every command that writes where the user says asks here first.
func refuseOutput(cfg *pipeline.Config, path string) error {
	for _, s := range cfg.Sources {
		if s.Owns(path) {
			return usageError("choose another file", "write %s: it belongs to source %s, and nothing is ever written to a source", path, s.Name)
		}
	}
	return nil
}
