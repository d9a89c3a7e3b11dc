package pipeline

import (
	"context"
	"runtime"

	"github.com/pharos-analytics/pharos/pipeline/model"
)

// defaultMemoryMB is what the engine may hold unless engine.duckdb.memory says otherwise; what
// does not fit is spilled.
const defaultMemoryMB = 4096

// openEngine starts the embedded engine within the configured bounds.
func openEngine(ctx context.Context, e EngineSetting, o model.DuckDBOptions) (*model.DuckDB, error) {
	o.MemoryMB, o.Threads = e.MemoryMB, e.Threads
	if o.MemoryMB == 0 {
		o.MemoryMB = defaultMemoryMB
	}
	if o.Threads == 0 {
		o.Threads = runtime.NumCPU()
	}
	return model.OpenDuckDB(ctx, o)
}
