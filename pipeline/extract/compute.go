package extract

import (
	"fmt"
	"math/big"
	"math/bits"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ComputeColumns are the source columns that a compute names; none for one that cannot be read.
func ComputeColumns(compute string) []string {
	e, err := compileExpression(compute)
	if err != nil {
		return nil
	}
	return e.columns
}

// expression is a compiled compute: a tree of exact decimal operations over source columns.
type expression struct {
	root    node
	columns []string // in the order of their first appearance
}

// node is a number, a column or an operation.
type node struct {
	op          byte // 'n' number, 'c' column, or + - * /
	left, right *node
	number      exact
	column      int // index into expression.columns
}

// compileExpression reads + - * / ( ), decimal numbers with a point, and column names: bare words,
// or anything in "double quotes" or `back quotes`.
func compileExpression(text string) (*expression, error) {
	e := &expression{}
	p := &expressionParser{text: text, e: e}
	root, err := p.sum(0)
	if err == nil {
		if p.skip(); p.at < len(text) {
			err = p.problem("%q is not expected here", p.rest())
		}
	}
	if err != nil {
		return nil, err
	}
	if len(e.columns) == 0 {
		return nil, p.problem("it names no column")
	}
	e.root = *root
	return e, nil
}

type expressionParser struct {
	text string
	at   int
	e    *expression
}

func (p *expressionParser) problem(format string, args ...any) error {
	return fmt.Errorf("compute %q, position %d: %s", p.text, utf8.RuneCountInString(p.text[:p.at])+1, fmt.Sprintf(format, args...))
}

func (p *expressionParser) rest() string {
	r, _ := utf8.DecodeRuneInString(p.text[p.at:])
	return string(r)
}

func (p *expressionParser) skip() {
	for p.at < len(p.text) && strings.ContainsRune(" \t\r\n", rune(p.text[p.at])) {
		p.at++
	}
}

// operator takes one of the operators if it is next.
func (p *expressionParser) operator(ops string) (byte, bool) {
	p.skip()
	if p.at < len(p.text) && strings.IndexByte(ops, p.text[p.at]) >= 0 {
		p.at++
		return p.text[p.at-1], true
	}
	return 0, false
}

func (p *expressionParser) sum(depth int) (*node, error) {
	return p.chain("+-", depth, p.product)
}

func (p *expressionParser) product(depth int) (*node, error) {
	return p.chain("*/", depth, p.factor)
}

func (p *expressionParser) chain(ops string, depth int, operand func(int) (*node, error)) (*node, error) {
	left, err := operand(depth)
	for err == nil {
		op, ok := p.operator(ops)
		if !ok {
			return left, nil
		}
		var right *node
		if right, err = operand(depth); err == nil {
			left = &node{op: op, left: left, right: right}
		}
	}
	return nil, err
}

func (p *expressionParser) factor(depth int) (*node, error) {
	const deepest = 50
	if depth > deepest {
		return nil, p.problem("it is nested more than %d deep", deepest)
	}
	if _, ok := p.operator("-"); ok {
		right, err := p.factor(depth + 1)
		return &node{op: '-', left: &node{op: 'n'}, right: right}, err
	}
	if _, ok := p.operator("("); ok {
		inner, err := p.sum(depth + 1)
		if err != nil {
			return nil, err
		}
		if _, ok := p.operator(")"); !ok {
			return nil, p.problem("a closing bracket is missing")
		}
		return inner, nil
	}
	p.skip()
	if p.at == len(p.text) {
		return nil, p.problem("a number or a column is missing")
	}
	if c := p.text[p.at]; c >= '0' && c <= '9' || c == '.' {
		return p.literal()
	}
	return p.name()
}

func (p *expressionParser) literal() (*node, error) {
	n := strings.IndexFunc(p.text[p.at:], func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
	if n < 0 {
		n = len(p.text) - p.at
	}
	v, _, rule := parseExact(p.text[p.at:p.at+n], false)
	if rule != "" {
		return nil, p.problem("%q is no number", p.text[p.at:p.at+n])
	}
	p.at += n
	return &node{op: 'n', number: v}, nil
}

func (p *expressionParser) name() (*node, error) {
	rest := p.text[p.at:]
	var name string
	if quote := rest[0]; quote == '"' || quote == '`' {
		n := strings.IndexByte(rest[1:], quote)
		if n < 0 {
			return nil, p.problem("the quote is not closed")
		}
		name, p.at = rest[1:n+1], p.at+n+2
	} else {
		n := strings.IndexFunc(rest, func(r rune) bool {
			return r != '_' && r != '.' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
		})
		if n < 0 {
			n = len(rest)
		}
		name, p.at = rest[:n], p.at+n
	}
	if name == "" {
		return nil, p.problem("%q is not expected here", p.rest())
	}
	i := slices.Index(p.e.columns, name)
	if i < 0 {
		i = len(p.e.columns)
		p.e.columns = append(p.e.columns, name)
	}
	return &node{op: 'c', column: i}, nil
}

// eval computes a node over a row's operands. Only a division by zero fails.
func (n *node) eval(operands []exact) (exact, bool) {
	switch n.op {
	case 'n':
		return n.number, true
	case 'c':
		return operands[n.column], true
	}
	a, ok := n.left.eval(operands)
	if !ok {
		return a, false
	}
	b, ok := n.right.eval(operands)
	if !ok {
		return b, false
	}
	switch n.op {
	case '*':
		return a.times(b), true
	case '+':
		return a.plus(b), true
	case '-':
		return a.plus(b.negated()), true
	}
	return a.over(b)
}

// exact is a rational number: v / 10^scale where that fits into 64 bits, rat otherwise.
type exact struct {
	v     int64
	scale int
	rat   *big.Rat
}

// parseExact reads the forms of parseFixed without rounding.
func parseExact(s string, comma bool) (x exact, mark, rule string) {
	if v, scale, ok := parsePlain(s, comma); ok {
		return exact{v: v, scale: scale}, "", ""
	}
	var d decimalText
	if rule := d.scan(s, comma); rule != "" {
		return exact{}, d.mark, rule
	}
	const widest = 400 // an exponent beyond it is no business figure, only a way to fill memory
	if d.behind > widest || d.behind < -widest {
		if len(d.digits) == 0 {
			return exact{}, d.mark, ""
		}
		return exact{}, d.mark, RuleOutOfRange
	}
	n, ok := new(big.Int).SetString("0"+string(d.digits), 10)
	if !ok {
		return exact{}, d.mark, RuleType
	}
	if d.negative {
		n.Neg(n)
	}
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(d.behind, -d.behind))), nil)
	if d.behind >= 0 {
		return exact{rat: new(big.Rat).SetFrac(n, power)}, d.mark, ""
	}
	return exact{rat: new(big.Rat).SetInt(n.Mul(n, power))}, d.mark, ""
}

func (x exact) rational() *big.Rat {
	if x.rat != nil {
		return x.rat
	}
	return big.NewRat(1, 1).SetFrac(big.NewInt(x.v), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(x.scale)), nil))
}

func (x exact) negated() exact {
	if x.rat != nil {
		return exact{rat: new(big.Rat).Neg(x.rat)}
	}
	return exact{v: -x.v, scale: x.scale} // no minimum of 64 bits occurs: values have 18 digits
}

func (x exact) times(y exact) exact {
	if x.rat == nil && y.rat == nil && x.scale+y.scale <= 18 {
		if v, ok := multiply(x.v, y.v); ok {
			return exact{v: v, scale: x.scale + y.scale}
		}
	}
	return exact{rat: new(big.Rat).Mul(x.rational(), y.rational())}
}

func (x exact) plus(y exact) exact {
	if x.rat == nil && y.rat == nil {
		scale := max(x.scale, y.scale)
		a, ok1 := multiply(x.v, pow10(scale-x.scale))
		b, ok2 := multiply(y.v, pow10(scale-y.scale))
		if sum := a + b; ok1 && ok2 && fits18(a) && fits18(b) {
			return exact{v: sum, scale: scale}
		}
	}
	return exact{rat: new(big.Rat).Add(x.rational(), y.rational())}
}

func (x exact) over(y exact) (exact, bool) {
	divisor := y.rational()
	if divisor.Sign() == 0 {
		return exact{}, false
	}
	return exact{rat: new(big.Rat).Quo(x.rational(), divisor)}, true
}

// multiply is not ok when the product does not fit into 64 bits.
func multiply(a, b int64) (int64, bool) {
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	if hi != 0 || lo > 1<<63-1 {
		return 0, false
	}
	if (a < 0) != (b < 0) {
		return -int64(lo), true
	}
	return int64(lo), true
}

func magnitude(v int64) uint64 {
	if v < 0 {
		return uint64(-v)
	}
	return uint64(v)
}

// round gives the value as decimal(18,scale), half away from zero.
func (x exact) round(scale int) (v int64, rounded, ok bool) {
	if x.rat == nil {
		return rescale(x.v, x.scale, scale)
	}
	n := new(big.Int).Mul(x.rat.Num(), big.NewInt(pow10(scale)))
	q, r := n.QuoRem(n, x.rat.Denom(), new(big.Int))
	if r.Sign() != 0 && r.Abs(r).Lsh(r, 1).Cmp(x.rat.Denom()) >= 0 {
		q.Add(q, big.NewInt(int64(x.rat.Sign())))
	}
	rounded = r.Sign() != 0
	if !q.IsInt64() || !fits18(q.Int64()) {
		return 0, false, false
	}
	return q.Int64(), rounded, true
}
