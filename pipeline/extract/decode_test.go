package extract

import (
	"bytes"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
)

// sameText compares what is read with what the decoder alone makes of it.
func sameText(t *testing.T, enc encoding.Encoding, text []byte, wrap func(io.Reader) io.Reader) {
	t.Helper()
	want, _, err := transform.Bytes(enc.NewDecoder(), text)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(decoded(wrap(bytes.NewReader(text)), enc))
	if err != nil || !bytes.Equal(want, got) {
		t.Fatalf("%v: % x is read as %q (%v), want %q", enc, text, got, err, want)
	}
}

func asItIs(r io.Reader) io.Reader { return r }

func TestEveryChineseCharacterIsReadAsTheStandardSays(t *testing.T) {
	var text []byte
	for a := 0x80; a <= 0xff; a++ {
		text = append(append(text, byte(a)), "x,"...)
		for b := 0; b <= 0xff; b++ {
			text = append(append(text, byte(a), byte(b)), "1\n"...)
		}
	}
	for _, enc := range []encoding.Encoding{simplifiedchinese.GB18030, simplifiedchinese.GBK, charmap.Windows1252, charmap.ISO8859_1} {
		sameText(t, enc, text, asItIs)
	}
	text = text[:0]
	for a := 0x81; a <= 0xfe; a++ {
		for b := 0x30; b <= 0x39; b++ {
			for c := 0x81; c <= 0xfe; c++ {
				for d := 0x30; d <= 0x39; d++ {
					text = append(text, byte(a), byte(b), byte(c), byte(d))
				}
			}
			text = append(text, "a line, "...)
		}
	}
	sameText(t, simplifiedchinese.GB18030, text, asItIs)
}

func TestCharactersAreReadAlikeHoweverTheBytesArrive(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	pieces := [][]byte{[]byte("2019-01-01,"), []byte("x"), {0x84, 0x31, 0x95, 0x33}, {0xb6, 0xa9}, {0x81}, {0xff}, {0x81, 0x30}, []byte("\n")}
	for range 300 {
		var text []byte
		for range r.IntN(200) {
			text = append(text, pieces[r.IntN(len(pieces))]...)
		}
		for _, enc := range []encoding.Encoding{simplifiedchinese.GB18030, simplifiedchinese.GBK, charmap.Windows1252} {
			sameText(t, enc, text, iotest.OneByteReader)
			sameText(t, enc, text, iotest.HalfReader)
			sameText(t, enc, text, iotest.DataErrReader)
		}
	}
}
