package mingguang

import (
	"math/rand/v2"
	"strconv"
	"time"
)

// day counts days from the first day of the books, 2023-09-01.
type day int

// lastDay is the day before the as-of day: nothing has happened later.
const lastDay day = 1095

// on is the day of a date.
func on(year int, month time.Month, date int) day {
	first := time.Date(2023, 9, 1, 0, 0, 0, 0, time.UTC)
	return day(time.Date(year, month, date, 0, 0, 0, 0, time.UTC).Sub(first) / (24 * time.Hour))
}

// date is the calendar date, at midnight UTC.
func (d day) date() time.Time { return time.Date(2023, 9, 1+int(d), 0, 0, 0, 0, time.UTC) }

// iso is the date as 2026-03-08.
func (d day) iso() string { return d.date().Format(time.DateOnly) }

// chinese is the date as 2026年3月8日, without leading zeros.
func (d day) chinese() string {
	year, month, date := d.date().Date()
	return strconv.Itoa(year) + "年" + strconv.Itoa(int(month)) + "月" + strconv.Itoa(date) + "日"
}

// at is a time in the morning or afternoon of the day, as a Chinese system writes it without a zone.
func (d day) at(minute int) string {
	return d.date().Add(time.Duration(minute) * time.Minute).Format(time.DateTime)
}

// month counts months: 2023-09 is 0.
func (d day) month() int {
	year, month, _ := d.date().Date()
	return (year-2023)*12 + int(month) - 9
}

// monthStart is the first day of month m, counted as month does.
func monthStart(m int) day { return on(2023, time.Month(9+m), 1) }

// yearLater is the same date of the next year.
func (d day) yearLater() day {
	year, month, date := d.date().Date()
	return on(year+1, month, date)
}

// workday moves a day back to the nearest one on which a company in China buys.
func (d day) workday() day {
	for d.isRest() {
		d--
	}
	return d
}

// isRest says whether d is a weekend, New Year, in the week of National Day or in Spring Festival.
func (d day) isRest() bool {
	t := d.date()
	if wd := t.Weekday(); wd == time.Saturday || wd == time.Sunday {
		return true
	}
	if t.YearDay() == 1 || t.Month() == time.October && t.Day() <= 7 {
		return true
	}
	for _, eve := range [...]day{on(2024, 2, 9), on(2025, 1, 28), on(2026, 2, 16)} {
		if d >= eve && d < eve+8 {
			return true
		}
	}
	return false
}

// What is rolled for. Every subject has a sequence of its own, so that a change in one part of
// the company leaves the others as they were.
const (
	rollCast uint64 = iota + 1
	rollOrders
	rollReturns
	rollContracts
	rollCases
	rollDepartures
	rollContacts
	rollFunnel
	rollFinance
	rollInvitations
)

// seed makes this company and no other.
const seed = 0x6d696e6767756e67

// luck is one seeded sequence of choices.
type luck struct{ *rand.Rand }

func roll(subject uint64, index int) luck {
	return luck{rand.New(rand.NewPCG(seed, subject<<32|uint64(index)))}
}

// between is a whole number from low to high, both included.
func (l luck) between(low, high int) int { return low + l.IntN(high-low+1) }

// percent is true n times in a hundred.
func (l luck) percent(n int) bool { return l.IntN(100) < n }

// pick is one of the choices.
func pick[T any](l luck, choices []T) T { return choices[l.IntN(len(choices))] }
