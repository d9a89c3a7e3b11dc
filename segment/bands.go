package segment

import "strconv"

// Band is one group of a segmentation by number: Lower <= value < Upper. A nil bound is open.
type Band struct {
	Segmentation string // age, income
	Position     int64  // 1 is the lowest band
	Lower, Upper *int64
	Label        string // "<18", "18-24", "60+"
}

// Rows are the bands of both segmentations, the lowest first: age, then income. A segmentation
// without bounds has no bands.
func (b Bands) Rows() []Band {
	return append(bands("age", b.Age), bands("income", b.Income)...)
}

// bands cuts the numbers from zero up at the bounds: n bounds make n+1 bands, each value is in
// one. An upper bound is not in its band, so the label says the last whole number below it.
func bands(segmentation string, bounds []int64) []Band {
	if len(bounds) == 0 {
		return nil
	}
	var rows []Band
	for i := range len(bounds) + 1 {
		band := Band{Segmentation: segmentation, Position: int64(i + 1)}
		if i > 0 {
			band.Lower = &bounds[i-1]
		}
		if i < len(bounds) {
			band.Upper = &bounds[i]
		}
		band.Label = label(band.Lower, band.Upper)
		rows = append(rows, band)
	}
	return rows
}

func label(lower, upper *int64) string {
	switch {
	case lower == nil:
		return "<" + strconv.FormatInt(*upper, 10)
	case upper == nil:
		return strconv.FormatInt(*lower, 10) + "+"
	case *upper-*lower == 1:
		return strconv.FormatInt(*lower, 10)
	}
	return strconv.FormatInt(*lower, 10) + "-" + strconv.FormatInt(*upper-1, 10)
}
