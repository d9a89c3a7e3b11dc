// Package lake keeps what was read from the sources as immutable Parquet files.
//
// It takes Arrow records in the shape of a canonical table and gives verified, content-addressed
// folders and a snapshot manifest that names them:
//
//	<root>/<table>/<partition>/<content id>/part-00000.parquet
//	<root>/snapshots/<snapshot id>.json
//	<root>/CURRENT                       text: the current snapshot's id
//	<root>/tmp/                          what is being written; swept by Open
//
// Nothing is ever changed in place. A folder is written under tmp, synced, read back and compared
// with what was counted while writing, and only then renamed into place; a snapshot becomes
// current by renaming CURRENT. So a process that dies at any moment leaves the old snapshot
// current and whole.
//
// The content id of a folder is a 128-bit hash over the relation's columns, the callers' seeds
// (mapping, time zone) and the rows, in whatever order they arrive: two nights that read the same
// rows share one folder.
//
// Files: zstd, row groups of 122,880 rows, at most about 128 MB each. A page holds 8,192 rows, and the
// offset index says where each stands; behind a row group stand the filters of its pages of customers,
// orders and contracts. So one customer's rows are read by the pages that hold them (Pick). Decimals are INT64 decimals
// (the smallest and the fastest to read). Instants are TIMESTAMP in microseconds, UTC by contract
// and without the Parquet flag "adjusted to UTC", so that no engine converts them to the zone of
// its session. The same rows in the same order give the same bytes, whatever the size of the
// records that bring them and the number of processors.
//
// Names, contacts and addresses of customers live apart, in the relation persons; further
// attributes in customer_attributes (see Table.Relations).
//
// Package lake imports none of ours; it alone writes Parquet. Pages are encoded here: integers as
// packed differences, repeating values by dictionaries, texts as lengths and bytes (plan.go).
// arrow-go writes headers, statistics and footer, and reads every file back: what it understands
// is what was meant, since its readers share no code with our encoders.
package lake
