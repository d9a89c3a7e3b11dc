package model

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/trinodb/trino-go-client/trino"
)

// Kinds of what goes wrong on a cluster.
var (
	// ErrClusterAway says that the cluster cannot be reached, has no worker, or refused the user.
	ErrClusterAway = errors.New("the cluster cannot be used")
	// ErrClusterAsked says that what is configured cannot be asked of any cluster.
	ErrClusterAsked = errors.New("the cluster is configured wrongly")
	// ErrClusterLimit says that a statement needed more than the cluster may give.
	ErrClusterLimit = errors.New("the cluster's limits are too low")
)

var errOpen = errors.New("no connection was tried")

// clusterError is an error of the cluster with its kind and what to do about it.
type clusterError struct {
	text, remedy string
	kind         error
	cause        error
}

func (e *clusterError) Error() string { return e.text }

// Remedy is what to do about an error of the cluster; empty for any other error.
func Remedy(err error) string {
	var e *clusterError
	if errors.As(err, &e) {
		return e.remedy
	}
	return ""
}

func (e *clusterError) Unwrap() []error {
	if e.kind == nil {
		return []error{e.cause}
	}
	return []error{e.kind, e.cause}
}

// faultKind is what one kind of error of Trino means for people.
type faultKind struct {
	names  []string // error names of Trino, or what begins them
	kind   error
	remedy string
}

// faultKinds are the errors that a night can meet, by their names in Trino's StandardErrorCode and
// in the hive connector.
func faultKinds() []faultKind {
	return []faultKind{
		{[]string{"NO_NODES_AVAILABLE", "SERVER_STARTING_UP", "SERVER_SHUTTING_DOWN", "REMOTE_HOST_GONE", "REMOTE_TASK_ERROR", "REMOTE_TASK_MISMATCH", "PAGE_TRANSPORT_ERROR", "PAGE_TRANSPORT_TIMEOUT",
			"TOO_MANY_REQUESTS_FAILED", "ABANDONED_QUERY", "ABANDONED_TASK", "EXCHANGE_MANAGER_NOT_CONFIGURED"}, ErrClusterAway,
			"look at the cluster's nodes (system.runtime.nodes) and run again: what was computed is not computed twice; retry-policy=TASK on the cluster lets a night survive the loss of a worker"},
		{[]string{"PERMISSION_DENIED", "ACCESS_DENIED", "INVALID_CREDENTIALS"}, ErrClusterAway, "give the user of engine.trino the right to create schemas, tables and views in the catalog, and to call register_partition"},
		{[]string{"CATALOG_NOT_FOUND", "CATALOG_NOT_AVAILABLE"}, ErrClusterAway, "name a catalog of the hive connector under engine.trino.catalog"},
		{[]string{"EXCEEDED_LOCAL_MEMORY_LIMIT", "EXCEEDED_GLOBAL_MEMORY_LIMIT", "CLUSTER_OUT_OF_MEMORY", "EXCEEDED_TIME_LIMIT", "EXCEEDED_CPU_LIMIT", "EXCEEDED_SCAN_LIMIT", "EXCEEDED_TASK_DESCRIPTOR_STORAGE_CAPACITY",
			"OUT_OF_SPILL_SPACE", "EXCEEDED_SPILL_LIMIT", "QUERY_QUEUE_FULL", "QUERY_HAS_TOO_MANY_STAGES", "QUERY_REJECTED", "ADMINISTRATIVELY_KILLED", "ADMINISTRATIVELY_PREEMPTED"}, ErrClusterLimit,
			"raise the limit on the cluster or by engine.trino.session, or add workers, and run again: what was computed is not computed twice"},
		{[]string{"HIVE_FILESYSTEM_ERROR", "HIVE_WRITER_OPEN_ERROR", "HIVE_WRITER_CLOSE_ERROR", "HIVE_WRITER_DATA_ERROR", "HIVE_CANNOT_OPEN_SPLIT", "HIVE_PATH_ALREADY_EXISTS"}, nil,
			"the cluster must read and write the folder of engine.trino.location, as the user who runs Pharos does"},
		{[]string{"NOT_SUPPORTED"}, nil, "the catalog must be one of the hive connector with hive.non-managed-table-writes-enabled=true and hive.allow-register-partition-procedure=true; a read-only one cannot compute"},
		{[]string{"HIVE_BAD_DATA", "HIVE_PARTITION_SCHEMA_MISMATCH", "HIVE_CURSOR_ERROR"}, nil, "pharos verify looks at the lake's files; a table whose column changed its type is read whole again with pharos run --full"},
		{[]string{"TYPE_MISMATCH", "FUNCTION_NOT_FOUND"}, nil,
			"pharos verify says whether a file of the lake was changed: its columns then have other types; a model of your own must keep to what both engines know (pharos check)"},
		{[]string{"USER_CANCELED"}, context.Canceled, "somebody cancelled the query on the cluster; run again"},
	}
}

// trinoFault makes an error of the driver readable and gives it its kind; a cancelled context is its
// own cause.
func trinoFault(ctx context.Context, address string, err error) error {
	if err == nil {
		return nil
	}
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if said := trinoSaid(err); said != nil {
		if strings.Contains(said.Message, "timestamp precision") {
			return &clusterError{said.ErrorName + ": " + said.Message, "set hive.timestamp-precision=MICROSECONDS in the catalog: the lake's times have microseconds", ErrClusterAway, err}
		}
		for _, k := range faultKinds() {
			for _, name := range k.names {
				if said.ErrorName == name {
					return &clusterError{said.ErrorName + ": " + said.Message, k.remedy, k.kind, err}
				}
			}
		}
		remedy := ""
		if said.ErrorType == "INTERNAL_ERROR" || said.ErrorType == "EXTERNAL" {
			remedy = "look at the cluster's log for the query and run again: what was computed is not computed twice"
		}
		return &clusterError{said.ErrorName + ": " + said.Message, remedy, nil, err}
	}
	var failed *trino.ErrQueryFailed
	switch {
	case errors.As(err, &failed) && (failed.StatusCode == 401 || failed.StatusCode == 403):
		return &clusterError{fmt.Sprintf("the cluster at %s refused the user (%d)", host(address), failed.StatusCode), "check user, password_env or token_env under engine.trino", ErrClusterAway, err}
	case errors.As(err, &failed) && failed.StatusCode != 0: // without one there was no answer
		return &clusterError{fmt.Sprintf("the cluster at %s answered %d: %v", host(address), failed.StatusCode, failed.Reason), "check engine.trino.url: is this a Trino coordinator?", ErrClusterAway, err}
	case errors.Is(err, trino.ErrQueryCancelled):
		return &clusterError{"the query was cancelled on the cluster", "run again", context.Canceled, err}
	}
	var untrusted *tls.CertificateVerificationError
	if errors.As(err, &untrusted) {
		return &clusterError{fmt.Sprintf("the certificate of the cluster at %s is not trusted: %v", host(address), untrusted.Err), "name the authority that signed it with engine.trino.ca_file", ErrClusterAway, err}
	}
	return &clusterError{fmt.Sprintf("the cluster at %s cannot be reached: %s", host(address), plainCause(err)), "check engine.trino.url, and that the coordinator runs", ErrClusterAway, err}
}

// trinoSaid is the server's own error, nil when it said none.
func trinoSaid(err error) *trino.ErrTrino {
	var said *trino.ErrTrino
	if errors.As(err, &said) {
		return said
	}
	var value trino.ErrTrino
	if errors.As(err, &value) {
		return &value
	}
	return nil
}

// host is an address without what may be secret in it.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "the configured address"
	}
	return u.Host
}

// plainCause is the innermost reason of a failed request, without its URL.
func plainCause(err error) string {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err.Error()
	}
	return strings.TrimPrefix(err.Error(), "trino: ")
}

// modelFault places an error of the cluster in the model's file. The prefixed names make a line
// longer and never add one, so that lines stay true; the statement's own words stand on the first.
func (t *Trino) modelFault(m Model, err error) error {
	if said := trinoSaid(err); said != nil && said.ErrorLocation.LineNumber > 0 {
		return fmt.Errorf("%s:%d: %w", m.Path, said.ErrorLocation.LineNumber, err)
	}
	return fmt.Errorf("%s:1: %w", m.Path, err)
}
