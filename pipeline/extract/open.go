package extract

import (
	"context"
	"errors"
)

// Open opens a source for reading, of whatever kind its spec names, and fixes the state that
// every Read of it sees. The caller closes it. An error names the source and its place in
// pharos.yaml, and is under ErrUnreachable, ErrMapping or the cause of ctx.
func Open(ctx context.Context, spec Spec) (Source, error) {
	src, err := open(ctx, spec)
	if err != nil {
		return nil, asUnreachable(ctx, err)
	}
	return src, nil
}

func open(ctx context.Context, spec Spec) (Source, error) {
	switch spec.Kind() {
	case "postgres":
		return openPostgres(ctx, spec)
	case "mysql":
		return openMySQL(ctx, spec)
	case "sqlite":
		return openSQLite(ctx, spec)
	case "csv":
		return openCSV(spec)
	case "fixed":
		return openFixed(spec)
	case "excel":
		return openExcel(spec)
	case "parquet":
		return openParquet(spec)
	case "jsonl":
		return openJSONL(spec)
	}
	return nil, specError(spec, errors.New("it says no kind: give postgres, mysql, sqlite, csv, fixed, excel, parquet or jsonl"))
}
