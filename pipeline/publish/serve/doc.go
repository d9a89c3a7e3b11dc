// Package serve shows runs in a browser: the report, the key figures, quality, definitions,
// customers with their explanation, segments, tables, and lists with preview and download.
//
// It takes a workspace and a function that opens a run for questions, and gives an http.Handler.
// Pages are rendered on the server, hold no script and change nothing. Who sees what is one table
// (routes in routes.go, areas of a role in roles.go); what may be downloaded is found by listing
// the run's folder, never by joining a path with what a request says; every download stands in an
// append-only log before its first byte leaves.
//
// Without a token file everybody who reaches the address may read everything, so the address must
// be of this machine only. With one, a token decides the role. Requests whose Host or Origin is
// foreign are refused, so that no page from elsewhere can read a run through somebody's browser
// (DNS rebinding, cross-site requests).
package serve
