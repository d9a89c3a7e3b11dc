package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/pipeline/model"
	"github.com/pharos-analytics/pharos/pipeline/publish"
)

// clusterFolder is where computed relations lie inside the workspace until they are published.
const clusterFolder = "trino"

// cluster is the engine of a night that is too large for one machine.
type cluster struct {
	*model.Trino
	parallel int
}

// openCluster connects, and removes the schemas that an earlier night of this workspace left.
func (n *night) openCluster(ctx context.Context, m *marts, s *lake.Snapshot) (*cluster, error) {
	o, err := n.clusterOptions()
	if err != nil {
		return nil, err
	}
	if o.Store, err = n.clusterStore(ctx, s); err != nil {
		return nil, err
	}
	n.store = o.Store
	t, err := model.OpenTrino(ctx, o, m.DuckDB)
	if err != nil {
		return nil, err
	}
	if err := t.Sweep(ctx); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	return &cluster{t, o.Parallel}, nil
}

func (n *night) clusterOptions() (model.TrinoOptions, error) {
	s := n.cfg.Engine.Trino
	o := model.TrinoOptions{URL: s.URL, User: s.User, CA: s.CA, Catalog: s.Catalog, Session: s.Session, Parallel: s.Parallel,
		Schema: clusterSchema(s), Folder: clusterFolder, Version: n.opt.Version}
	o.Watch = func(p model.QueryProgress) {
		n.opt.Progress(Step{Phase: "query", Name: p.Relation, Rows: p.Rows, Bytes: p.Bytes, Done: p.Finished, Of: p.Stages})
	}
	var err error
	if s.URLEnv != "" {
		if o.URL, err = secret(s.URLEnv, ""); err != nil {
			return o, fmt.Errorf("read the address of engine.trino: %w", err)
		}
	}
	if o.Password, err = secret(s.PasswordEnv, s.PasswordFile); err != nil {
		return o, fmt.Errorf("read the password of engine.trino: %w", err)
	}
	if o.Token, err = secret(s.TokenEnv, s.TokenFile); err != nil {
		return o, fmt.Errorf("read the token of engine.trino: %w", err)
	}
	return o, nil
}

// clusterStore is where the cluster finds the lake and writes what it computes: the workspace itself,
// where all nodes share it, or object storage, to which the snapshot is brought first.
func (n *night) clusterStore(ctx context.Context, s *lake.Snapshot) (lake.Store, error) {
	t := n.cfg.Engine.Trino
	rest, isObjects := strings.CutPrefix(t.Location, "s3://")
	if !isObjects {
		return lake.SharedFolder{Root: n.workspace.Root, Seen: t.Location}, nil
	}
	o := lake.ObjectsOptions{Endpoint: t.Storage.Endpoint, Region: t.Storage.Region}
	o.Bucket, o.Prefix, _ = strings.Cut(rest, "/")
	var err error
	if o.AccessKey, err = secret(t.Storage.AccessKeyEnv, t.Storage.AccessKeyFile); err != nil {
		return nil, fmt.Errorf("read the access key of engine.trino.storage: %w", err)
	}
	if o.SecretKey, err = secret(t.Storage.SecretKeyEnv, t.Storage.SecretKeyFile); err != nil {
		return nil, fmt.Errorf("read the secret key of engine.trino.storage: %w", err)
	}
	objects, err := lake.OpenObjects(ctx, o)
	if err != nil {
		return nil, err
	}
	since := n.opt.Now()
	if err := objects.MirrorSnapshot(ctx, n.lake, s, lakeFolder); err != nil {
		return nil, err
	}
	n.step("read", "lake in the storage", 0, since)
	return objects, nil
}

// lakeFolder is the lake inside the workspace, and inside the storage.
const lakeFolder = "lake"

// secret reads a variable or a file; empty when neither is configured.
func secret(env, file string) (string, error) {
	switch {
	case env != "":
		value, ok := os.LookupEnv(env)
		if !ok || value == "" {
			return "", fmt.Errorf("the environment variable %s is not set", env)
		}
		return value, nil
	case file != "":
		b, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		return strings.TrimSpace(string(b)), nil
	}
	return "", nil
}

// clusterSchema begins the names of our schemas: the configured word, and what tells this workspace
// from others on the same cluster.
func clusterSchema(s *TrinoSetting) string {
	sum := sha256.Sum256([]byte(s.Location))
	return s.Schema + "_" + hex.EncodeToString(sum[:])[:10]
}

// buildOnCluster computes the models there, brings marts and what is read later home, and runs the
// checks; what shows the checks is computed here.
func (n *night) buildOnCluster(ctx context.Context, m *marts, s *lake.Snapshot, draft *publish.Draft) (err error) {
	if _, err := draft.Path("marts", "-"); err != nil {
		return err
	}
	c, err := n.openCluster(ctx, m, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	first, last := splitAt(m.plan.models, checkResults)
	before, after := splitAt(first, pastKPIs)
	if err := n.giveCluster(ctx, c, s, first); err != nil {
		return err
	}
	c.Home(keptLists(first, last)...)
	c.Home(readHere(first)...)
	c.Store(model.ReadByMany(first)...)
	progress := func(md model.Model, rows int64, seconds float64) {
		n.opt.Progress(Step{Phase: "compute", Name: md.Relation(), Rows: rows, Seconds: seconds})
	}
	if err := model.ComputeSideBySide(ctx, c, before, n.outputs(draft), progress, c.parallel); err != nil {
		return err
	}
	if len(after) > 0 {
		if err := n.pastOnCluster(ctx, m, c, before, after, draft); err != nil {
			return err
		}
		if err := model.ComputeSideBySide(ctx, c, after, n.outputs(draft), progress, c.parallel); err != nil {
			return err
		}
	}
	if err := errors.Join(keepShares(ctx, m, draft.Dir), keepParsed(n.models, draft)); err != nil {
		return err
	}
	return n.checkOn(ctx, c, m, draft, first, last)
}

// giveCluster gives what the models read and no model makes: the lake where it lies, the rest from
// the embedded engine.
func (n *night) giveCluster(ctx context.Context, c *cluster, s *lake.Snapshot, models []model.Model) error {
	var give []func() error
	made := map[string]bool{pastKPIs: true}
	for _, md := range models {
		made[md.Relation()] = true
	}
	for _, md := range models {
		for _, r := range md.Refs {
			relation := r.Relation()
			if made[relation] {
				continue
			}
			made[relation] = true
			table, loaded := s.Table(r.Name)
			give = append(give, func() error {
				if r.Schema == "raw" && loaded {
					return c.AttachLake(ctx, relation, model.LakeTable{Table: table, Root: lakeFolder})
				}
				return c.Offer(ctx, relation)
			})
		}
	}
	return model.SideBySide(c.parallel, give)
}

// readHere are the relations that are read on this machine: by steps, and by the report those that no
// model reads.
func readHere(models []model.Model) []string {
	read := map[string]bool{}
	var here []string
	for _, md := range models {
		for _, r := range md.Refs {
			read[r.Relation()] = true
			if md.Step != nil {
				here = append(here, r.Relation())
			}
		}
	}
	for _, md := range models {
		if md.Schema != "checks" && !read[md.Relation()] {
			here = append(here, md.Relation())
		}
	}
	return here
}

// pastOnCluster computes the key figures of earlier months there and gives both engines their rows.
func (n *night) pastOnCluster(ctx context.Context, m *marts, c *cluster, before, after []model.Model, draft *publish.Draft) error {
	p, months := n.pastOf(before, after)
	var rows [][]any
	err := n.computePast(ctx, c, p, months, func(values ...any) error {
		rows = append(rows, slices.Clone(values))
		return nil
	})
	if err != nil {
		return err
	}
	file, err := draft.Path("run", strings.TrimPrefix(pastKPIs, "run.")+".parquet")
	if err != nil {
		return err
	}
	if err := m.CreateFrom(ctx, pastKPIs, namedColumns(pastColumns...), rows, file); err != nil {
		return err
	}
	return c.Offer(ctx, pastKPIs)
}

// beside implements timeMachine.
func (c *cluster) beside(_ context.Context, name string) (pastEngine, error) {
	return c.Beside(name), nil
}
