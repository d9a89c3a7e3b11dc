package segment

import (
	"slices"
	"strings"
	"unicode"
)

// The kinds of match keys that are compared in a way of their own. Any other column is compared as
// a tax id is: letters and digits only, in upper case.
const (
	MatchTaxID = "tax_id"
	MatchEmail = "email"
	MatchPhone = "phone"
	MatchName  = "name"
)

// matchKey brings a value into the one form in which equal means the same: "" when it says nothing.
func matchKey(kind, value string) string {
	switch kind {
	case MatchEmail:
		return emailKey(value)
	case MatchPhone:
		return phoneKey(value)
	case MatchName:
		return nameKey(value)
	}
	return codeKey(value)
}

// shortestCode is the fewest characters of a tax id or another number that can name somebody.
const shortestCode = 5

// vatCountries are the prefixes of VAT numbers, which some systems store and others leave out.
var vatCountries = strings.Fields("AT BE BG CH CY CZ DE DK EE EL ES FI FR GB HR HU IE IT LT LU LV MT NL NO PL PT RO SE SI SK XI")

// codeKey keeps letters and digits, without the country of a VAT number. A number of one and the
// same character (0000000) and one without any digit is a placeholder.
func codeKey(value string) string {
	code := strings.ToUpper(keepRunes(foldWidth(value), func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }))
	if len(code) >= 10 && slices.Contains(vatCountries, code[:2]) {
		code = code[2:]
	}
	if len(code) < shortestCode || !strings.ContainsAny(code, "0123456789") || strings.Trim(code, code[:1]) == "" {
		return ""
	}
	return code
}

// emailKey is the mailbox: lower case, without a +tag; what is no address is nothing.
func emailKey(value string) string {
	text := strings.TrimPrefix(strings.ToLower(strings.TrimSpace(foldWidth(value))), "mailto:")
	mailbox, domain, found := strings.Cut(text, "@")
	if mailbox, _, _ = strings.Cut(mailbox, "+"); !found || mailbox == "" || !strings.Contains(strings.Trim(domain, "."), ".") || strings.ContainsAny(domain, "@ ,;") {
		return ""
	}
	if domain == "googlemail.com" {
		domain = "gmail.com"
	}
	return mailbox + "@" + domain
}

// shortestPhone is the fewest digits of a number that reaches one place from a whole country.
const shortestPhone = 7

// phoneKey is the national number: digits without the country's code, the zero before an area code
// and an extension. +86 138 0013 8000 and 13800138000 are one number, +49 (0)711 5544-33 and
// 0711/554433 too.
func phoneKey(value string) string {
	text := strings.ToLower(strings.TrimSpace(foldWidth(value)))
	for _, extension := range []string{"ext", "x", "#", ",", ";", "转", "轉", "分机"} {
		text, _, _ = strings.Cut(text, extension)
	}
	text = strings.ReplaceAll(text, "(0)", "")
	digits := keepRunes(text, func(r rune) bool { return '0' <= r && r <= '9' })
	abroad, isAbroad := strings.CutPrefix(digits, "00")
	switch {
	case strings.HasPrefix(text, "+") || strings.HasPrefix(text, "(+"):
		digits = withoutCountry(digits)
	case isAbroad:
		digits = withoutCountry(abroad)
	case len(digits) == 13 && strings.HasPrefix(digits, "861"): // a Chinese mobile, its country without a plus
		digits = digits[2:]
	}
	digits = strings.TrimLeft(digits, "0")
	if len(digits) < shortestPhone || strings.Trim(digits, digits[:1]) == "" {
		return ""
	}
	return digits
}

// withoutCountry cuts the country code of ITU-T E.164 off: one digit for zones 1 and 7, two for
// the codes listed, else three.
func withoutCountry(digits string) string {
	if digits == "" {
		return ""
	}
	const two = " 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98 "
	n := 3
	if digits[0] == '1' || digits[0] == '7' {
		n = 1
	} else if len(digits) > 2 && strings.Contains(two, " "+digits[:2]+" ") {
		n = 2
	}
	return digits[min(n, len(digits)):]
}

// foldWidth turns full-width letters, digits and signs into the usual ones.
func foldWidth(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u3000' || r == '\u00a0':
			return ' '
		case '！' <= r && r <= '～':
			return r - '！' + '!'
		}
		return r
	}, s)
}

func keepRunes(s string, keep func(rune) bool) string {
	return strings.Map(func(r rune) rune {
		if keep(r) {
			return r
		}
		return -1
	}, s)
}
