package extract

import (
	"database/sql/driver"
	"sync"

	"modernc.org/sqlite"
)

// sqliteHash is the name of jenkinsHash as a function of SQLite: it runs in this process and
// touches no file.
const sqliteHash = "pharos_key_hash"

// registerHash makes the function known to the driver, once.
var registerHash = sync.OnceValue(func() error {
	return sqlite.RegisterDeterministicScalarFunction(sqliteHash, 1, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		switch key := args[0].(type) {
		case string:
			return int64(jenkinsHash([]byte(key))), nil
		case []byte:
			return int64(jenkinsHash(key)), nil
		}
		return nil, nil
	})
})
