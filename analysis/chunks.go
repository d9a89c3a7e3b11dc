package analysis

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// chunkRows is how many rows one partial sum covers. It is fixed, and so is the order in which
// partial sums are added, so that neither the number of threads nor their timing changes a digit.
const chunkRows = 4096

// sumChunks calls part for each chunk [from, to) of n rows, on all processors, and adds up what
// the calls wrote into their width sums.
func sumChunks(n, width int, part func(from, to int, sums []float64)) []float64 {
	chunks := (n + chunkRows - 1) / chunkRows
	partial := make([]float64, chunks*width)
	eachChunk(n, func(chunk, from, to int) { part(from, to, partial[chunk*width:(chunk+1)*width]) })
	return addUp(partial, width)
}

// addUp adds partial sums, width of them side by side, in their order.
func addUp(partial []float64, width int) []float64 {
	total := make([]float64, width)
	for i := range total {
		var s compensated
		for c := i; c < len(partial); c += width {
			s.add(partial[c])
		}
		total[i] = s.value()
	}
	return total
}

// eachChunk calls do for every chunk of n rows, on all processors.
func eachChunk(n int, do func(chunk, from, to int)) {
	inParallel((n+chunkRows-1)/chunkRows, func(c int) { do(c, c*chunkRows, min(n, (c+1)*chunkRows)) })
}

// inParallel calls do for each task, on all processors; what a task computes may not depend on
// any other.
func inParallel(tasks int, do func(task int)) {
	var next atomic.Int64
	var running sync.WaitGroup
	for range min(tasks, runtime.GOMAXPROCS(0)) {
		running.Go(func() {
			for t := int(next.Add(1)) - 1; t < tasks; t = int(next.Add(1)) - 1 {
				do(t)
			}
		})
	}
	running.Wait()
}

// compensated is Neumaier's sum: what rounding loses is carried along.
type compensated struct{ sum, lost float64 }

func (c *compensated) add(v float64) {
	t := c.sum + v
	if abs(c.sum) >= abs(v) {
		c.lost += (c.sum - t) + v
	} else {
		c.lost += (v - t) + c.sum
	}
	c.sum = t
}

func (c *compensated) value() float64 { return c.sum + c.lost }

func abs(v float64) float64 { return max(v, -v) }
