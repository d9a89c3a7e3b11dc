package lake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// ObjectsOptions say where a bucket is.
type ObjectsOptions struct {
	Endpoint  string // host and port, or a URL; empty: Amazon's of the region
	Region    string
	AccessKey string
	SecretKey string
	Bucket    string
	Prefix    string // inside the bucket, without slashes at its ends
}

// Objects is S3-compatible storage that the cluster reads and writes itself. Objects are written once
// and never changed, but for the pointer, which moves by conditional writes.
type Objects struct {
	client *minio.Client
	o      ObjectsOptions
}

var _ Store = (*Objects)(nil)

// ErrPointerMoved says that somebody else moved the pointer of the storage meanwhile.
var ErrPointerMoved = errors.New("the pointer was moved by somebody else")

// OpenObjects connects to a bucket that must be there.
func OpenObjects(ctx context.Context, o ObjectsOptions) (*Objects, error) {
	endpoint, secure := o.Endpoint, true
	if rest, plain := strings.CutPrefix(endpoint, "http://"); plain {
		endpoint, secure = rest, false
	}
	endpoint = strings.TrimPrefix(endpoint, "https://")
	lookup := minio.BucketLookupPath // what every S3-compatible server knows
	if endpoint == "" {
		endpoint, lookup = "s3."+o.Region+".amazonaws.com", minio.BucketLookupAuto
	}
	client, err := minio.New(endpoint, &minio.Options{Creds: credentials.NewStaticV4(o.AccessKey, o.SecretKey, ""), Secure: secure, Region: o.Region, BucketLookup: lookup})
	if err != nil {
		return nil, fmt.Errorf("open storage: %w", err)
	}
	switch there, err := client.BucketExists(ctx, o.Bucket); {
	case err != nil:
		return nil, fmt.Errorf("open storage at %s: %w", endpoint, err)
	case !there:
		return nil, fmt.Errorf("open storage at %s: there is no bucket %s", endpoint, o.Bucket)
	}
	return &Objects{client, o}, nil
}

func (s *Objects) key(p string) string { return path.Join(s.o.Prefix, p) }

// URI implements Store.
func (s *Objects) URI(p string) string { return "s3://" + path.Join(s.o.Bucket, s.o.Prefix, p) }

// Put implements Store: an object of that size is taken for the file, since names are hashes or
// belong to one night.
func (s *Objects) Put(ctx context.Context, file, p string) error {
	info, err := os.Stat(file)
	if err != nil {
		return fmt.Errorf("put %s: %w", p, err)
	}
	switch there, err := s.client.StatObject(ctx, s.o.Bucket, s.key(p), minio.StatObjectOptions{}); {
	case err == nil && there.Size == info.Size():
		return nil
	case err == nil:
		return fmt.Errorf("put %s: the storage holds another object of that name, with %d bytes instead of %d: it is not overwritten", p, there.Size, info.Size())
	case statusOf(err) != http.StatusNotFound:
		return fmt.Errorf("put %s: %w", p, err)
	}
	options := minio.PutObjectOptions{ContentType: "application/octet-stream"}
	options.SetMatchETagExcept("*") // nobody's object is overwritten
	_, err = s.client.FPutObject(ctx, s.o.Bucket, s.key(p), file, options)
	if err != nil && statusOf(err) != http.StatusPreconditionFailed {
		return fmt.Errorf("put %s: %w", p, err)
	}
	return nil
}

// Get implements Store: each object is copied below into, once.
func (s *Objects) Get(ctx context.Context, folder, into string) ([]string, error) {
	var files []string
	for object := range s.client.ListObjects(ctx, s.o.Bucket, minio.ListObjectsOptions{Prefix: s.key(folder) + "/", Recursive: true}) {
		if object.Err != nil {
			return nil, fmt.Errorf("list %s: %w", folder, object.Err)
		}
		name := path.Base(object.Key)
		if object.Size == 0 || !holdsRows(name) {
			continue
		}
		file := filepath.Join(into, name)
		if err := s.client.FGetObject(ctx, s.o.Bucket, object.Key, file, minio.GetObjectOptions{}); err != nil {
			return nil, fmt.Errorf("get %s: %w", object.Key, err)
		}
		files = append(files, file)
	}
	slices.Sort(files)
	return files, nil
}

// Read implements Store.
func (s *Objects) Read(ctx context.Context, p string) ([]byte, error) {
	text, _, err := s.read(ctx, p)
	return text, err
}

// read gives a small object and its ETag; nil when there is none.
func (s *Objects) read(ctx context.Context, p string) (text []byte, etag string, err error) {
	object, err := s.client.GetObject(ctx, s.o.Bucket, s.key(p), minio.GetObjectOptions{})
	if err != nil {
		return nil, "", fmt.Errorf("read %s: %w", p, err)
	}
	defer func() { err = errors.Join(err, object.Close()) }()
	info, err := object.Stat()
	if err != nil && statusOf(err) == http.StatusNotFound {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", fmt.Errorf("read %s: %w", p, err)
	}
	if text, err = io.ReadAll(object); err != nil {
		return nil, "", fmt.Errorf("read %s: %w", p, err)
	}
	return text, info.ETag, nil
}

// Remove implements Store.
func (s *Objects) Remove(ctx context.Context, folder string) error {
	return s.removeUnless(ctx, folder, func(string) bool { return false })
}

// removeUnless removes the objects of a folder that are not kept; paths are relative to it.
func (s *Objects) removeUnless(ctx context.Context, folder string, kept func(path string) bool) error {
	prefix := s.key(folder) + "/"
	for object := range s.client.ListObjects(ctx, s.o.Bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		if object.Err != nil {
			return fmt.Errorf("list %s: %w", folder, object.Err)
		}
		if kept(strings.TrimPrefix(object.Key, prefix)) {
			continue
		}
		if err := s.client.RemoveObject(ctx, s.o.Bucket, object.Key, minio.RemoveObjectOptions{}); err != nil {
			return fmt.Errorf("remove %s: %w", object.Key, err)
		}
	}
	return nil
}

// MirrorSnapshot puts a snapshot of the lake into the storage, under folder: its files, each once and
// never changed, its manifest, and then the pointer CURRENT, which moves only from where it was read.
// Files of no snapshot that the lake still has are removed afterwards.
func (s *Objects) MirrorSnapshot(ctx context.Context, l *Lake, snapshot *Snapshot, folder string) error {
	if err := s.mirror(ctx, l, snapshot, folder); err != nil {
		return fmt.Errorf("bring the lake to %s: %w", s.URI(folder), err)
	}
	return nil
}

func (s *Objects) mirror(ctx context.Context, l *Lake, snapshot *Snapshot, folder string) error {
	before, etag, err := s.read(ctx, path.Join(folder, "CURRENT"))
	if err != nil {
		return err
	}
	for _, t := range snapshot.Tables {
		for _, p := range t.Folders() {
			for _, f := range p.Files {
				if err := s.Put(ctx, l.path(filepath.FromSlash(f.Path)), path.Join(folder, f.Path)); err != nil {
					return err
				}
			}
		}
	}
	if err := s.Put(ctx, l.snapshotPath(snapshot.ID), path.Join(folder, "snapshots", snapshot.ID+".json")); err != nil {
		return err
	}
	if strings.TrimSpace(string(before)) != snapshot.ID {
		if err := s.point(ctx, path.Join(folder, "CURRENT"), snapshot.ID, etag); err != nil {
			return err
		}
	}
	return s.removeUnless(ctx, folder, func(p string) bool {
		_, err := os.Stat(l.path(filepath.FromSlash(p)))
		return err == nil || p == "CURRENT"
	})
}

// point moves a pointer from the version that was read; an empty etag says that there was none.
func (s *Objects) point(ctx context.Context, p, id, etag string) error {
	options := minio.PutObjectOptions{ContentType: "text/plain"}
	if etag == "" {
		options.SetMatchETagExcept("*")
	} else {
		options.SetMatchETag(etag)
	}
	text := []byte(id + "\n")
	_, err := s.client.PutObject(ctx, s.o.Bucket, s.key(p), bytes.NewReader(text), int64(len(text)), options)
	if err != nil && statusOf(err) == http.StatusPreconditionFailed {
		return fmt.Errorf("%w: another Pharos writes into %s: give each company its own location", ErrPointerMoved, s.URI(path.Dir(p)))
	}
	return err
}

func statusOf(err error) int { return minio.ToErrorResponse(err).StatusCode }
