package lake

// Type is the type of a canonical column. It fixes how the value is parsed, stored and summed.
type Type int

const (
	Text      Type = iota // UTF-8
	Money                 // decimal(18,4)
	Precise               // decimal(18,6): unit prices, unit costs, quantities
	Rate                  // decimal(18,10): exchange rates
	Date                  // calendar day in the company's time zone
	Timestamp             // UTC instant in microseconds, with a local date beside it
	Boolean
	Integer // int64
)

// Scale is the number of decimal places of a decimal type, 0 for the others.
func (t Type) Scale() int {
	switch t {
	case Money:
		return 4
	case Precise:
		return 6
	case Rate:
		return 10
	}
	if t >= firstDecimal {
		return int(t-firstDecimal) & 31
	}
	return 0
}

// Class says how sensitive a column is (reliability.md, personal data).
type Class int

const (
	Plain Class = iota
	ID
	Name
	Contact
	Address
	FreeText
)

// Column is one column of a canonical table.
type Column struct {
	Name     string
	Type     Type
	Required bool // must be mapped; a NULL in it quarantines the row
	Nullable bool // with Required: must be mapped, but a NULL stays (order_lines.customer_id)
	Class    Class
}

// Table is a canonical input table: the shape in which every source's rows reach the lake.
type Table struct {
	Name    string
	Columns []Column
	Key     []string // what identifies a row; empty or partly unmapped means that it is not checked
	Day     string   // the local date column by which the table is dated, if any
}

// Column finds a column by name.
func (t Table) Column(name string) (Column, bool) {
	for _, c := range t.Columns {
		if c.Name == name {
			return c, true
		}
	}
	return Column{}, false
}

// LocalDate is the name of the local-date column beside a timestamp: ordered_at has ordered_on, at has at_on.
func LocalDate(timestamp string) string {
	if n := len(timestamp); n > 3 && timestamp[n-3:] == "_at" {
		return timestamp[:n-3] + "_on"
	}
	return timestamp + "_on"
}

// TableNamed finds a canonical table.
func TableNamed(name string) (Table, bool) {
	for _, t := range Canonical() {
		if t.Name == name {
			return t, true
		}
	}
	return Table{}, false
}

func id(name string) Column        { return Column{Name: name, Class: ID} }
func key(name string) Column       { return Column{Name: name, Class: ID, Required: true} }
func text(name string) Column      { return Column{Name: name} }
func money(name string) Column     { return Column{Name: name, Type: Money} }
func precise(name string) Column   { return Column{Name: name, Type: Precise} }
func date(name string) Column      { return Column{Name: name, Type: Date} }
func instant(name string) Column   { return Column{Name: name, Type: Timestamp} }
func boolean(name string) Column   { return Column{Name: name, Type: Boolean} }
func number(name string) Column    { return Column{Name: name, Type: Integer} }
func required(c Column) Column     { c.Required = true; return c }
func maybeNull(c Column) Column    { c.Required, c.Nullable = true, true; return c }
func of(c Column, cl Class) Column { c.Class = cl; return c }

// Canonical lists the input tables of product.md, in its order.
func Canonical() []Table {
	return []Table{
		{Name: "customers", Key: []string{"customer_id"}, Columns: []Column{
			key("customer_id"), of(text("name"), Name), text("kind"), id("parent_id"), date("birth_date"), number("age"),
			money("annual_income"), text("gender"), text("region"), text("country"), text("city"), text("industry"),
			text("channel"), id("owner_id"), date("acquired_on"), money("acquisition_cost"),
			of(text("email"), Contact), of(text("phone"), Contact)}},
		{Name: "order_lines", Key: []string{"order_id", "line_id"}, Day: "ordered_on", Columns: []Column{
			key("order_id"), id("line_id"), maybeNull(id("customer_id")), required(instant("ordered_at")), id("product_id"),
			precise("quantity"), precise("unit_price"), money("discount"), required(money("net_amount")), money("cost"),
			money("profit"), text("currency"), text("channel"), text("status")}},
		{Name: "returns", Day: "returned_on", Columns: []Column{
			key("order_id"), id("line_id"), date("returned_on"), money("amount")}},
		{Name: "products", Key: []string{"product_id", "valid_from"}, Columns: []Column{
			key("product_id"), text("name"), text("category"), precise("unit_cost"), date("valid_from"), date("valid_to")}},
		{Name: "contracts", Key: []string{"contract_id"}, Day: "starts_on", Columns: []Column{
			key("contract_id"), key("customer_id"), required(date("starts_on")), date("ends_on"), date("signed_on"),
			required(money("amount")), text("period"), text("currency"), text("status"), date("cancelled_on"),
			id("renews_contract_id"), id("owner_id")}},
		{Name: "ledger", Key: []string{"entry_id"}, Day: "posted_on", Columns: []Column{
			key("entry_id"), required(date("posted_on")), required(text("kind")), required(money("amount")), id("customer_id"),
			id("order_id"), id("contract_id"), text("currency"), text("account")}},
		{Name: "invoices", Key: []string{"invoice_id"}, Day: "issued_on", Columns: []Column{
			key("invoice_id"), key("customer_id"), required(date("issued_on")), date("due_on"), required(money("amount")),
			date("paid_on"), money("paid_amount"), boolean("disputed"), text("currency")}},
		{Name: "opportunities", Key: []string{"opportunity_id"}, Day: "created_on", Columns: []Column{
			key("opportunity_id"), required(text("stage")), id("customer_id"), id("owner_id"), money("amount"), text("source"),
			instant("created_at"), instant("recorded_at"), instant("closed_at"), boolean("won"), instant("entered_at"),
			id("product_id")}},
		{Name: "opportunity_stages", Key: []string{"opportunity_id", "stage", "entered_at"}, Day: "entered_on", Columns: []Column{
			key("opportunity_id"), required(text("stage")), instant("entered_at")}},
		{Name: "cases", Key: []string{"case_id"}, Day: "opened_on", Columns: []Column{
			key("case_id"), key("customer_id"), required(instant("opened_at")), text("category"), text("severity"),
			instant("resolved_at"), text("satisfaction")}},
		{Name: "surveys", Day: "answered_on", Columns: []Column{
			key("customer_id"), required(instant("answered_at")), precise("score"), precise("expectation"),
			precise("experience"), text("element")}},
		{Name: "departures", Key: []string{"customer_id", "left_on"}, Day: "left_on", Columns: []Column{
			key("customer_id"), required(date("left_on")), text("category"), of(text("reason"), FreeText), text("competitor")}},
		{Name: "exchange_rates", Key: []string{"currency", "on_date"}, Day: "on_date", Columns: []Column{
			required(text("currency")), required(date("on_date")), required(Column{Name: "rate", Type: Rate})}},
		{Name: "suppressions", Columns: []Column{
			id("customer_id"), of(text("contact"), Contact), text("channel"), required(text("reason")), date("since")}},
		{Name: "consents", Columns: []Column{
			key("customer_id"), text("channel"), required(text("basis")), date("given_on"), date("withdrawn_on")}},
		{Name: "touches", Day: "at_on", Columns: []Column{
			key("customer_id"), required(instant("at")), text("channel"), id("owner_id"), id("list_id"), text("outcome")}},
	}
}
