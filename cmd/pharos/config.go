package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // time zones on machines that have none installed

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/segment"
)

// maxRows bounds row counts in the configuration: an Excel sheet's height, far above any list.
const maxRows = 1_048_576

// maxRateDays is the longest that an exchange rate may hold beyond its own day.
const maxRateDays = 31

// loadConfig reads and validates a pharos.yaml. Everything that is wrong with the file comes back
// at once as a *configError; a file that is not there is an error with a hint.
func loadConfig(path string) (*pipeline.Config, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &exitError{code: exitUsage, err: fmt.Errorf("read configuration: %s does not exist", path),
			hint: "pharos init PATH|DSN writes one from your data, --config names another file, pharos demo shows an example"}
	}
	if err != nil {
		return nil, &exitError{code: exitUsage, err: fmt.Errorf("read configuration: %w", err), hint: "check the file's permissions"}
	}
	return parseConfig(path, data)
}

// parseConfig validates the text of a pharos.yaml; the path is where relative paths start and
// what messages name.
func parseConfig(path string, data []byte) (*pipeline.Config, error) {
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("find folder of %s: %w", path, err)
	}
	sum := sha256.Sum256(data)
	d := &decoder{file: path, dir: dir}
	cfg := &pipeline.Config{Path: path, Dir: dir, Hash: hex.EncodeToString(sum[:])}
	if root, ok := d.parse(data); ok {
		root.mapping(func(f *fields) { f.config(cfg) })
	}
	if err := d.err(); err != nil {
		return nil, err
	}
	if own := filepath.Join(dir, "sql"); isFolder(own) {
		cfg.OwnSQL = own
	}
	return cfg, nil
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// config is the table of contents of pharos.yaml.
func (f *fields) config(cfg *pipeline.Config) {
	f.version()
	cfg.Company = f.need("company", "name, currency and time_zone of the company").company()
	cfg.Light = f.get("light").light()

	cfg.Sources = f.d.sources(f.need("sources", "where the data is"))
	raw := f.get("raw")
	tables := f.get("data")
	if !raw.present() { // a file may also only keep tables in the lake
		tables = f.need("data", "which source column is which canonical column")
	}
	data := f.d.data(tables, cfg.Sources)
	cfg.Data = append(data.mappings, f.d.raw(raw, cfg.Sources)...)

	cfg.Identity = f.get("identity").identity(cfg)
	cfg.Boundary = f.get("boundary").boundary(cfg.Sources)
	cfg.Profit = f.get("profit").profit(data.goods)
	cfg.Tiers = f.get("tiers").tiers()
	cfg.Big = f.get("big").big()
	cfg.Bands, cfg.Crossed = f.get("segments").segments()
	cfg.Retention, cfg.RetentionPos = f.get("retention").retention()
	f.get("history").mapping(func(h *fields) {
		cfg.HistoryMonths = h.get("months").count(pipeline.DefaultHistory, 2, pipeline.DefaultHistory)
	})
	if cfg.HistoryMonths == 0 {
		cfg.HistoryMonths = pipeline.DefaultHistory
	}
	cfg.Renewal = f.get("renewal").renewal()
	cfg.Churn, cfg.ChurnPos = f.get("churn").churn(), f.get("churn").pos()
	cfg.Lifetime = f.get("lifetime").lifetime(cfg.Data)
	cfg.Funnel = f.get("funnel").funnel()
	cfg.Satisfaction = f.get("satisfaction").satisfaction()
	f.get("needs").needs(cfg)
	f.get("checks").checks(cfg)
	cfg.Lists, cfg.ListFormat = f.get("lists").lists(cfg.Company.Language)
	cfg.Suppression = f.get("suppression").suppression(cfg)

	cfg.Verify = f.get("verify").word(pipeline.VerifyWeekly, pipeline.VerifyWeekly, pipeline.VerifyFull, pipeline.VerifyCount)
	cfg.Drift = f.get("drift").drift()
	f.workspace(cfg)
	cfg.KeyFile = f.keyFile()
	cfg.KeepRuns = 30
	cfg.Workbook.Rows = defaultSheetRows
	f.get("publish").mapping(func(p *fields) { p.publish(cfg) })
	f.get("serve").serve(cfg)
	cfg.Engine = f.get("engine").engine()
}

// version accepts 1 only; the layout of another version means something else.
func (f *fields) version() {
	v := f.get("version")
	if !v.present() {
		f.d.add(1, 1, "missing key \"version\": start the file with: version: 1")
		return
	}
	if text := v.text(""); text != "" && text != "1" {
		v.fail("%s is not a version that this Pharos reads; it reads version 1", v.shown())
	}
}

func (n node) company() pipeline.Company {
	c := pipeline.Company{Language: "en", FiscalMonth: 1, Location: time.UTC}
	n.mapping(func(f *fields) {
		c.Name = f.need("name", "as it stands on the report").text("")
		currency := f.need("currency", "the ISO code of all amounts, such as EUR")
		if c.Currency = currency.text(""); currency.present() && !isCurrency(c.Currency) {
			currency.fail("%s is not an ISO currency code such as CNY, EUR or USD", currency.shown())
		}
		zone := f.need("time_zone", "it decides which day an order belongs to, such as Europe/Berlin")
		if name := zone.text(""); name != "" {
			location, err := time.LoadLocation(name)
			if err != nil || name == "Local" {
				zone.fail("%s is not a time zone of the IANA list such as Asia/Shanghai, Europe/Berlin or UTC", zone.shown())
			} else {
				c.Location = location
			}
		}
		c.Language = f.get("language").word("en", "en", "zh")
		c.FiscalMonth = f.get("fiscal_year_starts").count(1, 1, 12)
		valid := f.get("rate_valid_for")
		if c.RateDays = valid.days(0); c.RateDays > maxRateDays {
			valid.fail("%s is longer than %d days: a rate that old says nothing about the day", valid.shown(), maxRateDays)
		}
	})
	return c
}

func isCurrency(s string) bool {
	return len(s) == 3 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// workspace is the folder of lake/ and runs/. It may not lie where a source is read from: derived
// data never flows back.
func (f *fields) workspace(cfg *pipeline.Config) {
	n := f.get("workspace")
	cfg.Workspace = f.d.resolve(n.text("lighthouse"))
	for _, s := range cfg.Sources {
		if s.Reaches(cfg.Workspace) {
			n.fail("source %s reads from the workspace %s; an output may not be a source, choose another folder", s.Name, cfg.Workspace)
		}
	}
	if within(cfg.Dir, cfg.Workspace) {
		n.fail("holds pharos.yaml itself; choose a folder of its own, such as lighthouse")
	}
}

func (f *fields) keyFile() string {
	path := "secrets/key"
	f.get("secrets").mapping(func(s *fields) { path = s.get("key_file").text(path) })
	return f.d.resolve(path)
}

// resolve makes a path of the file absolute.
func (d *decoder) resolve(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(d.dir, path)
}

func (n node) engine() pipeline.EngineSetting {
	var e pipeline.EngineSetting
	n.mapping(func(f *fields) {
		f.get("duckdb").mapping(func(duck *fields) {
			e.MemoryMB = duck.get("memory").megabytes()
			e.Threads = duck.get("threads").count(0, 1, 1024)
		})
		e.Trino = f.get("trino").trino()
	})
	return e
}

func (n node) profit(goods string) segment.ProfitPolicy {
	p := segment.DefaultProfit()
	if goods != "" {
		p.Goods = goods
	}
	n.mapping(func(f *fields) {
		p.Window = f.get("window").window(p.Window)
		p.MissingCost = f.get("missing_cost").word(p.MissingCost, segment.CategoryAverage, segment.CostZero, segment.Exclude)
		p.Allocations = f.get("allocate").allocations()
		f.get("bad_debt").mapping(func(b *fields) {
			p.BadDebtDays = b.get("overdue").days(p.BadDebtDays)
			p.InvoiceDueDays = b.get("due_within").days(p.InvoiceDueDays)
		})
	})
	return p
}

// allocations decodes by what the shared ledger entries of each kind are divided, in file order.
func (n node) allocations() []segment.Allocation {
	if !n.present() {
		return nil
	}
	var out []segment.Allocation
	for _, m := range n.members() {
		if kinds := segment.LedgerKinds(); !slices.Contains(kinds, m.key) {
			m.d.add(m.keyAt.Line, m.keyAt.Column, "unknown kind of ledger entry %q in %s%s", m.key, m.name(), nearestHint(m.key, kinds))
		}
		rule := segment.Allocation{Kind: m.key}
		m.mapping(func(f *fields) {
			drivers := segment.Drivers()
			rule.Driver = f.need("by", strings.Join(drivers, ", ")).word("", drivers...)
			rule.Unassigned = f.get("unassigned").share(0)
		})
		out = append(out, rule)
	}
	return out
}
