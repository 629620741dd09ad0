package server

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"canto/runtime/store"
)

// Metrics is what /metrics tells, in a registry of its own.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	known    map[string]operation
	other    operation
	started  prometheus.Counter
	ended    *prometheus.CounterVec
	commits  prometheus.Histogram
	turns    prometheus.Counter
	unkept   prometheus.Counter
}

// operation is what is counted of an operation, looked up once.
type operation struct {
	name    string
	fine    prometheus.Counter
	seconds prometheus.Observer
}

// unnamed is the operation of requests that name none that is known.
const unnamed = "other"

// times are the bounds of latencies, in seconds: a long poll lasts a minute, a
// synchronous execution up to five.
var times = []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 30, 60, 120, 300}

// NewMetrics counts the requests for these operations by their names.
func NewMetrics(operations []string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(), known: map[string]operation{},
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "canto_requests_total", Help: "Requests by operation and the code of the error that was answered, empty for none.",
		}, []string{"operation", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "canto_request_seconds", Help: "How long answers took.", Buckets: times,
		}, []string{"operation"}),
		started: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "canto_executions_started_total", Help: "Executions that were started or redriven.",
		}),
		ended: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "canto_executions_ended_total", Help: "Executions that ended, by status.",
		}, []string{"status"}),
		commits: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "canto_commit_seconds", Help: "How long it took until turns were kept.", Buckets: times[:15],
		}),
		turns: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "canto_turns_total", Help: "Turns of executions that were kept.",
		}),
		unkept: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "canto_writes_failed_total", Help: "What the store did not keep, as on a full disk.",
		}),
	}
	m.registry.MustRegister(m.requests, m.seconds, m.started, m.ended, m.commits, m.turns, m.unkept,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, name := range operations {
		m.known[name] = m.operation(name)
	}
	m.other = m.operation(unnamed)
	return m
}

func (m *Metrics) operation(name string) operation {
	return operation{name, m.requests.WithLabelValues(name, ""), m.seconds.WithLabelValues(name)}
}

// Running tells of the executions that run, by a function that counts them.
func (m *Metrics) Running(count func() int) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "canto_executions_running", Help: "Executions that run now.",
	}, func() float64 { return float64(count()) }))
}

// Execution counts a change of an execution's status.
func (m *Metrics) Execution(status string) {
	if status == store.Running {
		m.started.Inc()
	} else {
		m.ended.WithLabelValues(status).Inc()
	}
}

// Store returns a store that counts and measures the commits of s.
func (m *Metrics) Store(s store.Store) store.Store { return measured{s, m} }

type measured struct {
	store.Store
	metrics *Metrics
}

// Commit keeps the turns, and counts them if they were kept.
func (s measured) Commit(ctx context.Context, turns ...store.Turn) error {
	began := time.Now()
	err := s.Store.Commit(ctx, turns...)
	if err == nil {
		s.metrics.commits.Observe(time.Since(began).Seconds())
		s.metrics.turns.Add(float64(len(turns)))
	}
	s.metrics.written(ctx, err)
	return err
}

// Put keeps the documents.
func (s measured) Put(ctx context.Context, docs ...store.Document) error {
	err := s.Store.Put(ctx, docs...)
	s.metrics.written(ctx, err)
	return err
}

// written counts a write that failed for a reason of the store's.
func (m *Metrics) written(ctx context.Context, err error) {
	if err != nil && ctx.Err() == nil && !errors.Is(err, store.ErrExists) && !errors.Is(err, store.ErrNotFound) {
		m.unkept.Inc()
	}
}

// count counts an answer.
func (m *Metrics) count(name, code string, took time.Duration) {
	op, known := m.known[name]
	if !known {
		op = m.other
	}
	if code == "" {
		op.fine.Inc()
	} else {
		m.requests.WithLabelValues(op.name, code).Inc()
	}
	op.seconds.Observe(took.Seconds())
}

func (m *Metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
}
