package model

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Formats of QueryTo.
const (
	FormatTable   = "table"   // for people: aligned, control characters made visible
	FormatCSV     = "csv"     // exact: NULL is nothing, an empty text is ""
	FormatJSON    = "json"    // an array of objects; numbers keep every digit
	FormatParquet = "parquet" // one file
)

// QueryTo runs one select and writes its rows. All formats but parquet show a value in the same
// way (Text). Rows keep the query's order; without one, that of the tables if the engine was
// opened with KeepOrder.
func (e *DuckDB) QueryTo(ctx context.Context, query string, w io.Writer, format string) error {
	buffered := bufio.NewWriter(w)
	var err error
	switch format {
	case FormatTable:
		err = e.writeTable(ctx, query, buffered)
	case FormatCSV:
		err = e.writeCSV(ctx, query, buffered)
	case FormatJSON:
		err = e.writeJSON(ctx, query, buffered)
	case FormatParquet:
		err = e.writeParquet(ctx, query, buffered)
	default:
		known := []string{FormatTable, FormatCSV, FormatJSON, FormatParquet}
		return fmt.Errorf("unknown format %s: it is one of %s", format, strings.Join(known, ", "))
	}
	if err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}

// Text is a value of Rows as people and programs read it: a double in the fewest digits that give
// it back, a day as 2025-03-08, an instant (UTC) as 2025-03-08 10:00:00. NULL is the empty text.
func Text(value any, kind string) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case Decimal:
		return string(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return doubleText(v)
	case bool:
		return strconv.FormatBool(v)
	case time.Time:
		if kind == "date" {
			return v.Format("2006-01-02")
		}
		return v.Format("2006-01-02 15:04:05.999999")
	}
	return fmt.Sprint(value)
}

// doubleText leaves exponents to very large and very small numbers.
func doubleText(v float64) string {
	if size := max(v, -v); size != 0 && (size < 1e-6 || size >= 1e21) {
		return strconv.FormatFloat(v, 'e', -1, 64)
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

func (e *DuckDB) writeCSV(ctx context.Context, query string, w *bufio.Writer) error {
	var columns []Column
	return e.stream(ctx, query, func(found []Column) error {
		columns = found
		names := make([]string, len(columns))
		for i, c := range columns {
			names[i] = csvField(c.Name)
		}
		_, err := w.WriteString(strings.Join(names, ",") + "\n")
		return err
	}, func(row []any) error {
		for i, value := range row {
			if i > 0 {
				w.WriteByte(',')
			}
			if value != nil {
				w.WriteString(csvField(Text(value, columns[i].Type)))
			}
		}
		return w.WriteByte('\n')
	})
}

// csvField quotes what a reader would otherwise take apart, and the empty text, which unquoted is NULL.
func csvField(text string) string {
	if text != "" && !strings.ContainsAny(text, ",\"\r\n") && strings.TrimSpace(text) == text {
		return text
	}
	return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
}

func (e *DuckDB) writeJSON(ctx context.Context, query string, w *bufio.Writer) error {
	var columns []Column
	var keys []string
	separator := "["
	err := e.stream(ctx, query, func(found []Column) error {
		columns = found
		seen := map[string]bool{}
		for _, c := range columns {
			if seen[c.Name] {
				return fmt.Errorf("write json: two columns are named %s: give one of them another name with as", c.Name)
			}
			seen[c.Name] = true
			key, err := jsonText(c.Name)
			if err != nil {
				return err
			}
			keys = append(keys, key)
		}
		return nil
	}, func(row []any) error {
		w.WriteString(separator + "\n{")
		separator = ","
		for i, value := range row {
			if i > 0 {
				w.WriteString(", ")
			}
			text, err := jsonValue(value, columns[i].Type)
			if err != nil {
				return err
			}
			w.WriteString(keys[i] + ": " + text)
		}
		return w.WriteByte('}')
	})
	if err != nil {
		return err
	}
	if separator == "[" {
		w.WriteByte('[')
	}
	_, err = w.WriteString("\n]\n")
	return err
}

// jsonValue writes numbers with every digit; JSON has no NaN and no infinity, they become text.
func jsonValue(value any, kind string) (string, error) {
	switch v := value.(type) {
	case nil:
		return "null", nil
	case bool, int64, Decimal:
		return Text(value, kind), nil
	case float64:
		if v-v == 0 {
			return doubleText(v), nil
		}
	}
	return jsonText(Text(value, kind))
}

// jsonText quotes without escaping < and &, which have no meaning on a terminal.
func jsonText(text string) (string, error) {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		return "", fmt.Errorf("write json: %w", err)
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// writeParquet lets DuckDB write a temporary file, since Parquet's directory stands at its end.
func (e *DuckDB) writeParquet(ctx context.Context, query string, w io.Writer) (err error) {
	query, err = e.readOnly(ctx, query)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp(e.tempDir, "result-")
	if err != nil {
		return fmt.Errorf("write parquet: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	path := filepath.Join(folder, "result.parquet")
	before := "copy ("
	_, err = e.run(ctx, before+query+"\n) to "+quoteText(path)+" (format parquet, compression zstd)")
	if err != nil {
		return fmt.Errorf("write parquet: %w", plainError(ctx, err))
	}
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("write parquet: %w", err)
	}
	_, err = io.Copy(w, file)
	return errors.Join(err, file.Close())
}
