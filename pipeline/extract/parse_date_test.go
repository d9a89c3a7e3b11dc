package extract

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// shown writes a parsed date for tests.
func shown(c civil) string {
	text := time.Unix(int64(c.days)*secondsPerDay, c.micros*1000).UTC().Format("2006-01-02 15:04:05.999999")
	if c.hasZone {
		text += fmt.Sprintf(" %+d", c.offset)
	}
	return text
}

func TestADateWithTheYearFirstNeedsNoFormat(t *testing.T) {
	for text, want := range map[string]string{
		"2026-03-08": "2026-03-08 00:00:00", "2026-3-8": "2026-03-08 00:00:00", "2026/3/8": "2026-03-08 00:00:00", "2026.03.08": "2026-03-08 00:00:00",
		"20260308": "2026-03-08 00:00:00", "2026年3月8日": "2026-03-08 00:00:00", "２０２６年３月８日": "2026-03-08 00:00:00", "2026年03月08号": "2026-03-08 00:00:00",
		" 2026-03-08 ": "2026-03-08 00:00:00", "２０２６－０３－０８": "2026-03-08 00:00:00", "2026／3／8": "2026-03-08 00:00:00",
		"2026-03-08T10:05:07": "2026-03-08 10:05:07", "2026-03-08 10:05": "2026-03-08 10:05:00", "2026-03-08 9:05": "2026-03-08 09:05:00",
		"2026-03-08 10:05:07.123456": "2026-03-08 10:05:07.123456", "2026-03-08 10:05:07,5": "2026-03-08 10:05:07.5",
		"2026-03-08 23:59:59.9999999": "2026-03-08 23:59:59.999999", "20260308101500": "2026-03-08 10:15:00", "20260308 10:15": "2026-03-08 10:15:00",
		"2026-03-08T10:05:07Z": "2026-03-08 10:05:07 +0", "2026-03-08 10:05:07+08:00": "2026-03-08 10:05:07 +28800", "2026-03-08 10:05:07+08": "2026-03-08 10:05:07 +28800",
		"2026-03-08T10:05:07.5-0330": "2026-03-08 10:05:07.5 -12600", "2026-03-08 10:05:07 UTC": "2026-03-08 10:05:07 +0",
		"2026年3月8日10时5分": "2026-03-08 10:05:00", "2026年3月8日 10时5分7秒": "2026-03-08 10:05:07", "2026年3月8日 下午3:05": "2026-03-08 15:05:00", "2026年3月8日 10:05": "2026-03-08 10:05:00",
		"2026-03-08 1:05 PM": "2026-03-08 13:05:00", "2026-03-08 12:05:01 am": "2026-03-08 00:05:01",
		"2024-02-29": "2024-02-29 00:00:00", "0001-01-01": "0001-01-01 00:00:00", "9999-12-31": "9999-12-31 00:00:00",
	} {
		c, rule := parseUndeclared(text)
		if got := shown(c); rule != "" || got != want {
			t.Errorf("%q is %s (%s), want %s", text, got, rule, want)
		}
	}
}

func TestADateThatNobodyCanReadForSureIsNotGuessed(t *testing.T) {
	for text, want := range map[string]string{
		"11/8/2018": RuleAmbiguousDate, "13/8/2018": RuleAmbiguousDate, "8.11.2018": RuleAmbiguousDate, "08-11-2018": RuleAmbiguousDate, "1/2/18": RuleAmbiguousDate, "11/8/2018 10:00": RuleAmbiguousDate,
		"0000-00-00": RuleType, "0000-00-00 00:00:00": RuleType, "2026-00-08": RuleType, "2026-02-30": RuleType, "2025-02-29": RuleType, "2026-13-01": RuleType, "1900-02-29": RuleType,
		"2026-03-08 24:00:00": RuleType, "2026-12-31 23:59:60": RuleType, "2026-03-08 10:60": RuleType, "2026-03-08 13:00 PM": RuleType, "2026-03-08 25": RuleType,
		"0000-05-01": RuleDateRange, "10000-01-01": RuleDateRange, "294276-12-31": RuleDateRange, "-0044-03-15": RuleDateRange, "0044-03-15 BC": RuleDateRange, "0044-03-15 10:00:00 BC": RuleDateRange,
		"infinity": RuleType, "": RuleType, "2026": RuleType, "2026-03": RuleType, "2026年3月": RuleType, "2026-03/08": RuleType, "2026-03-08x": RuleType, "2026-03-08T": RuleType,
		"2026-03-08 10:00:00+8": RuleType, "2026-03-08 10:00 CET": RuleType, "20261308": RuleType, "43466": RuleType, "8 Mar 2026": RuleType, "26-03-08": RuleAmbiguousDate, "2026\x0103\x0208\x03": RuleType,
	} {
		if c, rule := parseUndeclared(text); rule != want {
			t.Errorf("%q is %s with rule %q, want %q", text, shown(c), rule, want)
		}
	}
}

func TestADeclaredFormatDecides(t *testing.T) {
	for _, c := range []struct{ format, text, want string }{
		{"M/D/YYYY", "11/8/2018", "2018-11-08 00:00:00"}, {"D/M/YYYY", "11/8/2018", "2018-08-11 00:00:00"}, {"MM/DD/YYYY", "11/8/2018", "2018-11-08 00:00:00"},
		{"DD.MM.YYYY", "08.11.2018", "2018-11-08 00:00:00"}, {"DD.MM.YYYY", "8.11.2018", "2018-11-08 00:00:00"}, {"YYYY年M月D日", "2026年3月8日", "2026-03-08 00:00:00"},
		{"YYYY年M月D日", "２０２６年３月８日", "2026-03-08 00:00:00"}, {"YYYYMMDD", "20260308", "2026-03-08 00:00:00"}, {"YYMMDD", "970101", "1997-01-01 00:00:00"}, {"D.M.YY", "1.2.68", "2068-02-01 00:00:00"},
		{"YYYY-MM-DD HH:mm:ss", "2026-03-08 10:05:07", "2026-03-08 10:05:07"}, {"M/D/YYYY H:mm", "11/8/2018 9:05", "2018-11-08 09:05:00"}, {"M/D/YYYY h:mm A", "11/8/2018 9:05 PM", "2018-11-08 21:05:00"},
		{"D MMM YYYY", "8 mar 2026", "2026-03-08 00:00:00"}, {"D-MMM-YY", "8-MAR-26", "2026-03-08 00:00:00"}, {"MMMM D, YYYY", "March 8, 2026", "2026-03-08 00:00:00"}, {"D. MMM. YYYY", "8. Mar. 2026", ""},
		{"D.M.YYYY H:mm:ss.SSS", "8.3.2026 1:02:03.045", "2026-03-08 01:02:03.045"}, {"D.M.YYYY HH:mm Z", "8.3.2026 01:02 +01:00", "2026-03-08 01:02:00 +3600"},
		{"D.M.YYYY", "2026-03-08", "2026-03-08 00:00:00"}, {"D.M.YYYY", "2026-03-08 10:00:00", "2026-03-08 10:00:00"}, // real dates among texts
		{"excel", "43466", "2019-01-01 00:00:00"}, {"excel", "43466.354166666664", "2019-01-01 08:30:00"}, {"excel", "1", "1900-01-01 00:00:00"}, {"excel", "59", "1900-02-28 00:00:00"},
		{"excel", "61", "1900-03-01 00:00:00"}, {"excel", "2019-01-01", "2019-01-01 00:00:00"}, {"excel", "43466.99999999999", "2019-01-02 00:00:00"},
		{"M/D/YYYY", "13/8/2018", ""}, {"D.M.YYYY", "8/3/2026", ""}, {"D.M.YYYY", "8.3.26", ""}, {"YYYYMMDD", "2026038", ""}, {"YYYY-DD-MM", "2026-25-03", "2026-03-25 00:00:00"},
		{"YYYY-DD-MM", "2026-03-25", ""}, {"D.M.YYYY", "31.2.2026", ""}, {"M/D/YYYY", "11/8/2018 10:00", ""}, {"excel", "60", ""}, {"excel", "0.5", ""}, {"excel", "2958466", ""}, {"excel", "11/8/2018", ""},
	} {
		f, err := compileFormat(c.format)
		if err != nil {
			t.Errorf("%s: %v", c.format, err)
			continue
		}
		v, rule := f.parse(c.text)
		if got := shown(v); c.want == "" && rule == "" || c.want != "" && (rule != "" || got != c.want) {
			t.Errorf("%q as %s is %s (%s), want %q", c.text, c.format, got, rule, c.want)
		}
	}
	for _, format := range []string{"yyyy-mm-dd", "DD.MM", "MMMMM D YYYY", "YYY", "D.M.YYYYY", "Q YYYY", "日期"} {
		if _, err := compileFormat(format); err == nil {
			t.Errorf("format %q compiles", format)
		}
	}
}

func TestTheFormatOfAColumnIsFoundInItsValues(t *testing.T) {
	for _, c := range []struct {
		values    []string
		format    string
		ambiguous bool
	}{
		{[]string{"2026-03-08", "2026-03-09 10:00"}, "", false},
		{[]string{"11/8/2018", "11/13/2018", ""}, "M/D/YYYY", false},
		{[]string{"11/8/2018", "13/11/2018"}, "D/M/YYYY", false},
		{[]string{"11/8/2018", "1/2/2018"}, "M/D/YYYY", true},
		{[]string{"8.11.2018", "31.12.2018"}, "D.M.YYYY", false},
		{[]string{"8.11.2018", "1.12.2018"}, "D.M.YYYY", true},
		{[]string{"12/1/2010 8:26", "12/13/2010 17:01"}, "M/D/YYYY H:mm", false},
		{[]string{"8-Mar-26", "31-Dec-25"}, "D-MMM-YY", false},
		{[]string{"March 8, 2026"}, "MMMM D, YYYY", false},
		{[]string{"13/13/2018"}, "", false},
		{[]string{"hello", "1.2.2018"}, "", false},
		{[]string{"2026-03-08", "8.13.2018"}, "M.D.YYYY", false},
		{nil, "", false},
	} {
		format, ambiguous := SniffDates(c.values)
		if format != c.format || ambiguous != c.ambiguous {
			t.Errorf("%q: format %q, ambiguous %v, want %q, %v", c.values, format, ambiguous, c.format, c.ambiguous)
		}
	}
	if LooksLikeDates([]string{"hello"}) || LooksLikeDates([]string{"", ""}) || !LooksLikeDates([]string{"", "1.2.2018"}) || !LooksLikeDates([]string{"2026-03-08"}) {
		t.Error("LooksLikeDates takes words for dates or dates for words")
	}
}

func TestALocalDayIsTheCompanysDay(t *testing.T) {
	for _, c := range []struct{ zone, text, utc, day string }{
		{"Asia/Shanghai", "2026-03-08 01:00:00", "2026-03-07 17:00:00", "2026-03-08"},
		{"Asia/Shanghai", "2026-03-07 17:00:00Z", "2026-03-07 17:00:00", "2026-03-08"},
		{"Asia/Shanghai", "1986-07-01 00:30:00", "1986-06-30 15:30:00", "1986-07-01"}, // summer time of 1986 to 1991
		{"Asia/Shanghai", "1986-06-30 15:30:00Z", "1986-06-30 15:30:00", "1986-07-01"},
		{"Asia/Shanghai", "1992-07-01 00:30:00", "1992-06-30 16:30:00", "1992-07-01"},
		{"Asia/Shanghai", "1900-06-01 00:00:00", "1900-05-31 15:54:17", "1900-06-01"}, // local mean time
		{"Europe/Berlin", "2026-03-29 01:59:59", "2026-03-29 00:59:59", "2026-03-29"}, // a day of 23 hours
		{"Europe/Berlin", "2026-03-29 03:00:00", "2026-03-29 01:00:00", "2026-03-29"},
		{"Europe/Berlin", "2026-10-25 23:30:00", "2026-10-25 22:30:00", "2026-10-25"}, // a day of 25 hours
		{"Europe/Berlin", "2026-10-25 00:30:00", "2026-10-24 22:30:00", "2026-10-25"},
		{"America/New_York", "2026-03-08 00:30:00+01:00", "2026-03-07 23:30:00", "2026-03-07"},
		{"Pacific/Apia", "2011-12-30 12:00:00", "2011-12-30 22:00:00", "2011-12-30"}, // a day that was skipped keeps its name
		{"UTC", "0001-01-01 00:00:00", "0001-01-01 00:00:00", "0001-01-01"},
	} {
		location, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		v, rule := parseUndeclared(c.text)
		if rule != "" {
			t.Fatalf("%s: %s", c.text, rule)
		}
		clock := localTime{location: location}
		utc, day := clock.instant(v)
		gotUTC := time.UnixMicro(utc).UTC().Format(time.DateTime)
		gotDay := time.Unix(int64(day)*secondsPerDay, 0).UTC().Format(time.DateOnly)
		if gotUTC != c.utc || gotDay != c.day {
			t.Errorf("%s in %s is %s on %s, want %s on %s", c.text, c.zone, gotUTC, gotDay, c.utc, c.day)
		}
	}
}

func TestTheFastClockAgreesWithTheSlowOne(t *testing.T) {
	for _, zone := range []string{"Asia/Shanghai", "Europe/London", "America/St_Johns", "Australia/Lord_Howe", "UTC"} {
		location, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		clock := localTime{location: location}
		rapid.Check(t, func(t *rapid.T) {
			day := rapid.Int32Range(firstDay, lastDay).Draw(t, "day")
			// Walk around the first day, so that the kept stretch is used and left again.
			for _, step := range []int32{0, 1, 100, 200, 1, 0} {
				at := int64(day+step)*microsPerDay + rapid.Int64Range(0, microsPerDay-1).Draw(t, "time")
				days, micros := int32(floorDiv(at, microsPerDay)), at-floorDiv(at, microsPerDay)*microsPerDay
				want := time.Date(1970, 1, 1+int(days), 0, 0, int(micros/1e6), int(micros%1e6)*1000, location)
				if got := clock.toUTC(days, micros); got != want.UnixMicro() {
					t.Fatalf("%v in %s: %d, want %d", want, zone, got, want.UnixMicro())
				}
				y, m, d := time.UnixMicro(at).In(location).Date()
				if got := clock.dayOf(at); got != daysFrom(y, int(m), d) {
					t.Fatalf("day of instant %d in %s: %d, want %d", at, zone, got, daysFrom(y, int(m), d))
				}
			}
		})
	}
}

func TestEveryDaySurvivesItsWriting(t *testing.T) {
	formats := map[string]string{"": "2006-01-02", "YYYYMMDD": "20060102", "D.M.YYYY": "2.1.2006", "MM/DD/YYYY": "01/02/2006", "YYYY年M月D日": "2006年1月2日", "D MMMM YYYY": "2 January 2006"}
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.Int32Range(daysFrom(1, 1, 1), daysFrom(9999, 12, 31)).Draw(t, "day")
		for format, layout := range formats {
			f, err := compileFormat(format)
			if err != nil {
				t.Fatal(err)
			}
			text := time.Unix(int64(days)*secondsPerDay, 0).UTC().Format(layout)
			if c, rule := f.parse(text); rule != "" || c.days != days || c.micros != 0 {
				t.Fatalf("%q as %q is %s (%s)", text, format, shown(c), rule)
			}
		}
	})
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2026-03-08 10:05:07.123+08:00", "２０２６年３月８日 下午3:05", "11/8/2018", "20260308101500", "43466.5"} {
		f.Add(s, "D.M.YYYY H:mm:ss A")
		f.Add(s, "excel")
		f.Add(s, "")
	}
	f.Fuzz(func(t *testing.T, s, format string) {
		compiled, err := compileFormat(format)
		if err != nil {
			return
		}
		c, rule := compiled.parse(s)
		if rule == "" && (c.days < daysFrom(1, 1, 1) || c.days > daysFrom(9999, 12, 31) || c.micros < 0 || c.micros >= microsPerDay) {
			t.Errorf("%q as %q is day %d, %d µs", s, format, c.days, c.micros)
		}
	})
}

func TestAServersTimestampIsReadAlikeWithAndWithoutTheShortWay(t *testing.T) {
	for text, want := range map[string]civil{
		"2019-01-01 00:01:20.554575+00":    {micros: 80_554_575, hasZone: true},
		"2019-01-01 00:01:20+08":           {micros: 80_000_000, hasZone: true, offset: 28_800},
		"2019-01-01T00:01:20.5-0330":       {micros: 80_500_000, hasZone: true, offset: -12_600},
		"2019-01-01 00:01:20.000001+05:30": {micros: 80_000_001, hasZone: true, offset: 19_800},
		"2019-01-01 00:01:20.120Z":         {micros: 80_120_000, hasZone: true},
		"2019-01-01 00:01:20.1234569Z":     {micros: 80_123_456, hasZone: true},
		"2019-01-01 00:01:20":              {micros: 80_000_000},
	} {
		want.days = daysFrom(2019, 1, 1)
		if got, rule := parseUndeclared(text); rule != "" || got != want {
			t.Errorf("%q is %+v %s, want %+v", text, got, rule, want)
		}
		if got, rule := parseUndeclared(" " + text); rule != "" || got != want { // a blank closes the short way
			t.Errorf("%q the long way is %+v %s, want %+v", text, got, rule, want)
		}
	}
	for _, text := range []string{"2019-01-01 00:01:20+16", "2019-01-01 00:01:20+", "2019-01-01 00:01:20.", "2019-01-01 00:01:20+08:6",
		"2019-01-01 00:01:20+08:60", "2019-01-01 24:00:00Z", "2019-02-29 00:00:00Z", "2019-01-01 00:01:20 x"} {
		if got, rule := parseUndeclared(text); rule != RuleType {
			t.Errorf("%q is %+v, rule %q", text, got, rule)
		}
	}
}
