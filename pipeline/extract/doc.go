// Package extract reads a company's data where it is and never writes there.
//
// It takes a Spec (where a source is) and a Mapping (how its columns become a canonical table) and
// gives Arrow records of exact text from a Source, which Compile and Load turn into the lake's
// typed columns. Servers are read in one read-only transaction on one snapshot, SQLite files
// unchanged or as a private copy, other files as they were when the source was opened. Verdict
// says how each source was read and what proves that nothing was written; Judge refuses what the
// company has not accepted by name, before the first row and after the last. Grants is the script of
// a role that needs no acceptance.
//
// Rows that cannot be used are quarantined with their place, rule and raw value, never dropped.
// Decimals never pass through a float. Memory does not grow with rows.
//
// The package imports lake only.
package extract
