package mingguang

import (
	"bytes"
	_ "embed"
	"text/template"
)

//go:embed templates/pharos.yaml
var config []byte

//go:embed templates/README.md
var readmeText string

// key is the key of the demo: public, so that the demo gives the same row ids everywhere. A
// company makes its own (pharos init does).
const key = "6d696e676775616e672d64656d6f2d6b65792d6e6f742d612d7365637265742e\n"

// dirt is one dirty row as the README lists it.
type dirt struct {
	File             string
	Line             int
	English, Chinese string
	Rule             string
	IsQuarantined    bool
}

// readme fills the README of the folder with the dirty rows and where they stand.
func readme(rows []dirt) ([]byte, error) {
	t, err := template.New("README.md").Parse(readmeText)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = t.Execute(&out, struct {
		AsOf, Stranger string
		Dirt           []dirt
	}{AsOf, strangerID, rows})
	return out.Bytes(), err
}
