package extract

import "time"

const (
	microsPerDay  = 86_400_000_000
	secondsPerDay = 86_400
)

// localTime converts between the company's wall clock and UTC. It keeps the last stretch of time
// without a change of the clock, so that only the days around a change ask the zone's rules.
// It is not safe for use by several goroutines.
type localTime struct {
	location   *time.Location
	known      bool
	start, end int64 // UTC seconds, half-open
	offset     int64 // seconds east of UTC
}

// toUTC gives the instant of a wall-clock time. A time that the clock skipped is moved, and of a
// time that it passed twice one is taken, as time.Date does.
func (l *localTime) toUTC(days int32, micros int64) int64 {
	local := int64(days)*secondsPerDay + micros/1e6
	// A day of distance to both ends: there the offset of a wall-clock time is beyond doubt.
	if !l.known || local < l.start+l.offset+secondsPerDay || local >= l.end+l.offset-secondsPerDay {
		t := time.Date(1970, 1, 1+int(days), 0, 0, int(micros/1e6), 0, l.location)
		l.keep(t)
		return t.Unix()*1e6 + micros%1e6
	}
	return (local-l.offset)*1e6 + micros%1e6
}

// dayOf gives the local day of an instant.
func (l *localTime) dayOf(utcMicros int64) int32 {
	seconds := floorDiv(utcMicros, 1e6)
	if !l.known || seconds < l.start || seconds >= l.end {
		l.keep(time.Unix(seconds, 0).In(l.location))
	}
	return int32(floorDiv(seconds+l.offset, secondsPerDay))
}

func (l *localTime) keep(t time.Time) {
	start, end := t.ZoneBounds()
	_, offset := t.Zone()
	l.known, l.offset = true, int64(offset)
	l.start, l.end = -1<<60, 1<<60
	if !start.IsZero() {
		l.start = start.Unix()
	}
	if !end.IsZero() {
		l.end = end.Unix()
	}
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// instant gives the UTC microseconds and the local day of a date as it was written: with an
// offset it is an instant, without one it is wall-clock time, whose day is the written one.
func (l *localTime) instant(c civil) (utcMicros int64, day int32) {
	if !c.hasZone {
		return l.toUTC(c.days, c.micros), c.days
	}
	utc := int64(c.days)*microsPerDay + c.micros - int64(c.offset)*1e6
	return utc, l.dayOf(utc)
}
