package segment

import (
	"slices"
	"strings"
)

// What people write into a list that they worked on: how far a row came, and what the customer
// said. Both vocabularies are closed, in English or Chinese, so that what came of a list can be counted.
const (
	StatusOpen       = "open"        // nobody has tried yet; an empty cell means the same
	StatusContacted  = "contacted"   // the customer was spoken or written to
	StatusNotReached = "not_reached" // somebody tried in vain
	StatusSkipped    = "skipped"     // left out on purpose

	OutcomeWon          = "won"            // bought, renewed, came back, or stays
	OutcomeInterested   = "interested"     // wants to hear more
	OutcomeDeclined     = "declined"       // not now
	OutcomeLost         = "lost"           // leaves, or has left for good
	OutcomeComplaint    = "complaint"      // complained
	OutcomeWrongContact = "wrong_contact"  // the address or number is somebody else's
	OutcomeDoNotContact = "do_not_contact" // objects to being contacted, for any list and on any channel
)

// ListStatuses are the words of a list's column status, in the order of a drop-down.
func ListStatuses() []string {
	return []string{StatusOpen, StatusContacted, StatusNotReached, StatusSkipped}
}

// ListOutcomes are the words of a list's column outcome, in the order of a drop-down.
func ListOutcomes() []string {
	return []string{OutcomeWon, OutcomeInterested, OutcomeDeclined, OutcomeLost, OutcomeComplaint, OutcomeWrongContact, OutcomeDoNotContact}
}

func workWords() map[string]phrase {
	return map[string]phrase{
		StatusOpen:          {"open", "未处理"},
		StatusContacted:     {"contacted", "已联系"},
		StatusNotReached:    {"not reached", "未联系上"},
		StatusSkipped:       {"skipped", "已跳过"},
		OutcomeWon:          {"won", "成交"},
		OutcomeInterested:   {"interested", "有意向"},
		OutcomeDeclined:     {"declined", "暂不需要"},
		OutcomeLost:         {"lost", "已流失"},
		OutcomeComplaint:    {"complaint", "投诉"},
		OutcomeWrongContact: {"wrong contact", "联系方式有误"},
		OutcomeDoNotContact: {"do not contact", "请勿联系"},
	}
}

// WorkWord says a status or an outcome in a language.
func WorkWord(lang, word string) string {
	if p, known := workWords()[word]; known {
		return p.in(lang)
	}
	return word
}

// ReadStatus finds the status that a cell means, written as the word, in English or in Chinese; an
// empty cell is open. ok is false for anything else.
func ReadStatus(cell string) (status string, ok bool) {
	if strings.TrimSpace(cell) == "" {
		return StatusOpen, true
	}
	return workWordOf(cell, ListStatuses())
}

// ReadOutcome finds the outcome that a cell means; an empty cell is none.
func ReadOutcome(cell string) (outcome string, ok bool) {
	if strings.TrimSpace(cell) == "" {
		return "", true
	}
	return workWordOf(cell, ListOutcomes())
}

func workWordOf(cell string, known []string) (string, bool) {
	cell = strings.ToLower(strings.TrimSpace(cell))
	i := slices.IndexFunc(known, func(word string) bool {
		p := workWords()[word]
		return cell == word || cell == p.en || cell == p.zh
	})
	if i < 0 {
		return "", false
	}
	return known[i], true
}
