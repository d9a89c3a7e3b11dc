package publish

import (
	"time"

	"github.com/govalues/decimal"
)

// Contracts is what the marts of contracts say. Values are those of a month.
type Contracts struct {
	Window  *ContractStay  // the twelve months before D; nil when not computed
	Periods []ContractStay // months, quarters and years
	Bridge  []BridgeStep   // of the window: start, new, …, end
	By      []ContractBy
	Year    *RenewalPeriod // of the window
	Renewed []RenewalPeriod
	Due     []RenewalDue // those first to see
	DueSum  RenewalsDue  // all of them
	DueDays int          // a contract is due so many days before its end
}

// ContractStay is a row of mart contract_retention.
type ContractStay struct {
	Kind                            string // window, month, quarter, year
	Period                          time.Time
	Customers, CustomersKept        int64
	Logo, LogoLow, LogoHigh         *float64
	Contracts, ContractsKept        int64
	ContractLogo                    *float64
	ValueStart, ValueKept, ValueEnd decimal.Decimal
	GRR, NRR                        *float64
	State                           string // observed, in_progress
}

// ContractBy is a row of mart contract_retention_by.
type ContractBy struct {
	Segmentation, Segment    string
	Customers, CustomersKept int64
	Logo, GRR, NRR           *float64
	Due, Renewed, Pending    int64
	Rate                     *float64
}

// RenewalPeriod is a row of mart contract_renewals.
type RenewalPeriod struct {
	Period                             time.Time
	Due, Renewed, Pending, Lost, Early int64
	Upgrades, Downgrades               int64
	Rate                               *float64 // renewed / (due - pending)
	ValueDue, ValueRenewed             decimal.Decimal
	State                              string // observed, in_progress
}

// RenewalDue is a row of mart renewals_due.
type RenewalDue struct {
	ContractID, CustomerID, Name, Owner string
	Due                                 time.Time
	DaysLeft, OpenCases                 int64
	Value                               decimal.Decimal // in twelve months
}

// RenewalsDue sums up mart renewals_due.
type RenewalsDue struct {
	Contracts, Pending, WithCases int64
	Value                         decimal.Decimal // in twelve months
}
