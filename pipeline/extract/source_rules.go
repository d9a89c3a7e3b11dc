package extract

// The rules by which a file source reports rows that it cannot read; BadRow.Rule holds them.
const (
	RuleRaggedLine    = "ragged_line"           // not as many values as the header has names
	RuleUnclosedQuote = "unclosed_quote"        // a quote opens and does not close
	RuleStrayQuote    = "stray_quote"           // text follows a closing quote
	RuleBadEncoding   = "bad_encoding"          // bytes that are no characters, or NUL
	RuleLineTooLong   = "line_too_long"         // a line of more than 4 MB
	RuleBadJSON       = "bad_json"              // not one JSON object
	RuleFormula       = "formula_without_value" // a formula whose result is not stored
)

// SourceRemedy says in one sentence what to do about the rows of such a rule; empty for others.
func SourceRemedy(rule string) string {
	switch rule {
	case RuleRaggedLine:
		return "correct the line in its file, or check delimiter:, quote: and header_row: of the source"
	case RuleUnclosedQuote, RuleStrayQuote:
		return "double the quotes within values when the file is written, or set quote: none if its quotes are plain characters"
	case RuleBadEncoding:
		return "set encoding: to what the file was written in, or write the line anew"
	case RuleLineTooLong:
		return "look for a missing line end in the file"
	case RuleBadJSON:
		return "write one whole JSON object per line"
	case RuleFormula:
		return "open the workbook in a spreadsheet program and save it, so that the results are stored"
	}
	return ""
}
