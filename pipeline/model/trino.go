package model

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/trinodb/trino-go-client/trino"

	"github.com/pharos-analytics/pharos/pipeline/lake"
)

// TrinoOptions say where a cluster is and what one night may do there.
type TrinoOptions struct {
	URL      string            // http or https, host and port
	User     string            // as whom queries run
	Password string            // for https only
	Token    string            // a JWT instead of a password
	CA       string            // PEM file of the authority that signed the server's certificate; empty: the system's
	Catalog  string            // of the hive connector, with external tables that may be written
	Schema   string            // prefix of the schemas of this night: no other night, company or program uses it
	Session  map[string]string // session properties
	Parallel int               // statements at once, at least 1
	Store    lake.Store        // where relations lie: seen by the cluster and from here
	Folder   string            // inside the store, for this company's computed relations
	Version  string            // of the program: what a step of another version made is made again
	Watch    func(QueryProgress)
}

// QueryProgress is how far a statement on the cluster has come.
type QueryProgress struct {
	Relation         string
	Stages, Finished int   // of the statement
	Bytes, Rows      int64 // read so far
}

// Trino computes models on a Trino cluster (version 476 and near it; hive connector). Every relation
// is an external table over Parquet files in the store, in schemas whose names begin with the
// options' prefix; what Pharos itself reads afterwards is read from these files by an embedded
// engine, so that no long result passes the coordinator. It is safe for concurrent use.
type Trino struct {
	o      TrinoOptions
	db     *sql.DB
	local  *DuckDB
	parent *Trino // beside which this was opened; nil for the first

	mu        *sync.Mutex // guards what follows, and the embedded engine, which takes one statement at a time
	relations map[string]*trinoRelation
	home      map[string]bool // relations that shall be read here when they are built
	storing   map[string]bool // views that shall be tables
	here      map[string]bool // those that are
	attempts  int
	started   string

	making  sync.Mutex // guards schemas
	schemas map[string]bool
}

// trinoRelation is what is known of a relation on the cluster.
type trinoRelation struct {
	key     string   // hash over all that its rows follow from
	columns []Column // of one without rows
	folder  string   // in the store; empty for a view
	rows    int64
	view    bool
	check   string // the text of a check, which is not stored
}

var _ Engine = (*Trino)(nil)

// OpenTrino connects and asks the cluster for its version. Local is the embedded engine that holds
// what is given to the models and takes what comes back; closing it is the caller's work.
func OpenTrino(ctx context.Context, o TrinoOptions, local *DuckDB) (*Trino, error) {
	config, err := o.config()
	if err != nil {
		return nil, err
	}
	connector, err := trino.NewConnector(config)
	if err != nil {
		return nil, trinoFault(ctx, o.URL, err)
	}
	t := &Trino{o: o, db: sql.OpenDB(connector), local: local, mu: &sync.Mutex{}, relations: map[string]*trinoRelation{}, schemas: map[string]bool{},
		home: map[string]bool{}, storing: map[string]bool{}, here: map[string]bool{},
		started: time.Now().UTC().Format("20060102T150405.000000")} // names folders only
	t.db.SetMaxOpenConns(o.Parallel + 1)
	if err := t.exec(ctx, "", "select 1"); err != nil {
		return nil, errors.Join(fmt.Errorf("open trino: %w", err), t.db.Close())
	}
	return t, nil
}

// config is the driver's configuration. A request that finds nobody is tried again for a short
// while only: a night that cannot compute must say so.
func (o TrinoOptions) config() (*trino.Config, error) {
	address, err := url.Parse(o.URL)
	if err != nil || address.Host == "" {
		return nil, &clusterError{text: "the address of the cluster is no URL such as https://trino.example.com:8443", remedy: "check engine.trino.url or the variable of url_env", kind: ErrClusterAsked, cause: errOpen}
	}
	if o.Password != "" && address.Scheme != "https" {
		return nil, &clusterError{text: "a password is sent over https only", remedy: "give engine.trino.url an https address", kind: ErrClusterAsked, cause: errOpen}
	}
	address.User = url.User(o.User)
	if o.Password != "" {
		address.User = url.UserPassword(o.User, o.Password)
	}
	retry, attempts := 30*time.Second, 8
	c := &trino.Config{ServerURI: address.String(), Source: "pharos", Catalog: o.Catalog, TimeZone: "UTC", SessionProperties: o.Session,
		AccessToken: o.Token, SSLCertPath: o.CA, RequestRetryTimeout: &retry, RequestRetryMaxAttempts: &attempts, DisableExplicitPrepare: true}
	if c.SSLCertPath == "" {
		c.HTTPClient = &http.Client{}
	}
	return c, nil
}

// Close drops the night's relations and schemas and ends the connections; files in the store stay.
// What cannot be dropped, because the cluster is away, is for the next night's Sweep.
func (t *Trino) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	err := t.exec(ctx, "", "select 1")
	for _, views := range []bool{true, false} { // who reads goes before what is read
		var drops []func() error
		for _, name := range t.made(views) {
			drops = append(drops, func() error { return t.drop(ctx, name) })
		}
		if err == nil {
			err = SideBySide(t.o.Parallel, drops)
		}
	}
	for _, schema := range t.schemaNames() {
		if err == nil {
			err = t.exec(ctx, "", "drop schema if exists "+quoteName(schema))
		}
	}
	if errors.Is(err, ErrClusterAway) {
		err = nil
	}
	if t.parent == nil {
		err = errors.Join(err, t.db.Close())
	}
	return err
}

// made are the views or the tables that are there.
func (t *Trino) made(views bool) []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var names []string
	for name, r := range t.relations {
		if r.view == views && r.check == "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (t *Trino) schemaNames() []string {
	t.making.Lock()
	defer t.making.Unlock()
	names := make([]string, 0, len(t.schemas))
	for name := range t.schemas {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Drop removes a relation from the cluster; its files stay.
func (t *Trino) Drop(ctx context.Context, relation string) error {
	if err := t.drop(ctx, relation); err != nil {
		return fmt.Errorf("drop %s: %w", relation, err)
	}
	return nil
}

func (t *Trino) drop(ctx context.Context, relation string) error {
	t.mu.Lock()
	r := t.relations[relation]
	delete(t.relations, relation)
	t.mu.Unlock()
	if r == nil {
		return nil
	}
	kind := "table"
	if r.view {
		kind = "view"
	}
	return t.exec(ctx, "", "drop "+kind+" if exists "+t.name(relation))
}

// exec runs one statement.
func (t *Trino) exec(ctx context.Context, relation, statement string) error {
	_, err := t.count(ctx, relation, statement)
	return err
}

// count runs one statement and gives the number of rows that it wrote.
func (t *Trino) count(ctx context.Context, relation, statement string) (int64, error) {
	var arguments []any
	if t.o.Watch != nil && relation != "" {
		arguments = []any{sql.Named("X-Trino-Progress-Callback", watcher{relation, t.o.Watch}), sql.Named("X-Trino-Progress-Callback-Period", time.Second)}
	}
	result, err := t.db.ExecContext(ctx, statement, arguments...)
	if err != nil {
		return 0, trinoFault(ctx, t.o.URL, err)
	}
	rows, err := result.RowsAffected()
	if err != nil {
		return 0, trinoFault(ctx, t.o.URL, err)
	}
	return rows, nil
}

// watcher tells of a statement's progress.
type watcher struct {
	relation string
	watch    func(QueryProgress)
}

func (w watcher) Update(p trino.QueryProgressInfo) {
	s := p.QueryStats
	w.watch(QueryProgress{Relation: w.relation, Stages: s.TotalSplits, Finished: s.CompletedSplits, Bytes: s.ProcessedBytes, Rows: s.ProcessedRows})
}

// schema makes the cluster's schema for one of ours.
func (t *Trino) schema(ctx context.Context, relation string) error {
	name := t.schemaOf(relation)
	t.making.Lock() // the others wait until it is there
	defer t.making.Unlock()
	if t.schemas[name] {
		return nil
	}
	if err := t.exec(ctx, "", "create schema if not exists "+quoteName(name)); err != nil {
		return err
	}
	t.schemas[name] = true
	return nil
}

func (t *Trino) schemaOf(relation string) string {
	schema, _, _ := strings.Cut(relation, ".")
	return t.o.Schema + "_" + schema
}

// name is a relation's name on the cluster.
func (t *Trino) name(relation string) string {
	_, name, _ := strings.Cut(relation, ".")
	return quoteName(t.schemaOf(relation)) + "." + quoteName(name)
}

// known is a relation that was built or given.
func (t *Trino) known(relation string) *trinoRelation {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.relations[relation]
}

func (t *Trino) keep(relation string, r *trinoRelation) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.relations[relation] = r
}

// place is a folder inside the store.
func (t *Trino) place(elem ...string) string {
	return path.Join(append([]string{t.o.Folder}, elem...)...)
}
