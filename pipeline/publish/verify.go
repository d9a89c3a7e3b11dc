package publish

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Problem is a file that is not what the manifest says.
type Problem struct {
	Path   string
	Detail string
}

// VerifyRun re-reads every file of a run folder and compares it with the manifest: presence,
// size, SHA-256, and that nothing was added.
func VerifyRun(dir string) (*Manifest, []Problem, error) {
	m, err := ReadManifest(dir)
	if err != nil {
		return nil, nil, err
	}
	var problems []Problem
	known := map[string]bool{ManifestFile: true}
	for _, f := range m.Files {
		known[f.Path] = true
		if detail := differs(filepath.Join(dir, filepath.FromSlash(f.Path)), f); detail != "" {
			problems = append(problems, Problem{Path: f.Path, Detail: detail})
		}
	}
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if rel = filepath.ToSlash(rel); !known[rel] {
			problems = append(problems, Problem{Path: rel, Detail: "is not in the manifest"})
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("verify run: %w", err)
	}
	return m, problems, nil
}

func differs(path string, want RunFile) string {
	f, err := os.Open(path)
	if err != nil {
		return "is missing or unreadable"
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	switch {
	case err != nil:
		return "cannot be read: " + err.Error()
	case n != want.Bytes:
		return fmt.Sprintf("has %d bytes, the manifest says %d", n, want.Bytes)
	case hex.EncodeToString(h.Sum(nil)) != want.SHA256:
		return "has other content than the manifest says (SHA-256 differs)"
	}
	return ""
}
