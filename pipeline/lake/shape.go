package lake

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/schema"
)

// The columns that say where a row came from.
const (
	SourceColumn  = "_source"  // name of the source
	MappingColumn = "_mapping" // index of the mapping among those of its table, 0 first
	FileColumn    = "_file"    // file sources: path relative to the source's root
	LineColumn    = "_line"    // file sources: 1-based line
)

// The relations beside customers that are filled from its rows.
const (
	Persons    = "persons"
	Attributes = "customer_attributes"
)

// Relation is one relation of the lake as it is stored: its name in schema raw and its columns in
// the order of the file.
type Relation struct {
	Name    string
	Columns []Column
}

// RawTable is the shape of a table that is kept under its own column names, with its source's types.
func RawTable(name string, columns []Column) Table { return Table{Name: name, Columns: columns} }

// Relations lists what the rows of a table fill. It is one relation of the table's own name,
// except for customers: names, contacts and addresses go to persons, and further attributes, in
// long form (one row per customer and attribute), to customer_attributes.
func (t Table) Relations() []Relation {
	if t.Name != "customers" {
		return []Relation{{t.Name, t.loaded()}}
	}
	var own, persons []Column
	for _, c := range t.loaded() {
		private := c.Class == Name || c.Class == Contact || c.Class == Address
		if private || c.Name == "customer_id" || c.Name == SourceColumn || c.Name == MappingColumn {
			persons = append(persons, c)
		}
		if !private {
			own = append(own, c)
		}
	}
	return []Relation{
		{t.Name, own},
		{Persons, persons},
		{Attributes, []Column{key("customer_id"), required(text("attribute")), required(text("value")), number(MappingColumn)}},
	}
}

// ArrowSchema is the schema of the relation of the table's own name: its columns, a local date
// beside each timestamp, and the four columns that say where a row came from.
func (t Table) ArrowSchema() *arrow.Schema { return arrowSchema(t.Relations()[0].Columns) }

// LoadSchema is the schema of the records that Writer.Write takes: all canonical columns, a local
// date beside each timestamp, the four columns of origin, then one text column per attribute.
func (t Table) LoadSchema(attributes []string) *arrow.Schema {
	columns := t.loaded()
	for _, a := range attributes {
		columns = append(columns, text(a))
	}
	return arrowSchema(columns)
}

// loaded lists the columns of a loaded row, without attributes.
func (t Table) loaded() []Column {
	var out []Column
	for _, c := range t.Columns {
		out = append(out, c)
		if c.Type == Timestamp {
			out = append(out, Column{Name: LocalDate(c.Name), Type: Date, Required: c.Required, Nullable: c.Nullable})
		}
	}
	return append(out, text(SourceColumn), number(MappingColumn), text(FileColumn), number(LineColumn))
}

func arrowSchema(columns []Column) *arrow.Schema {
	fields := make([]arrow.Field, len(columns))
	for i, c := range columns {
		fields[i] = arrow.Field{Name: c.Name, Type: c.Type.Arrow(), Nullable: true}
	}
	return arrow.NewSchema(fields, nil)
}

// Arrow is the type in memory: decimals are Decimal64, instants microseconds.
func (t Type) Arrow() arrow.DataType {
	if t.IsDecimal() {
		return &arrow.Decimal64Type{Precision: int32(t.Precision()), Scale: int32(t.Scale())}
	}
	switch t {
	case Date:
		return arrow.FixedWidthTypes.Date32
	case Timestamp, WallClock:
		return &arrow.TimestampType{Unit: arrow.Microsecond}
	case Instant:
		return &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}
	case Integer32:
		return arrow.PrimitiveTypes.Int32
	case Boolean:
		return arrow.FixedWidthTypes.Boolean
	case Integer:
		return arrow.PrimitiveTypes.Int64
	}
	return arrow.BinaryTypes.String
}

// summed says whether the manifest holds the column's exact sum.
func (t Type) summed() bool { return t.IsNumber() }

// parquetSchema gives every column optional: one schema for all nights, whatever is mapped.
func parquetSchema(columns []Column) (*schema.GroupNode, error) {
	fields := make(schema.FieldList, len(columns))
	for i, c := range columns {
		var logical schema.LogicalType
		physical := parquet.Types.Int64
		switch c.Type {
		case Date:
			physical, logical = parquet.Types.Int32, schema.DateLogicalType{}
		case Timestamp, WallClock, Instant:
			logical = schema.NewTimestampLogicalType(c.Type == Instant, schema.TimeUnitMicros)
		case Integer32:
			physical, logical = parquet.Types.Int32, schema.NewIntLogicalType(32, true)
		case Boolean:
			physical, logical = parquet.Types.Boolean, schema.NoLogicalType{}
		case Integer:
			logical = schema.NewIntLogicalType(64, true)
		case Text:
			physical, logical = parquet.Types.ByteArray, schema.StringLogicalType{}
		default:
			logical = schema.NewDecimalLogicalType(int32(c.Type.Precision()), int32(c.Type.Scale()))
		}
		node, err := schema.NewPrimitiveNodeLogical(c.Name, parquet.Repetitions.Optional, logical, physical, 0, -1)
		if err != nil {
			return nil, err
		}
		fields[i] = node
	}
	return schema.NewGroupNode("row", parquet.Repetitions.Required, fields, -1)
}
