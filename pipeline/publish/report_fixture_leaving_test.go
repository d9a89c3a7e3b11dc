package publish

// fillLeaving invents who stays by segment, what the sources say about who left, and who came back.
func fillLeaving(d *ReportData, ages int) {
	group := func(by, value, measure string, size int64, at func(age int) float64) {
		for age := range ages {
			rate := 1.0
			if age > 0 {
				rate = at(age)
			}
			d.StayBy = append(d.StayBy, StayRow{By: by, Value: value, Measure: measure, Age: age, Customers: size - int64(age), Rate: &rate})
		}
	}
	falling := func(from, step float64) func(int) float64 {
		return func(age int) float64 { return max(from-step*float64(age), 0) }
	}
	group("all", "all", "classic", 400, falling(0.47, 0.01))
	group("all", "all", "revenue_weighted", 400, falling(0.71, 0.01))
	group("all", "all", "streak", 400, falling(0.47, 0.05))
	group("kind", "distributor", "classic", 60, falling(0.66, 0.008))
	group("kind", "consumer", "classic", 40, falling(0.2, 0.02))
	group("kind", "dealer", "classic", 30, falling(0.38, 0.03))
	group("region", "(other)", "classic", 4, falling(0.9, 0.03))
	d.StayLeftOut = StayLeftOut{Cohorts: 3, Customers: 45}
	d.ChurnSources = []ChurnSource{
		{Source: "departure", Used: true, Left: 60, Stays: 1, Alone: 4, Contradicted: 20, Here: 35},
		{Source: "rhythm", Used: true, Left: 139, Stays: 256, Alone: 45, Contradicted: 65, Here: 23},
		{Source: "model", Left: 74, Stays: 321, Contradicted: 2},
	}
	d.ChurnDisagree = 65
	d.ChurnRates = []ChurnRate{
		{"of_active_at_start", 50, 276, ptr(0.181), ptr(0.140), ptr(0.231)}, {"of_all", 97, 400, ptr(0.2425), ptr(0.203), ptr(0.287)},
		{"of_settled", 0, 0, nil, nil, nil},
	}
	d.WinBacks = []WinBack{
		{"fault", "stated_departure", 28, 1, 1, ptr(1.0 / 28), cents(2_616_981)}, {"unclassified", "silence", 50, 9, 6, ptr(0.18), cents(-1_200_050)},
	}
}
