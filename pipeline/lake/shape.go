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

// RawTable is the shape of a table that is kept under its own column names, as text.
func RawTable(name string, columns []string) Table {
	t := Table{Name: name}
	for _, c := range columns {
		t.Columns = append(t.Columns, text(c))
	}
	return t
}

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

// Arrow is the type in memory: decimals are Decimal64 of precision 18, instants microseconds.
func (t Type) Arrow() arrow.DataType {
	switch t {
	case Money, Precise, Rate:
		return &arrow.Decimal64Type{Precision: 18, Scale: int32(t.Scale())}
	case Date:
		return arrow.FixedWidthTypes.Date32
	case Timestamp:
		return &arrow.TimestampType{Unit: arrow.Microsecond}
	case Boolean:
		return arrow.FixedWidthTypes.Boolean
	case Integer:
		return arrow.PrimitiveTypes.Int64
	}
	return arrow.BinaryTypes.String
}

// summed says whether the manifest holds the column's exact sum.
func (t Type) summed() bool { return t.Scale() > 0 || t == Integer }

// parquetSchema gives every column optional: one schema for all nights, whatever is mapped.
func parquetSchema(columns []Column) (*schema.GroupNode, error) {
	fields := make(schema.FieldList, len(columns))
	for i, c := range columns {
		var logical schema.LogicalType
		physical := parquet.Types.Int64
		switch c.Type {
		case Money, Precise, Rate:
			logical = schema.NewDecimalLogicalType(18, int32(c.Type.Scale()))
		case Date:
			physical, logical = parquet.Types.Int32, schema.DateLogicalType{}
		case Timestamp:
			logical = schema.NewTimestampLogicalType(false, schema.TimeUnitMicros)
		case Boolean:
			physical, logical = parquet.Types.Boolean, schema.NoLogicalType{}
		case Integer:
			logical = schema.NewIntLogicalType(64, true)
		default:
			physical, logical = parquet.Types.ByteArray, schema.StringLogicalType{}
		}
		node, err := schema.NewPrimitiveNodeLogical(c.Name, parquet.Repetitions.Optional, logical, physical, 0, -1)
		if err != nil {
			return nil, err
		}
		fields[i] = node
	}
	return schema.NewGroupNode("row", parquet.Repetitions.Required, fields, -1)
}

// typeOf is the inverse of parquetSchema.
func typeOf(c *schema.Column) Type {
	switch logical := c.LogicalType().(type) {
	case schema.DecimalLogicalType:
		for _, t := range []Type{Money, Precise, Rate} {
			if int32(t.Scale()) == logical.Scale() {
				return t
			}
		}
	case schema.DateLogicalType:
		return Date
	case schema.TimestampLogicalType:
		return Timestamp
	case schema.StringLogicalType:
		return Text
	}
	if c.PhysicalType() == parquet.Types.Boolean {
		return Boolean
	}
	return Integer
}
