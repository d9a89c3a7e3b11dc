package extract

import (
	"encoding/binary"
	"io"
	"math/bits"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// decoded gives text in an encoding as UTF-8; nil is UTF-8 already.
func decoded(r io.Reader, enc encoding.Encoding) io.Reader {
	switch {
	case enc == nil:
		return r
	case !asciiCompatible(enc):
		return transform.NewReader(r, enc.NewDecoder())
	}
	return &asciiReader{r: r, decoder: enc.NewDecoder().Transformer, in: make([]byte, textChunk/4)}
}

// asciiCompatible says that a byte below 0x80 which begins a character is that character, and
// that nothing is remembered from one character to the next: all but UTF-16. There a line ends
// with the byte LF and with no other.
func asciiCompatible(enc encoding.Encoding) bool {
	switch enc {
	case unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM),
		unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM),
		unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM):
		return false
	}
	return true
}

// asciiReader decodes text that is mostly ASCII: numbers, dates and ids are copied eight bytes at
// a time, and only what is not ASCII goes through the decoder, a few characters at a time. A
// decoder of its own would gain little over that.
type asciiReader struct {
	r        io.Reader
	decoder  transform.Transformer
	in       []byte
	pos, end int   // of what is not decoded yet
	err      error // what follows it
}

// someBytes is what the decoder is given at a time. No character is longer.
const someBytes = 64

// Read gives whole characters.
func (a *asciiReader) Read(p []byte) (int, error) {
	n := 0
	for {
		k := copyASCII(p[n:], a.in[a.pos:a.end])
		n, a.pos = n+k, a.pos+k
		if n == len(p) {
			return n, nil
		}
		src := a.in[a.pos:min(a.end, a.pos+someBytes)]
		written, used, err := a.decoder.Transform(p[n:], src, a.err != nil && a.pos+len(src) == a.end)
		n, a.pos = n+written, a.pos+used
		switch {
		case used > 0:
		case err == transform.ErrShortDst && n > 0:
			return n, nil
		case err == transform.ErrShortDst:
			return 0, io.ErrShortBuffer
		case n > 0:
			return n, nil
		case a.err != nil:
			return 0, a.err
		default:
			a.fill()
		}
	}
}

// fill reads on behind a character that is not whole yet.
func (a *asciiReader) fill() {
	a.end = copy(a.in, a.in[a.pos:a.end])
	a.pos = 0
	var n int
	n, a.err = a.r.Read(a.in[a.end:])
	a.end += n
}

// copyASCII copies up to the first byte that is not ASCII, or to the end of either.
func copyASCII(dst, src []byte) int {
	n := min(len(dst), len(src))
	at := 0
	for ; at+8 <= n; at += 8 {
		word := binary.LittleEndian.Uint64(src[at:])
		binary.LittleEndian.PutUint64(dst[at:], word)
		if high := word & topBits; high != 0 {
			return at + bits.TrailingZeros64(high)>>3
		}
	}
	for at < n && src[at] < 0x80 {
		dst[at] = src[at]
		at++
	}
	return at
}
