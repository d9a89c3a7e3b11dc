package extract

import "errors"

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

func unfit(err error) error { return kindError{err, ErrMapping} }
