package trinotest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// Storage is a running S3-compatible server on 127.0.0.1: versitygw, a bucket of it is a folder.
type Storage struct {
	Endpoint             string // URL
	Bucket               string
	AccessKey, SecretKey string
}

// StorageRegion is what the server calls its place.
const StorageRegion = "us-east-1"

// StartStorage gives a server of the test's own with one empty bucket.
func StartStorage(t testing.TB) Storage {
	t.Helper()
	program := filepath.Join(cache(), "bin", "versitygw")
	if _, err := os.Stat(program); err != nil {
		if os.Getenv("PHAROS_REQUIRE") == "all" {
			t.Fatalf("versitygw: %v: make install builds it", err)
		}
		t.Skip("versitygw is not installed: make install builds it")
	}
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	s := Storage{Endpoint: fmt.Sprintf("http://127.0.0.1:%d", port), Bucket: "lake", AccessKey: "pharos", SecretKey: "lighthouse-keeper"}
	dir := t.TempDir()
	for _, folder := range []string{"data/lake", "etc"} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.FromSlash(folder)), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("sh", "-c", keeperScript, "keeper", filepath.Join(dir, "etc"), "", program, "--port", fmt.Sprintf("127.0.0.1:%d", port), "posix", filepath.Join(dir, "data"))
	cmd.Env = append(os.Environ(), "ROOT_ACCESS_KEY="+s.AccessKey, "ROOT_SECRET_KEY="+s.SecretKey)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	pipe, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = pipe.Close() // the keeper ends the server
		_ = cmd.Wait()
	})
	deadline := time.After(30 * time.Second)
	for {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			_ = conn.Close()
			return s
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-deadline:
			log, _ := os.ReadFile(filepath.Join(dir, "etc", "server.log"))
			t.Fatalf("versitygw does not listen: %v\n%s", err, log)
		}
	}
}

// Catalog are the properties of a cluster's catalog over the bucket.
func (s Storage) Catalog() map[string]string {
	return map[string]string{
		"hive.metastore.catalog.dir": "s3://" + s.Bucket + "/.metastore", "fs.native-local.enabled": "", "local.location": "",
		"fs.native-s3.enabled": "true", "s3.endpoint": s.Endpoint, "s3.path-style-access": "true", "s3.region": StorageRegion,
		"s3.aws-access-key": s.AccessKey, "s3.aws-secret-key": s.SecretKey,
	}
}
