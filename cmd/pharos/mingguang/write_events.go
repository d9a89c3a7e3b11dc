package mingguang

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
)

// survey and talk are the two kinds of lines of events.jsonl.gz.
type survey struct {
	Type        string   `json:"type"`
	At          string   `json:"at"`
	Customer    identity `json:"customer"`
	Element     string   `json:"element"`
	Expectation int      `json:"expectation"`
	Experience  int      `json:"experience"`
	Score       int      `json:"score"`
}

type talk struct {
	Type     string   `json:"type"`
	At       string   `json:"at"`
	Customer identity `json:"customer"`
	Channel  string   `json:"channel"`
	Owner    string   `json:"owner"`
	Outcome  string   `json:"outcome"`
}

type identity struct {
	ID string `json:"id"`
}

// eventLines are the surveys and contacts as JSON lines with times of the zone of Wuhan.
func (c *company) eventLines() ([]byte, error) {
	var out bytes.Buffer
	packed := gzip.NewWriter(&out)
	lines := json.NewEncoder(packed)
	for _, e := range c.events {
		at := e.day.at(e.minute)
		at = at[:10] + "T" + at[11:] + "+08:00"
		var err error
		if e.isTalk {
			err = lines.Encode(talk{"contact", at, identity{e.who}, e.channel, e.owner, e.outcome})
		} else {
			err = lines.Encode(survey{"survey", at, identity{e.who}, e.element, e.expectation, e.experience, e.score})
		}
		if err != nil {
			return nil, err
		}
	}
	if err := packed.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
