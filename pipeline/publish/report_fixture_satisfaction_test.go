package publish

import "github.com/govalues/decimal"

// fillSatisfaction invents 366 answers of 192 customers on a scale of 0 to 10.
func fillSatisfaction(d *ReportData) {
	f := &d.Satisfaction
	f.NPS, f.CSAT = "computed", "other_scale"
	answers := func(by, value, element string, n, customers, below, equal, above int64, mean, nps float64) Answers {
		gap := float64(below-above) / float64(below+equal+above)
		return Answers{By: by, Value: value, Element: element, Answers: n, Customers: customers, Scored: n, Below: below, Equal: equal, Above: above,
			Gap: &gap, GapLow: ptr(gap - 0.0585), GapHigh: ptr(gap + 0.0575), Mean: &mean, MeanLow: ptr(mean - 0.21), MeanHigh: ptr(mean + 0.21),
			NPS: &nps, NPSLow: ptr(nps - 8.69), NPSHigh: ptr(nps + 8.49)}
	}
	few := answers("tier", "zero", "all", 2, 2, 1, 0, 1, 9.5, 100)
	few.MeanLow, few.MeanHigh = nil, nil
	f.Answers = []Answers{
		answers("all", "all", "all", 366, 192, 70, 247, 49, 7.634, 18.03), answers("all", "all", "service", 74, 70, 10, 57, 7, 7.757, 18.92),
		answers("all", "all", "contact", 103, 97, 16, 74, 13, 7.553, 17.48), answers("all", "all", "image", 89, 81, 16, 62, 11, 7.888, 24.72),
		answers("all", "all", "product_quality", 90, 85, 25, 48, 17, 7.4, 12), answers("all", "all", "other", 4, 4, 1, 2, 1, 7, 0), answers("all", "all", "unknown", 6, 6, 2, 4, 0, 7, -50),
		answers("tier", "loss", "all", 109, 84, 17, 78, 14, 7.615, 13.76), answers("tier", "high", "all", 86, 67, 21, 58, 7, 7.337, -4.65),
		answers("tier", "medium", "all", 169, 132, 31, 111, 27, 7.775, 26.63), few,
		answers("churn_state", "churned", "all", 20, 16, 9, 9, 2, 6.1, -30), answers("churn_state", "active", "all", 346, 176, 61, 238, 47, 7.7, 21),
	}
	money := func(n int64) *decimal.Decimal { v := cents(n); return &v }
	f.Responses = []Response{
		{"all", "all", "asked", 292, 192, ptr(0.65753), ptr(0.60138), ptr(0.70961), money(13_011_334), money(9_463_249)},
		{"churn_state", "churned", "asked", 38, 16, ptr(0.42105), ptr(0.27853), ptr(0.57805), money(1_143_339), money(2_440_543)},
		{"tier", "loss", "asked", 86, 44, ptr(0.51163), ptr(0.40777), ptr(0.6145), money(-1_466_397), money(-5_575_507)},
		{"tier", "zero", "asked", 2, 2, ptr(1.0), ptr(0.34238), ptr(1.0), money(10_492), nil},
	}
	f.Values = []ScoreValue{
		{"profit", "earlier", 177, ptr(16_583.2126), ptr(-9_506.1973), ptr(42_672.6224), true, ""}, {"profit", "within", 195, ptr(-11_438.6051), ptr(-26_873.1895), ptr(3_995.9792), false, ""},
		{"churned", "earlier", 12, nil, nil, nil, false, "too_few_customers"}, {"churned", "within", 195, ptr(-0.0288), ptr(-0.05987), ptr(0.00226), true, ""},
	}
	f.Signals = []Signal{{"contact", "touch", 41, 33}, {"product_quality", "case", 58, 43}, {"product_quality", "return", 311, 128}, {"service", "survey", 10, 9}, {"unknown", "case", 2, 2}}
}
