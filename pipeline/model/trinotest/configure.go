package trinotest

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const defaultHeapMB = 2048

// configure writes the files of one node.
func (c *Cluster) configure(n *node, dir string, coordinator bool) error {
	heap := c.o.HeapMB
	if heap == 0 {
		heap = defaultHeapMB
	}
	files := map[string]string{
		"node.properties":           lines("node.environment=pharos", "node.id="+n.name, "node.data-dir="+filepath.Join(dir, "data")),
		"jvm.config":                c.jvm(heap),
		"config.properties":         c.nodeProperties(n, coordinator, heap),
		"catalog/lake.properties":   c.catalogProperties(nil),
		"catalog/fixed.properties":  c.catalogProperties(map[string]string{"hive.security": "read-only"}),
		"catalog/coarse.properties": c.catalogProperties(map[string]string{"hive.timestamp-precision": ""}), // milliseconds
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

// jvm are the options of a node's Java: for small companies without the second compiler, which is not
// done before they are.
func (c *Cluster) jvm(heap int) string {
	o := []string{"-server", fmt.Sprintf("-Xmx%dM", heap), "-XX:+ExitOnOutOfMemoryError", "-XX:ReservedCodeCacheSize=256M", "-Djdk.attach.allowAttachSelf=true",
		"-Dfile.encoding=UTF-8", "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"}
	if !c.o.Large {
		o = append(o, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
	}
	return lines(o...)
}

func (c *Cluster) nodeProperties(n *node, coordinator bool, heap int) string {
	text := lines(fmt.Sprintf("coordinator=%t", coordinator), fmt.Sprintf("http-server.http.port=%d", n.port), "node.internal-address=127.0.0.1", "discovery.uri="+c.URL,
		fmt.Sprintf("query.max-memory-per-node=%dMB", heap/3), fmt.Sprintf("memory.heap-headroom-per-node=%dMB", heap/5), fmt.Sprintf("query.max-memory=%dMB", heap),
		"exchange.max-error-duration=10s", "query.remote-task.max-error-duration=10s",
		"query.max-history=20", "query.min-expire-age=10s") // a thousand plans of a night fill the heap
	if coordinator {
		text += lines("node-scheduler.include-coordinator=true")
	}
	if !c.o.Large { // what planning and stages cost is nearly all that small companies do
		text += lines("optimizer.join-reordering-strategy=NONE", "join-distribution-type=BROADCAST", "redistribute-writes=false", "scale-writers=false", "task.scale-writers.enabled=false",
			"task.concurrency=1", "task.min-writer-count=1", "task.max-writer-count=1")
	}
	if c.o.Retry {
		return text + lines("retry-policy=TASK", "fault-tolerant-execution-task-memory=128MB", "task.low-memory-killer.policy=total-reservation-on-blocked-nodes")
	}
	return text + lines("retry-policy=NONE")
}

// catalogProperties are those of the catalog lake with others added, or removed by an empty value.
func (c *Cluster) catalogProperties(others map[string]string) string {
	p := map[string]string{
		"connector.name": "hive", "hive.metastore": "file", "hive.metastore.catalog.dir": "local:///.metastore",
		"fs.native-local.enabled": "true", "local.location": c.Shared,
		"hive.non-managed-table-writes-enabled": "true", "hive.allow-register-partition-procedure": "true",
		"hive.storage-format": "PARQUET", "hive.compression-codec": "ZSTD", "hive.timestamp-precision": "MICROSECONDS", "hive.parquet.time-zone": "UTC",
		"hive.collect-column-statistics-on-write": fmt.Sprint(c.o.Large), // of a few rows it costs more than it saves
	}
	maps.Copy(p, c.o.Catalog)
	maps.Copy(p, others)
	var text strings.Builder
	for _, key := range slices.Sorted(maps.Keys(p)) {
		if p[key] != "" {
			text.WriteString(key + "=" + p[key] + "\n")
		}
	}
	return text.String()
}

func lines(text ...string) string { return strings.Join(text, "\n") + "\n" }
