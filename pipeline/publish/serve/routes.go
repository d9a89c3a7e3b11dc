package serve

import (
	"errors"
	"net/http"
)

// What a request can come to, beside a page. refuse gives each its status and its words.
var (
	errNotFound  = errors.New("there is nothing here")
	errForbidden = errors.New("the role does not see this")
	errLogin     = errors.New("nobody is logged in")
	errForeign   = errors.New("the request is foreign")
	errMethod    = errors.New("the method is not known here")
	errRequest   = errors.New("the request cannot be read")
	errLog       = errors.New("the log of downloads cannot be written")
	errChanged   = errors.New("the file is not the one of the manifest")
	errBusy      = errors.New("too much is asked at once")
	errTokens    = errors.New("the token file cannot be read")
)

// route is one path and who may ask for it. What a page is about stands in the query, never in the
// path, and is compared with what there is: no path of a file is ever made of it.
type route struct {
	path   string
	area   area
	posts  bool // answers POST, and nothing but POST changes anything
	answer func(*Server, http.ResponseWriter, *request) error
	title  string // of a page in the menu
}

// routes is every path there is.
func routes() []route {
	return []route{
		{path: "/", area: home, answer: (*Server).overview, title: "serve.overview"},
		{path: "/report", area: reports, answer: (*Server).report, title: "serve.report"},
		{path: "/lists", area: lists, answer: (*Server).lists, title: "serve.lists"},
		{path: "/list", area: lists, answer: (*Server).list},
		{path: "/customers", area: customers, answer: (*Server).customers, title: "serve.customers"},
		{path: "/customer", area: customers, answer: (*Server).customer},
		{path: "/explain", area: customers, answer: (*Server).explain},
		{path: "/figure", area: customers, answer: (*Server).figure},
		{path: "/segments", area: segments, answer: (*Server).segments, title: "serve.segments"},
		{path: "/segment", area: customers, answer: (*Server).segment},
		{path: "/marts", area: marts, answer: (*Server).marts, title: "serve.marts"},
		{path: "/mart", area: marts, answer: (*Server).mart},
		{path: "/quality", area: quality, answer: (*Server).quality, title: "serve.quality"},
		{path: "/definitions", area: definitions, answer: (*Server).definitions, title: "serve.definitions"},
		{path: "/runs", area: home, answer: (*Server).runs, title: "serve.runs"},
		{path: "/run", area: home, answer: (*Server).oneRun},
		{path: "/download", area: home, answer: (*Server).download}, // each file has its own area
		{path: "/login", area: public, posts: true, answer: (*Server).login},
		{path: "/logout", area: home, posts: true, answer: (*Server).logout},
		{path: "/style.css", area: public, answer: (*Server).style},
		{path: "/icon.svg", area: public, answer: (*Server).icon},
	}
}
