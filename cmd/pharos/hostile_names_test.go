package main

import (
	"fmt"
	"strings"
)

// hostileNames are the names written out above and, systematically, each way to do harm in each place of a
// name and each disguise: 500 and more, none twice, none with blanks at its ends.
func hostileNames() []string {
	harm := []string{
		`<script>alert(%d)</script>`, `<img src=x onerror=alert(%d)>`, `<svg onload=alert(%d)>`, `"><b onmouseover=alert(%d)>`, `' onfocus='alert(%d)`,
		`</text></svg><script>%d</script>`, `</title><style>*{display:none}/*%d`, `]]><!--%d`, `&#60;b&#62;%d`, `javascript:alert(%d)`,
		`=%d+1`, `+%d+1`, `-%d+1`, `@SUM(A%d)`, `＝%d+1`, `＋%d+1`, `－%d+1`, `＠SUM(A%d)`, `=cmd|' /C calc'!A%d`, `=HYPERLINK("http://x/%d")`,
		"\x1b[31mred%d\x1b[0m", "\x1b]0;title%d\x07", "\x1b]8;;http://x/%d\x1b\\link", "\u009b3%dm", "\x08\x08\x08%d", "bell\x07%d", "\x7fdel%d",
		"\u202egnp.%d\u202c", "\u202d%d\u202c", "\u2066%d\u2069", "\u2067%d", "\u2069\u2069%d", "\u200f%d\u200e", "\u061c%d",
		"zero\u200bwidth%d", "join\u200d%d", "non\u200cjoin%d", "word\u2060join%d", "bom\ufeff%d", "soft\u00adhyphen%d",
		`../../etc/passwd%d`, `..\..\windows\%d`, `C:\con%d`, `/dev/null%d`, `%%2e%%2e%%2f%d`, `~root/%d`, `file:///%d`, `lists/%d.csv`,
		`'; drop table customers; --%d`, `" union select %d --`, `$$%d$$`, `\x00%d`, `{{.Run}}%d`, `${jndi:ldap://x/%d}`, `%%s%%n%%[1]s%d`, `{%% raw %%}%d`,
		"two\nlines%d", "cr\r\n=%d", "tab\t=%d", "line\u2028of%d", "para\u2029of%d", "next\u0085line%d", "nb\u00a0sp%d",
		"00%d", "0%de5", "1e%d", "1/%d", "%d-01-01", "TRUE%d", "0x%d", "%d,5", "1 000 %d", "١٢%d", "NaN%d",
		"👩‍🔬🏭👍🏽%d", "e\u0301\u0301\u0301\u0301%d", "مؤسسة البصريات %d", "עברית %d", "\U000e0041\U000e0042%d", "光%d", "ﷺ%d", "𝕳%d", "\ufffd%d",
	}
	disguise := []func(string) string{
		func(s string) string { return s },
		func(s string) string { return "Acme " + s },
		func(s string) string { return s + " GmbH" },
		func(s string) string { return "“" + s + "”, \"" + s + "\"" },
		func(s string) string { return s + "\n" + s },
		func(s string) string { return "x\u202e" + s + "\u202cx" },
	}
	names := append([]string{}, hostile...)
	seen := map[string]bool{}
	for _, n := range names {
		seen[n] = true
	}
	n := 7
	for _, hide := range disguise {
		for _, h := range harm {
			n++
			if name := hide(fmt.Sprintf(h, n)); !seen[name] && strings.TrimSpace(name) == name {
				seen[name] = true
				names = append(names, name)
			}
		}
	}
	return append(names, strings.Repeat("W", 10_000), strings.Repeat("光", 3_000), strings.Repeat("<b>", 1_000), strings.Repeat("\u202e", 500)+"x", "0007", "=1+1 Söhne")
}
