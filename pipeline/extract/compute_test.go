package extract

import (
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestAComputedAmountIsExact(t *testing.T) {
	for _, c := range []struct {
		text, want string
		values     []string
	}{
		{"quantity * price", "15.3000", []string{"6", "2.55"}},
		{"quantity * price * (1 - rate)", "12.7500", []string{"5", "3", "0.15"}},
		{"a - b - c", "-4.0000", []string{"1", "2", "3"}},
		{"a - (b - c)", "2.0000", []string{"1", "2", "3"}},
		{"a / b * c", "0.9999", []string{"1", "3", "2.9997"}},
		{"a / b", "0.3333", []string{"1", "3"}},
		{"a / b", "-0.6667", []string{"-2", "3"}},
		{"a / b", "0.0001", []string{"1", "20000"}}, // half of the last place: away from zero
		{"-a + 10", "8.5000", []string{"1.5"}},
		{"- - a", "1.5000", []string{"1.5"}},
		{`"Unit Price" * 2`, "3.0000", []string{"1.5"}},
		{"`单价`*数量", "3.0000", []string{"1.5", "2"}},
		{"a.b * 100", "150.0000", []string{"1.5"}},
		{"a * 1000000000000 * 0.000000000001", "1.5000", []string{"1.5"}},
		{"a * a * a", "0.0000", []string{"0.0000000001"}},
		{"a + b", "10000000000000.0000", []string{"9999999999999.999999999", "0.000000001"}},
		{"a * b", "1234.5000", []string{"(1,234.50)", "-1"}},
	} {
		e, err := compileExpression(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		var operands []exact
		for _, v := range c.values {
			x, _, rule := parseExact(v, false)
			if rule != "" {
				t.Fatalf("%s: %s", v, rule)
			}
			operands = append(operands, x)
		}
		result, ok := e.root.eval(operands)
		v, _, fits := result.round(4)
		if !ok || !fits || unscaled(v, 4) != c.want {
			t.Errorf("%s of %v is %s (%v, %v), want %s", c.text, c.values, unscaled(v, 4), ok, fits, c.want)
		}
	}
}

func TestAnExpressionNamesItsColumns(t *testing.T) {
	e, err := compileExpression(`Menge * "Preis je Stück" - Menge * Rabatt_1 + 数量`)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"Menge", "Preis je Stück", "Rabatt_1", "数量"}; !slices.Equal(e.columns, want) {
		t.Errorf("columns %q, want %q", e.columns, want)
	}
}

func TestAWrongExpressionSaysWhere(t *testing.T) {
	for text, want := range map[string]string{
		"a *": "position 4: a number or a column is missing", "a b": `position 3: "b" is not expected`, "(a": "a closing bracket is missing", "a ** b": "position 4",
		"1 + 2": "names no column", `"a`: "the quote is not closed", "": "position 1", "a + ;": `";" is not expected`, "数 % 2": "position 3", "1.2.3 * a": `"1.2.3" is no number`,
		strings.Repeat("(", 100) + "a" + strings.Repeat(")", 100): "nested", `"" + a`: "not expected",
	} {
		if _, err := compileExpression(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20s: error %v, want one with %q", text, err, want)
		}
	}
}

func TestADivisionByZeroIsNoNumber(t *testing.T) {
	e, err := compileExpression("a / (b - 1)")
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := e.root.eval([]exact{{v: 1}, {v: 1}}); ok {
		t.Error("1 / 0 has a value")
	}
}

func TestTheFastArithmeticAgreesWithFractions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) exact {
			return exact{v: rapid.Int64Range(-1e18+1, 1e18-1).Draw(t, name), scale: rapid.IntRange(0, 18).Draw(t, name+" scale")}
		}
		a, b := draw("a"), draw("b")
		for name, pair := range map[string][2]*big.Rat{
			"plus":  {a.plus(b).rational(), new(big.Rat).Add(a.rational(), b.rational())},
			"times": {a.times(b).rational(), new(big.Rat).Mul(a.rational(), b.rational())},
		} {
			if pair[0].Cmp(pair[1]) != 0 {
				t.Fatalf("%v %s %v is %s, want %s", a, name, b, pair[0], pair[1])
			}
		}
		fast, fastRounded, fastOK := a.round(4)
		slow, slowRounded, slowOK := exact{rat: a.rational()}.round(4)
		if fast != slow || fastRounded != slowRounded || fastOK != slowOK {
			t.Fatalf("%v rounds to %d %v %v, its fraction to %d %v %v", a, fast, fastRounded, fastOK, slow, slowRounded, slowOK)
		}
	})
}

func FuzzExpression(f *testing.F) {
	f.Add(`"a" * (b - 1.5) / c`)
	f.Add("a+-a")
	f.Fuzz(func(t *testing.T, text string) {
		e, err := compileExpression(text)
		if err != nil {
			return
		}
		e.root.eval(make([]exact, len(e.columns)))
	})
}
