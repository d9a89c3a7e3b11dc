package extract

import (
	"archive/zip"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
)

// The kinds of errors that a caller tells apart with errors.Is.
var (
	// ErrUnreachable: the source cannot be read as it is: no answer, a refused login, a missing
	// grant, a connection that broke, a file that is being changed. What to do stands in the text.
	ErrUnreachable = errors.New("source unreachable")
	// ErrMapping: the source answers, but what pharos.yaml asks of it is not there: a table, a
	// column, a SELECT that is none.
	ErrMapping = errors.New("mapping does not fit the source")
)

// kindError puts an error under a kind without repeating the kind's words in its text.
type kindError struct {
	error
	kind error
}

func (e kindError) Unwrap() []error { return []error{e.kind, e.error} }

func unreachable(err error) error { return kindError{err, ErrUnreachable} }

// asUnreachable is for errors of files, which are not there, may not be read or are damaged: what
// no other kind claims, and no cancelled context, is a source that cannot be read as it is.
func asUnreachable(ctx context.Context, err error) error {
	if ctx.Err() != nil || errors.Is(err, ErrUnreachable) || errors.Is(err, ErrMapping) {
		return err
	}
	return unreachable(err)
}

// damaged puts an error while a file is read under ErrUnreachable when the file itself is at
// fault: it is gone, may not be read, or its compressed bytes are broken.
func damaged(err error) error {
	var path *fs.PathError
	for _, broken := range []error{gzip.ErrHeader, gzip.ErrChecksum, zip.ErrFormat, zip.ErrChecksum, io.ErrUnexpectedEOF} {
		if errors.Is(err, broken) {
			return unreachable(err)
		}
	}
	if errors.As(err, &path) {
		return unreachable(err)
	}
	return err
}

func unfit(err error) error { return kindError{err, ErrMapping} }
