package main

import (
	"net"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/pharos-analytics/pharos/pipeline"
)

const (
	// defaultServeRate is far above what a person can ask for and below what two cores can answer.
	defaultServeRate = 1000
	mostServeRate    = 100_000
	// defaultServeAddr is of this machine only.
	defaultServeAddr = "127.0.0.1:8080"
	// downloadLog is the record of downloads inside the workspace.
	downloadLog = "downloads.jsonl"
)

// serve reads how runs are shown in a browser.
func (n node) serve(cfg *pipeline.Config) {
	s := pipeline.ServeSetting{Addr: defaultServeAddr, Rate: defaultServeRate, Log: filepath.Join(cfg.Workspace, downloadLog)}
	n.mapping(func(f *fields) {
		path := func(key string) string {
			text := f.get(key).text("")
			if text == "" {
				return ""
			}
			return f.d.resolve(text)
		}
		addr := f.get("addr")
		if s.Addr = addr.text(s.Addr); addr.present() && !isServeAddr(s.Addr) {
			addr.fail("%s is not an address to listen on such as 127.0.0.1:8080", addr.shown())
		}
		s.Tokens, s.Cert, s.Key = path("tokens"), path("tls_cert"), path("tls_key")
		if (s.Cert == "") != (s.Key == "") {
			n.fail("tls_cert and tls_key go together")
		}
		hosts := f.get("hosts")
		for _, host := range hosts.texts() {
			if !isHostName(host) {
				hosts.fail("%q is not the name of a host: give it without scheme, port and path, such as pharos.example.com", host)
			}
			s.Hosts = append(s.Hosts, host)
		}
		s.Rate = f.get("rate").count(s.Rate, 1, mostServeRate)
		log := f.get("log")
		if p := path("log"); p != "" {
			s.Log = p
		}
		for _, source := range cfg.Sources {
			if log.present() && source.Owns(s.Log) {
				log.fail("it belongs to source %s, and nothing is ever written to a source", source.Name)
			}
		}
	})
	cfg.Serve = s
}

// isServeAddr says whether a text is host:port; port 0 takes any that is free.
func isServeAddr(text string) bool {
	_, port, err := net.SplitHostPort(text)
	if err != nil {
		return false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil
}

func isHostName(text string) bool {
	return text != "" && len(text) < 254 && !strings.ContainsAny(text, "/:@ *?#")
}
