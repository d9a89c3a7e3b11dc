package segment

import (
	"slices"
	"strings"
	"unicode"
)

// chineseForms are the legal forms at the end of a Chinese name, the longest first. 集团, 控股 and
// the 分 of a branch stay: a group, a holding and a branch are other customers than the company.
var chineseForms = strings.Fields(`
	股份有限责任公司 股份有限責任公司 股份有限公司 有限责任公司 有限責任公司 有限公司 公司`)

// legalForms are those that stand as words of their own.
var legalForms = wordSet(`
	inc incorporated corp corporation co company ltd limited llc llp lp plc pty pte sdn bhd kk
	gmbh mbh ag kg kgaa ohg ug ek sa sas sarl srl sl spa bv nv ab as asa oy oyj aps sro zoo sp kft the and und et`)

func wordSet(text string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(text) {
		set[w] = true
	}
	return set
}

// nameKey is a name as it is compared: its words in lower case, without accents, signs and legal
// form, sorted, so that neither case, width nor order of words makes two companies of one. A name
// that is nothing but a legal form stays as it is.
func nameKey(value string) string {
	words := strings.FieldsFunc(foldName(value), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	kept := make([]string, 0, len(words))
	for _, w := range words {
		for _, form := range chineseForms {
			if bare, found := strings.CutSuffix(w, form); found {
				w = bare
				break
			}
		}
		if w != "" && !legalForms[w] {
			kept = append(kept, w)
		}
	}
	if len(kept) == 0 {
		kept = words
	}
	slices.Sort(kept)
	return strings.Join(kept, " ")
}

// plainLetters are accented letters and what they are written as without the accent.
var plainLetters = strings.NewReplacer(strings.Fields(`
	à a á a â a ã a ä a å a ā a ă a ą a æ ae ç c ć c č c ď d đ d ð d è e é e ê e ë e ē e ė e ę e ě e ğ g ģ g
	ì i í i î i ï i ī i į i ı i ķ k ļ l ľ l ł l ñ n ń n ņ n ň n ò o ó o ô o õ o ö o ø o ō o ő o œ oe ŕ r ř r
	ś s š s ş s ș s ß ss ţ t ț t ť t þ th ù u ú u û u ü u ū u ů u ű u ų u ý y ÿ y ź z ż z ž z`)...)

// joinedSigns stand inside words.
var joinedSigns = strings.NewReplacer(".", "", "'", "", "’", "", "a/s", "as")

// foldName also joins the letters of forms that are written with points or a slash: A.G., S.p.A., A/S.
func foldName(value string) string {
	return joinedSigns.Replace(plainLetters.Replace(strings.ToLower(foldWidth(value))))
}

// nameGrams are the pairs of neighbouring letters in each word of a key, its ends included: the set
// that two names are compared by. Each is a number, the two letters side by side; ascending.
func nameGrams(key string) []uint64 {
	var grams []uint64
	for _, word := range strings.Fields(key) {
		before := ' '
		for _, r := range word + " " {
			grams = append(grams, uint64(before)<<32|uint64(r))
			before = r
		}
	}
	slices.Sort(grams)
	return slices.Compact(grams)
}

// similarity is the coefficient of Sørensen and Dice over two sets of pairs of letters: twice what
// they share over what they have, in basis points.
func similarity(a, b []uint64) BasisPoints {
	if len(a)+len(b) == 0 {
		return 0
	}
	shared := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			shared, i, j = shared+1, i+1, j+1
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return BasisPoints(20_000 * shared / (len(a) + len(b)))
}

// NameSimilarity compares two names by the pairs of letters of what is left of them without case,
// width, accents, order of words and legal form. Names with different numbers in them (Store 12,
// Store 13) are not similar at all.
func NameSimilarity(a, b string) BasisPoints { return keySimilarity(nameKey(a), nameKey(b)) }

func keySimilarity(x, y string) BasisPoints {
	if numberIn(x) != numberIn(y) {
		return 0
	}
	return similarity(nameGrams(x), nameGrams(y))
}

// numberIn are the digits of a key.
func numberIn(key string) string {
	return keepRunes(key, unicode.IsDigit)
}
