package serve

import "slices"

// The roles. Local is everybody where there is no token file: who reaches a loopback address sits
// at this machine.
const (
	Local     = "local"
	Executive = "executive"
	Marketing = "marketing"
	Analyst   = "analyst"
)

// Roles are those that a token can give.
func Roles() []string { return []string{Executive, Marketing, Analyst} }

// area is a kind of what is shown; a role sees areas.
type area string

const (
	public      area = "" // before anybody is known: the login and how pages look
	home        area = "home"
	reports     area = "reports"
	quality     area = "quality"
	definitions area = "definitions"
	customers   area = "customers" // names and figures, no contacts
	segments    area = "segments"
	marts       area = "marts"
	lists       area = "lists"   // which there are, and the files that name nobody's contact
	people      area = "people"  // files and rows with contacts
	control     area = "control" // who is left alone to measure what calling does: never for callers
)

// areas is who sees what.
func areas(role string) []area {
	switch role {
	case Local:
		return []area{home, reports, quality, definitions, customers, segments, marts, lists, people, control}
	case Executive:
		return []area{home, reports, quality, definitions}
	case Marketing:
		return []area{home, reports, definitions, lists, people}
	case Analyst:
		return []area{home, reports, quality, definitions, customers, segments, marts, lists, control}
	}
	return nil
}

// caller is who asks: the name and role of a token, or this machine.
type caller struct{ name, role string }

func (c *caller) sees(a area) bool {
	return a == public || c != nil && slices.Contains(areas(c.role), a)
}
