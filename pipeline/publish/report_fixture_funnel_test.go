package publish

// fillFunnel invents a funnel of 640 opportunities of fourteen owners.
func fillFunnel(d *ReportData) {
	f := &d.Funnel
	f.Stages = []FunnelStage{
		{"意向", 640, 480, 60, 100, ptr(0.75), ptr(0.7151), ptr(0.782), ptr(12.0)}, {"售前跟踪", 480, 330, 70, 80, ptr(0.6875), ptr(0.6447), ptr(0.7273), ptr(18.5)},
		{"商务谈判", 330, 260, 40, 30, ptr(0.7878), ptr(0.7406), ptr(0.8284), nil}, {"签单", 260, 260, 0, 0, ptr(1.0), ptr(0.9854), ptr(1.0), nil},
	}
	weighted := cents(181_234_500)
	f.Pipeline = []PipelineStage{{"意向", 60, 5, 9, cents(300_000_000), ptr(0.5531), &weighted}, {"商务谈判", 40, 0, 0, cents(100_000_000), nil, nil}}
	for i := range 14 {
		n := int64(14 - i)
		f.Owners = append(f.Owners, SigningOwner{Owner: "S" + string(rune('A'+i)), Opportunities: 40 + n, Won: 20, Lost: 10, Open: 10 + n, Signing: countShare(20, 40+n),
			Close: ptr(0.6667), CloseLow: ptr(0.4878), CloseHigh: ptr(0.8077), WonValue: cents(50_000_000 * n), Timely: ptr(0.9), Complete: ptr(0.975)})
	}
	f.Owners[13].Owner, f.Owners[13].Close, f.Owners[13].CloseLow, f.Owners[13].CloseHigh = "unassigned", nil, nil, nil
	f.Times = []DealTime{{"won", 258, ptr(51.782), ptr(57.0)}, {"lost", 210, ptr(41.479), ptr(14.0)}}
}
