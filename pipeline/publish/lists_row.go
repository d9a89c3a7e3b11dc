package publish

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pharos-analytics/pharos/pipeline/lake"
	"github.com/pharos-analytics/pharos/segment"
)

// listColumns are the columns of a list, typed as in the lake. The last three are empty: people
// fill them in.
func listColumns() []lake.Column {
	names := []string{"list", "run", "as_of", "valid_until", "row_id", "customer_id", "name", "channel", "contact", "consent_basis", "consent_on",
		"rank", "value_at_stake", "currency", "tier", "churn_state", "churn_class", "sub_class", "clv", "profit", "revenue", "days_silent", "expected_gap_days",
		"reason_codes", "reason", "action", "offer", "owner", "due_by", "last_contact_on", "cool_down_until", "status", "outcome", "note"}
	types := map[string]lake.Type{"as_of": lake.Date, "valid_until": lake.Date, "due_by": lake.Date, "consent_on": lake.Date, "last_contact_on": lake.Date,
		"cool_down_until": lake.Date, "rank": lake.Integer, "value_at_stake": lake.Money, "clv": lake.Money,
		"profit": lake.Money, "revenue": lake.Money, "days_silent": lake.Integer, "expected_gap_days": lake.Integer}
	columns := make([]lake.Column, len(names))
	for i, n := range names {
		columns[i] = lake.Column{Name: n, Type: types[n]}
	}
	return columns
}

func listRow(s *speech, d ListData, sum ListSummary, m ListMember) []string {
	clv := ""
	if m.CLV != nil {
		clv = m.CLV.String()
	}
	return []string{
		m.List, d.Run, dayText(&d.AsOf), d.AsOf.AddDate(0, 0, listValidDays).Format(time.DateOnly), RowID(d.Key, m.List, m.CustomerID), m.CustomerID, m.Name,
		wordOrEmpty(m.Channel), Mask(m.Contact), wordOrEmpty(m.ConsentBasis), dayText(m.ConsentOn),
		strconv.FormatInt(m.Rank, 10), m.ValueAtStake.String(), d.Currency,
		m.Tier, wordOrEmpty(m.State), wordOrEmpty(m.Class), wordOrEmpty(m.SubClass), clv, m.Profit.String(), m.Revenue.String(),
		countText(m.DaysSilent), countText(m.ExpectedGap), strings.Join(m.ReasonCodes, " "), reasonSentence(s, m), sum.Action, wordOrEmpty(m.Offer),
		m.OwnerID, dayText(&m.DueBy), dayText(m.LastContactOn), dayText(m.CoolDownUntil), "", "", "",
	}
}

func dayText(day *time.Time) string {
	if day == nil {
		return ""
	}
	return day.Format(time.DateOnly)
}

// Mask leaves of an e-mail address its first letter, and of a number its last two digits: enough to
// see that there is one, not to use it. A domain may be a person's own and is not shown.
func Mask(contact string) string {
	if contact == "" {
		return ""
	}
	if at := strings.Index(contact, "@"); at > 0 {
		_, n := utf8.DecodeRuneInString(contact)
		return contact[:n] + "***@***"
	}
	runes := []rune(contact)
	if len(runes) < 6 {
		return "***"
	}
	return "***" + string(runes[len(runes)-2:])
}

// RowID is the same for the same customer on the same list in every run, and says nothing about
// the customer to who does not hold the key. It begins with a letter that no number has, because a
// spreadsheet would write 12e4567890123456 back as 1.2E+4567890123456.
func RowID(key []byte, list, customer string) string {
	h := hmac.New(sha256.New, key)
	fmt.Fprintf(h, "row\x00%s\x00%s", list, customer)
	return "r" + hex.EncodeToString(h.Sum(nil))[:16]
}

// reasonSentence says in figures why a customer stands on a list: the list's own reason, the cause
// of leaving, and what else a caller has to know.
func reasonSentence(s *speech, m ListMember) string {
	clv := ""
	if m.CLV != nil {
		clv = s.money(*m.CLV)
	}
	own := ""
	if len(m.ReasonCodes) > 0 {
		own = s.term("reason", m.ReasonCodes[0])
	}
	args := []string{s.money(m.Profit), s.money(m.Revenue), s.money(m.ValueAtStake), countText(m.DaysSilent), countText(m.ExpectedGap),
		clv, dayText(m.ContractDueOn), dayText(m.StartedOn), s.number(m.OpenCases), own}
	var text strings.Builder
	for i, code := range m.ReasonCodes {
		id := "list.also." + code
		if i == 0 {
			id = "list.reason." + code
			if !slices.Contains(segment.ListNames(), m.List) { // the company's own list has codes of its own
				id = "list.reason.own"
			}
		}
		if code == "big_at_risk" && (m.Rule == "contract_due" || m.DaysSilent == nil || m.ExpectedGap == nil) {
			id = "list.reason.big_contract_due"
		}
		text.WriteString(s.say(id, args...))
		if i == 0 && m.SubClass != "" && m.SubClass != "none" {
			text.WriteString(s.say("list.reason.cause", s.term("class", m.Class), s.term("sub", m.SubClass)))
		}
	}
	return text.String()
}

func orNone(word string) string {
	if word == "" {
		return "none"
	}
	return word
}

// wordOrEmpty turns the marts' stand-in for nothing into an empty cell.
func wordOrEmpty(word string) string {
	if word == "none" {
		return ""
	}
	return word
}

func countText(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}
