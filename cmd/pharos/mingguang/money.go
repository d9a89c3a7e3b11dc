package mingguang

import "strconv"

// cents is an amount of money in fen, a hundredth of a yuan.
type cents int64

// yuan is an amount of whole yuan.
func yuan(n int) cents { return cents(n) * 100 }

// times is the amount times bp ten-thousandths, rounded half up; the amount is not negative.
func (c cents) times(bp int) cents { return (c*cents(bp) + 5000) / 10000 }

// text is the amount as 1234.50.
func (c cents) text() string { return c.format(false) }

// grouped is the amount as 1,234.50.
func (c cents) grouped() string { return c.format(true) }

func (c cents) format(group bool) string {
	var buf [32]byte
	out, sign := buf[:0], ""
	if c < 0 {
		c, sign = -c, "-"
	}
	whole := strconv.FormatInt(int64(c/100), 10)
	out = append(out, sign...)
	for i := range len(whole) {
		if group && i > 0 && (len(whole)-i)%3 == 0 {
			out = append(out, ',')
		}
		out = append(out, whole[i])
	}
	fen := byte(c % 100)
	return string(append(out, '.', '0'+fen/10, '0'+fen%10))
}
