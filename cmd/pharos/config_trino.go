package main

import (
	"net/url"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/pharos-analytics/pharos/pipeline"
)

// What a cluster is asked for where the file says nothing.
const (
	trinoUser     = "pharos"
	trinoCatalog  = "lake"
	trinoSchema   = "pharos"
	trinoParallel = 4
)

// trino decodes the cluster; nil when there is none.
func (n node) trino() *pipeline.TrinoSetting {
	if !n.present() {
		return nil
	}
	t := &pipeline.TrinoSetting{Session: map[string]string{}}
	n.mapping(func(f *fields) {
		switch address, env := f.get("url"), f.get("url_env"); f.oneOf("url", "url_env") {
		case "url":
			t.URL = address.clusterURL()
		case "url_env":
			t.URLEnv = env.variable("TRINO_URL", "the address")
		}
		t.User = f.get("user").text(trinoUser)
		t.PasswordEnv, t.PasswordFile = f.secret("password", "TRINO_PASSWORD")
		t.TokenEnv, t.TokenFile = f.secret("token", "TRINO_TOKEN")
		if (t.PasswordEnv != "" || t.PasswordFile != "") && (t.TokenEnv != "" || t.TokenFile != "") {
			f.fail("give a password or a token, not both")
		}
		if ca := f.get("ca_file"); ca.present() {
			t.CA = f.d.resolve(ca.text(""))
		}
		t.Catalog = f.get("catalog").sqlName(trinoCatalog)
		t.Schema = f.get("schema").sqlName(trinoSchema)
		t.Location = f.need("location", "the workspace folder as the cluster sees it, such as local:///pharos or s3://bucket/pharos").location()
		t.Parallel = f.get("parallel").count(trinoParallel, 1, 64)
		t.Session = f.get("session").session()
		t.Storage = f.get("storage").storage(strings.HasPrefix(t.Location, "s3://"))
	})
	return t
}

// clusterURL is an address without a secret in it.
func (n node) clusterURL() string {
	text := n.text("")
	u, err := url.Parse(text)
	switch {
	case text == "":
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		n.fail("is no address such as https://trino.example.com:8443")
	case u.User != nil:
		n.fail("holds a user or a password; they have their own keys user and password_env")
	case strings.Trim(u.Path, "/") != "":
		n.fail("has a path; write the address alone, the catalog has its own key")
	}
	return strings.TrimSuffix(text, "/")
}

// variable is the name of an environment variable.
func (n node) variable(example, of string) string {
	name := n.text("")
	if n.present() && !isVariable(name) {
		n.fail("must be the name of an environment variable such as %s, never %s itself", example, of)
	}
	return name
}

// secret is named by a variable or a file, never written into the configuration.
func (f *fields) secret(key, example string) (env, file string) {
	env = f.get(key+"_env").variable(example, "the "+key)
	at := f.get(key + "_file")
	if file = at.text(""); file != "" {
		file = f.d.resolve(file)
	}
	if env != "" && file != "" {
		at.fail("give %s_env or %s_file, not both", key, key)
	}
	return env, file
}

// sqlName is a name that needs no quotes on a cluster.
func (n node) sqlName(fallback string) string {
	name := n.text(fallback)
	if name != strings.ToLower(name) || !isVariable(name) || len(name) > 32 {
		n.fail("is a name of at most 32 lower case letters, digits and _")
	}
	return name
}

// location is a folder's URI.
func (n node) location() string {
	text := n.text("")
	schemes := []string{"local", "file", "s3", "hdfs", "abfss", "gs"}
	scheme, rest, found := strings.Cut(text, "://")
	if text != "" && (!found || !slices.Contains(schemes, scheme) || strings.ContainsAny(rest, "?#' ")) {
		n.fail("is no folder's address such as local:///pharos (a folder that all nodes share) or s3://bucket/pharos")
	}
	return scheme + "://" + strings.TrimSuffix(rest, "/")
}

// storage decodes how object storage is reached from here; the cluster has its own settings for it.
func (n node) storage(needed bool) pipeline.StorageSetting {
	var s pipeline.StorageSetting
	switch {
	case !n.present() && needed:
		n.fail("is missing: a location on S3 needs storage: { region, access_key_env, secret_key_env } and, for other than Amazon's, endpoint")
	case n.present() && !needed:
		n.fail("is for a location that begins with s3://; remove it")
	}
	n.mapping(func(f *fields) {
		if endpoint := f.get("endpoint"); endpoint.present() {
			s.Endpoint = endpoint.clusterURL()
		}
		s.Region = f.get("region").text("us-east-1")
		s.AccessKeyEnv, s.AccessKeyFile = f.secret("access_key", "S3_ACCESS_KEY")
		s.SecretKeyEnv, s.SecretKeyFile = f.secret("secret_key", "S3_SECRET_KEY")
		if s.AccessKeyEnv == "" && s.AccessKeyFile == "" || s.SecretKeyEnv == "" && s.SecretKeyFile == "" {
			f.fail("needs access_key_env or access_key_file, and secret_key_env or secret_key_file")
		}
	})
	return s
}

// session are properties of the cluster, as set session would set them.
func (n node) session() map[string]string {
	out := map[string]string{}
	if !n.present() || !n.is(yaml.MappingNode) {
		return out
	}
	for _, m := range n.members() {
		if strings.ContainsAny(m.key, "=, ;:") {
			m.d.add(m.keyAt.Line, m.keyAt.Column, "%s is no session property: its name holds no =, comma, colon or blank", m.name())
		}
		out[m.key] = m.text("")
	}
	return out
}
