package trinotest

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const defaultHeapMB = 1536

// configure writes the files of one node.
func (c *Cluster) configure(n *node, dir string, coordinator bool) error {
	heap := c.o.HeapMB
	if heap == 0 {
		heap = defaultHeapMB
	}
	files := map[string]string{
		"node.properties": lines("node.environment=pharos", "node.id="+n.name, "node.data-dir="+filepath.Join(dir, "data")),
		"jvm.config": lines("-server", fmt.Sprintf("-Xmx%dM", heap), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError", "-XX:ReservedCodeCacheSize=256M",
			"-Djdk.attach.allowAttachSelf=true", "-Dfile.encoding=UTF-8", "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
			"--sun-misc-unsafe-memory-access=allow"),
		"config.properties":       c.nodeProperties(n, coordinator, heap),
		"catalog/lake.properties": c.catalogProperties(),
	}
	if c.o.Retry {
		files["exchange-manager.properties"] = lines("exchange-manager.name=filesystem", "exchange.base-directories="+filepath.Join(c.dir, "exchange"))
	}
	for _, folder := range []string{c.Shared, filepath.Join(c.dir, "exchange"), filepath.Join(dir, "etc", "catalog"), filepath.Join(dir, "data")} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, "etc", filepath.FromSlash(name)), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

func (c *Cluster) nodeProperties(n *node, coordinator bool, heap int) string {
	text := lines(fmt.Sprintf("coordinator=%t", coordinator), fmt.Sprintf("http-server.http.port=%d", n.port), "node.internal-address=127.0.0.1", "discovery.uri="+c.URL,
		fmt.Sprintf("query.max-memory-per-node=%dMB", heap/3), fmt.Sprintf("memory.heap-headroom-per-node=%dMB", heap/5), fmt.Sprintf("query.max-memory=%dMB", heap),
		"exchange.max-error-duration=10s", "query.remote-task.max-error-duration=10s")
	if coordinator {
		text += lines("node-scheduler.include-coordinator=true")
	}
	if c.o.Retry {
		return text + lines("retry-policy=TASK", "fault-tolerant-execution-task-memory=128MB", "task.low-memory-killer.policy=total-reservation-on-blocked-nodes")
	}
	return text + lines("retry-policy=NONE")
}

// catalogProperties are those of the catalog lake; options may add or remove some.
func (c *Cluster) catalogProperties() string {
	p := map[string]string{
		"connector.name": "hive", "hive.metastore": "file", "hive.metastore.catalog.dir": "local:///.metastore",
		"fs.native-local.enabled": "true", "local.location": c.Shared,
		"hive.non-managed-table-writes-enabled": "true", "hive.allow-register-partition-procedure": "true",
		"hive.storage-format": "PARQUET", "hive.compression-codec": "ZSTD", "hive.timestamp-precision": "MICROSECONDS", "hive.parquet.time-zone": "UTC",
	}
	if c.o.ReadOnly {
		p["hive.security"] = "read-only"
	}
	maps.Copy(p, c.o.Catalog)
	var text strings.Builder
	for _, key := range slices.Sorted(maps.Keys(p)) {
		if p[key] != "" {
			text.WriteString(key + "=" + p[key] + "\n")
		}
	}
	return text.String()
}

func lines(text ...string) string { return strings.Join(text, "\n") + "\n" }
