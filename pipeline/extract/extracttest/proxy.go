package extracttest

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strconv"
	"sync"
	"testing"
)

// Fault is what a Proxy does to the connections that pass it. The server's bytes are counted over
// all connections since Break.
type Fault struct {
	After    int64 // bytes of the server that arrive before it strikes
	Messages int64 // or whole messages of the protocol (of connections without TLS)
	What     Damage
	Lasting  bool   // it strikes every later connection at once too, until Heal
	Do       func() // done when it strikes, while the connection waits
}

// Damage is how a connection suffers.
type Damage int

// The damages.
const (
	Nothing Damage = iota // the fault is in Do
	Reset                 // an RST: the peer's machine knows no such connection
	Cut                   // a clean end, as of a server that dies
	Stall                 // not a byte more, and no end
	Trickle               // the connection goes on, a few bytes at a time
)

// Proxy stands between a client and a server and breaks connections on demand.
type Proxy struct {
	Host string
	Port int

	server string
	header func([]byte) (length int) // of a message, from its first bytes
	prefix int                       // how many those are

	mu       sync.Mutex
	listener net.Listener
	open     map[net.Conn]bool
	sent     int64
	messages int64
	fault    *Fault
	struck   int
	lasting  bool
	wg       sync.WaitGroup
}

// NewProxy gives a proxy before the server, which ends with the test.
func NewProxy(t testing.TB, s *Server) *Proxy {
	t.Helper()
	p := &Proxy{Host: "127.0.0.1", server: net.JoinHostPort(s.Host, strconv.Itoa(s.Port)), open: map[net.Conn]bool{}}
	p.header, p.prefix = postgresMessage, 5
	if s.name == "mariadb" {
		p.header, p.prefix = mysqlPacket, 4
	}
	p.Listen(t)
	t.Cleanup(func() {
		p.Refuse()
		p.wg.Wait()
	})
	return p
}

// postgresMessage: a type, and a length that counts itself.
func postgresMessage(b []byte) int { return 1 + int(binary.BigEndian.Uint32(b[1:])) }

// mysqlPacket: a length of three bytes, and a number.
func mysqlPacket(b []byte) int { return 4 + int(b[0]) + int(b[1])<<8 + int(b[2])<<16 }

// Listen takes connections, on the same port as before.
func (p *Proxy) Listen(t testing.TB) {
	t.Helper()
	l, err := net.Listen("tcp", net.JoinHostPort(p.Host, strconv.Itoa(p.Port)))
	if err != nil {
		t.Fatal(err)
	}
	p.Port = l.Addr().(*net.TCPAddr).Port
	p.mu.Lock()
	p.listener = l
	p.mu.Unlock()
	p.wg.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			p.wg.Go(func() { p.pass(client) })
		}
	})
}

// Refuse takes no connections any more and ends those that there are.
func (p *Proxy) Refuse() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener != nil {
		_ = p.listener.Close() // it may have been closed before
	}
	for c := range p.open {
		end(c, Reset)
	}
}

// Break prepares a fault and counts from zero.
func (p *Proxy) Break(f Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault, p.sent, p.messages, p.struck, p.lasting = &f, 0, 0, 0, false
}

// Heal lets everything pass. Connections that stall stay so.
func (p *Proxy) Heal() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault, p.lasting = nil, false
}

// Sent is how many bytes and messages the server has sent since Break, and how often its fault struck.
func (p *Proxy) Sent() (bytes, messages int64, struck int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sent, p.messages, p.struck
}

// pass copies between a client and the server.
func (p *Proxy) pass(client net.Conn) {
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		end(client, Reset)
		return
	}
	p.hold(client, server)
	defer p.release(client, server)
	p.mu.Lock()
	refused := p.lasting
	var what Damage
	if refused {
		what = p.fault.What
		p.struck++
	}
	p.mu.Unlock()
	if refused && what != Stall && what != Trickle {
		end(client, what)
		return
	}
	p.wg.Go(func() {
		_, _ = io.Copy(server, client) // its end is the connection's
		end(server, Cut)
	})
	p.forward(client, server, refused)
}

func (p *Proxy) hold(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		p.open[c] = true
	}
}

func (p *Proxy) release(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		delete(p.open, c)
		end(c, Cut)
	}
}

// forward copies what the server says, up to the fault.
func (p *Proxy) forward(client, server net.Conn, stalled bool) {
	const mostBytes, fewBytes = 16 << 10, 3
	buffer, frames := make([]byte, mostBytes), frames{header: p.header, prefix: p.prefix}
	trickle := false
	for {
		n, err := server.Read(buffer)
		for from := 0; from < n && !stalled; {
			size, what, do := p.admit(buffer[from:n], &frames)
			step := size
			if trickle {
				step = fewBytes
			}
			for sent := 0; sent < size; sent += step {
				if _, err := client.Write(buffer[from+sent : from+min(sent+step, size)]); err != nil {
					return
				}
			}
			from += size
			if do != nil {
				do()
			}
			switch what {
			case Reset, Cut:
				end(client, what)
				return
			case Stall:
				stalled = true
			case Trickle:
				trickle = true
			}
		}
		if err != nil {
			if stalled {
				_, _ = io.Copy(io.Discard, server)
				p.waitFor(client)
			}
			return
		}
	}
}

// waitFor holds a connection that stalls until the client leaves: the end of the server is not told.
func (p *Proxy) waitFor(client net.Conn) {
	one := make([]byte, 1)
	for {
		if _, err := client.Read(one); err != nil {
			return
		}
	}
}

// admit says how much of the server's bytes may pass, and what comes then.
func (p *Proxy) admit(b []byte, f *frames) (size int, what Damage, do func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	size = len(b)
	if p.fault == nil || p.struck > 0 {
		p.messages += f.take(b, -1).messages
		p.sent += int64(size)
		return size, Nothing, nil
	}
	strikes := false
	if p.fault.Messages > 0 {
		t := f.take(b, p.fault.Messages-p.messages)
		p.messages += t.messages
		strikes, size = p.messages == p.fault.Messages, t.bytes
	} else {
		if left := p.fault.After - p.sent; left < int64(size) {
			strikes, size = true, int(max(left, 0))
		}
		p.messages += f.take(b[:size], -1).messages
	}
	p.sent += int64(size)
	if !strikes {
		return size, Nothing, nil
	}
	p.struck++
	p.lasting = p.fault.Lasting
	return size, p.fault.What, p.fault.Do
}

// frames finds the ends of messages in a stream.
type frames struct {
	header func([]byte) int
	prefix int
	head   []byte // of a message whose length is not known yet
	left   int    // bytes of the message after its head
}

type taken struct {
	bytes    int
	messages int64
}

// take goes over the bytes up to the end of the given number of messages (-1: all).
func (f *frames) take(b []byte, most int64) (t taken) {
	for t.bytes < len(b) && (most < 0 || t.messages < most) {
		if len(f.head) < f.prefix {
			f.head = append(f.head, b[t.bytes])
			t.bytes++
			if len(f.head) < f.prefix {
				continue
			}
			f.left = f.header(f.head) - f.prefix
		}
		n := min(f.left, len(b)-t.bytes)
		t.bytes += n
		f.left -= n
		if f.left == 0 {
			t.messages++
			f.head = f.head[:0]
		}
	}
	return t
}

// end closes a connection, by an RST or in order. It may be closed already.
func end(c net.Conn, how Damage) {
	if how == Reset {
		if tcp, ok := c.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
	}
	if err := c.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return // the peer was faster
	}
}
