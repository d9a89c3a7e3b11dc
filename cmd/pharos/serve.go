package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/pharos-analytics/pharos/pipeline"
	"github.com/pharos-analytics/pharos/pipeline/publish"
	"github.com/pharos-analytics/pharos/pipeline/publish/serve"
)

func newServeCommand(a *app) *cobra.Command {
	var f pipeline.ServeSetting
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Show the runs and hand out the lists in a browser",
		Long: `Shows the report, key figures, quality, definitions, customers with their explanation, segments,
tables and lists of the runs; nothing can be changed there. Without tokens it listens on this
machine only, and whoever reaches it may read everything. With a token file a token decides what
is seen: executive (report, quality, definitions), marketing (report, lists with contacts),
analyst (all but contacts). Each line of the file is a role, a name and sha256:<64 hex digits> of
the token, or the token itself; only its owner may read it (chmod 600). Every download stands in
downloads.jsonl of the workspace. The pages follow the current run. An interrupt ends the server
after what it is handing out.`,
		Example: `  pharos serve                                     http://127.0.0.1:8080, this machine only
  pharos serve --addr 127.0.0.1:9000
  pharos serve --addr 0.0.0.0:8443 --tokens secrets/tokens --tls-cert cert.pem --tls-key key.pem --host pharos.example.com
  t=$(openssl rand -hex 24); echo "analyst maria sha256:$(printf %s "$t" | sha256sum | cut -c1-64)" >> secrets/tokens; echo "$t"`,
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := loadConfig(a.config)
			if err != nil {
				return err
			}
			set := cfg.Serve
			for name, pair := range map[string][2]*string{"addr": {&set.Addr, &f.Addr}, "tokens": {&set.Tokens, &f.Tokens}, "tls-cert": {&set.Cert, &f.Cert}, "tls-key": {&set.Key, &f.Key}} {
				if cmd.Flags().Changed(name) {
					*pair[0] = *pair[1]
				}
			}
			set.Hosts = append(set.Hosts, f.Hosts...)
			return hinted(a.serve(cmd.Context(), cfg, set), cfg, nil)
		},
	}
	cmd.Flags().StringVar(&f.Addr, "addr", defaultServeAddr, "address to listen on; without tokens of this machine only")
	cmd.Flags().StringVar(&f.Tokens, "tokens", "", "file with the tokens of the roles")
	cmd.Flags().StringVar(&f.Cert, "tls-cert", "", "certificate for TLS, PEM")
	cmd.Flags().StringVar(&f.Key, "tls-key", "", "its key, PEM")
	cmd.Flags().StringArrayVar(&f.Hosts, "host", nil, "a name by which browsers reach it; repeat for more")
	return cmd
}

// serve checks what was asked for, opens the current run and answers until it is interrupted.
func (a *app) serve(ctx context.Context, cfg *pipeline.Config, set pipeline.ServeSetting) error {
	if !isServeAddr(set.Addr) {
		return usageError("--addr 127.0.0.1:8080", "read --addr %q: it is not host:port", set.Addr)
	}
	tokens, err := serveTokens(set)
	if err != nil {
		return err
	}
	listener, err := serveListener(set)
	if err != nil {
		return err
	}
	defer listener.Close()
	if err := refuseOutput(cfg, set.Log); err != nil {
		return err
	}
	if _, err := (&publish.Workspace{Root: cfg.Workspace}).Current(); err != nil {
		return err
	}
	log, err := serve.OpenLog(set.Log)
	if err != nil {
		return &exitError{code: exitFailed, err: err, hint: "nothing is handed out that cannot be recorded: let this user write " + set.Log + ", or name another file with serve: { log: … }"}
	}
	defer log.Close()
	var mu sync.Mutex
	say := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintln(a.err, inert(fmt.Sprintf(format, args...)))
	}
	fmt.Fprintln(a.err, "opening the current run …")
	server, err := serve.New(ctx, serve.Options{
		Workspace: &publish.Workspace{Root: cfg.Workspace}, Company: cfg.Company.Name, Language: cfg.Company.Language, Currency: cfg.Company.Currency,
		Open:   func(ctx context.Context, id string) (*serve.Run, error) { return pipeline.Browse(ctx, cfg, id) },
		Tokens: tokens, Hosts: set.Hosts, Secure: set.Cert != "", Rate: set.Rate, Log: log, Say: say, Now: time.Now,
	})
	if err != nil {
		return err
	}
	defer server.Close()
	if err := a.sayReady(set, listener.Addr(), say); err != nil {
		return err
	}
	return server.Serve(ctx, listener)
}

// sayReady prints where the pages are.
func (a *app) sayReady(set pipeline.ServeSetting, at net.Addr, say func(string, ...any)) error {
	scheme, host := "http", at.String()
	if set.Cert != "" {
		scheme = "https"
	}
	if len(set.Hosts) > 0 {
		if _, port, err := net.SplitHostPort(host); err == nil {
			host = net.JoinHostPort(set.Hosts[0], port)
		}
	}
	url := scheme + "://" + host + "/"
	if set.Cert == "" && !isLoopback(set.Addr) {
		say("warning: without --tls-cert and --tls-key tokens and names cross the network for everybody to read")
	}
	say("every download is recorded in %s; interrupt ends", set.Log)
	if a.json {
		return a.printJSON(map[string]string{"url": url, "log": set.Log})
	}
	fmt.Fprintln(a.out, url)
	return nil
}

// serveTokens reads the token file. Without one nobody from elsewhere may reach the address.
func serveTokens(set pipeline.ServeSetting) (*serve.Tokens, error) {
	if set.Tokens == "" {
		if !isLoopback(set.Addr) {
			return nil, usageError("--addr 127.0.0.1:8080 for this machine only, or --tokens FILE, which gives each token a role",
				"serve on %s: everybody who reaches this address could read every customer, because there are no tokens", set.Addr)
		}
		return nil, nil
	}
	tokens, err := serve.OpenTokens(set.Tokens)
	if err != nil {
		hint := "each line is a role (executive, marketing, analyst), a name and sha256:<64 hex digits> of the token; pharos serve --help shows how to make one"
		if errors.Is(err, fs.ErrNotExist) {
			hint = "pharos serve --help shows how to make one"
		}
		return nil, &exitError{code: exitUsage, err: err, hint: hint}
	}
	return tokens, nil
}

// isLoopback says whether an address is of this machine only.
func isLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.Unmap().IsLoopback()
}

func serveListener(set pipeline.ServeSetting) (net.Listener, error) {
	if (set.Cert == "") != (set.Key == "") {
		return nil, usageError("--tls-cert cert.pem --tls-key key.pem", "read flags: --tls-cert and --tls-key go together")
	}
	var secure *tls.Config
	if set.Cert != "" {
		pair, err := tls.LoadX509KeyPair(set.Cert, set.Key)
		if err != nil {
			return nil, &exitError{code: exitUsage, err: fmt.Errorf("read certificate %s with key %s: %w", filepath.Base(set.Cert), filepath.Base(set.Key), err),
				hint: "both must be PEM files that belong together, the whole chain in the first; openssl x509 -in FILE -noout -text shows one"}
		}
		secure = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
	}
	l, err := net.Listen("tcp", set.Addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, &exitError{code: exitUsage, err: fmt.Errorf("listen on %s: another program does already", set.Addr), hint: "--addr 127.0.0.1:0 takes any port that is free"}
	case errors.Is(err, fs.ErrPermission):
		return nil, &exitError{code: exitUsage, err: fmt.Errorf("listen on %s: this user may not", set.Addr), hint: "ports below 1024 are for the system; --addr 127.0.0.1:8080"}
	case err != nil:
		return nil, &exitError{code: exitUsage, err: fmt.Errorf("listen: %w", err), hint: "--addr names an address of this machine and a port, such as 127.0.0.1:8080"}
	case secure != nil:
		l = tls.NewListener(l, secure)
	}
	return l, nil
}
