package publish

// fillBaskets invents what is bought together, and a trial of the next products that went well.
func fillBaskets(d *ReportData) {
	from := ymd(2026, 6, 3)
	d.Baskets = Baskets{Baskets: 12_345, Pairs: 640, Significant: 123, False: 0.05, Customers: 390, Offers: 3_900, Popular: 45}
	for i := range 20 {
		n := int64(i)
		d.Baskets.Together = append(d.Baskets.Together, ProductPair{A: "P-1" + string(rune('A'+i)), B: "P-2" + string(rune('A'+i)), NameA: "单模光纤 " + string(rune('A'+i)), NameB: "Patch cord " + string(rune('A'+i)),
			OfA: 900 - n, OfB: 700 - 2*n, Both: 400 - 3*n, AB: countShare(400-3*n, 900-n), BA: countShare(400-3*n, 700-2*n), Lift: ptr(7.8372 - float64(i)/10)})
	}
	d.Baskets.Together[3].NameA = "P-1D"
	d.Baskets.Trials = []OfferTrial{
		{10, &from, 90, 310, 124, 96, ptr(0.4), ptr(0.3097), ptr(0.0903), ptr(0.0271), ptr(0.1526), true, ""},
		{1, &from, 90, 310, 31, 40, ptr(0.1), ptr(0.129), ptr(-0.029), ptr(-0.0712), ptr(0.0131), true, ""},
		{5, &from, 90, 310, 93, 80, ptr(0.3), ptr(0.2581), ptr(0.0419), ptr(-0.0101), ptr(0.0939), true, ""},
	}
}
