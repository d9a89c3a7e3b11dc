package lake

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pharos-analytics/pharos/pipeline/model/trinotest"
)

func openTestObjects(t *testing.T) *Objects {
	t.Helper()
	s := trinotest.StartStorage(t)
	o, err := OpenObjects(t.Context(), ObjectsOptions{Endpoint: s.Endpoint, Region: trinotest.StorageRegion, AccessKey: s.AccessKey, SecretKey: s.SecretKey, Bucket: s.Bucket, Prefix: "shop"})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func writeTestFile(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestAnObjectIsWrittenOnceAndNeverChanged(t *testing.T) {
	o := openTestObjects(t)
	if err := o.Put(t.Context(), writeTestFile(t, "a.parquet", "rows"), "lake/orders/a.parquet"); err != nil {
		t.Fatal(err)
	}
	if err := o.Put(t.Context(), writeTestFile(t, "a.parquet", "rows"), "lake/orders/a.parquet"); err != nil {
		t.Errorf("the same object again: %v", err)
	}
	if err := o.Put(t.Context(), writeTestFile(t, "a.parquet", "other rows"), "lake/orders/a.parquet"); err == nil || !strings.Contains(err.Error(), "not overwritten") {
		t.Errorf("another object of that name: %v", err)
	}
	text, err := o.Read(t.Context(), "lake/orders/a.parquet")
	if err != nil || string(text) != "rows" {
		t.Errorf("the storage holds %q, %v", text, err)
	}
	if text, err := o.Read(t.Context(), "lake/orders/none"); text != nil || err != nil {
		t.Errorf("no object reads as %q, %v", text, err)
	}
}

func TestFilesOfAFolderComeBackWithoutNotesAndEmptyOnes(t *testing.T) {
	o := openTestObjects(t)
	for name, text := range map[string]string{"part-1": "one", "part-0": "zero", "_built.json": "{}", ".hidden": "x", "empty": ""} {
		if err := o.Put(t.Context(), writeTestFile(t, name, text), "trino/models/"+name); err != nil {
			t.Fatal(err)
		}
	}
	files, err := o.Get(t.Context(), "trino/models", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, filepath.Base(f))
	}
	if !slices.Equal(names, []string{"part-0", "part-1"}) {
		t.Errorf("files are %v", names)
	}
	if err := o.Remove(t.Context(), "trino"); err != nil {
		t.Fatal(err)
	}
	if files, err := o.Get(t.Context(), "trino/models", t.TempDir()); len(files) > 0 || err != nil {
		t.Errorf("after Remove: %v, %v", files, err)
	}
}

func TestThePointerMovesOnlyFromWhereItWasRead(t *testing.T) {
	o := openTestObjects(t)
	if err := o.point(t.Context(), "lake/CURRENT", "first", ""); err != nil {
		t.Fatal(err)
	}
	if err := o.point(t.Context(), "lake/CURRENT", "of another", ""); !errors.Is(err, ErrPointerMoved) {
		t.Errorf("a pointer that was not there when it was read: %v", err)
	}
	_, etag, err := o.read(t.Context(), "lake/CURRENT")
	if err != nil {
		t.Fatal(err)
	}
	if err := o.point(t.Context(), "lake/CURRENT", "second", etag); err != nil {
		t.Fatal(err)
	}
	if err := o.point(t.Context(), "lake/CURRENT", "late", etag); !errors.Is(err, ErrPointerMoved) {
		t.Errorf("a pointer that moved meanwhile: %v", err)
	}
	if text, err := o.Read(t.Context(), "lake/CURRENT"); err != nil || string(text) != "second\n" {
		t.Errorf("the pointer says %q, %v", text, err)
	}
}

func TestABucketThatIsNotThereIsNamed(t *testing.T) {
	s := trinotest.StartStorage(t)
	_, err := OpenObjects(t.Context(), ObjectsOptions{Endpoint: s.Endpoint, Region: trinotest.StorageRegion, AccessKey: s.AccessKey, SecretKey: s.SecretKey, Bucket: "none"})
	if err == nil || !strings.Contains(err.Error(), "no bucket none") {
		t.Errorf("got %v", err)
	}
}
