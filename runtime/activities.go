package runtime

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"canto/asl/value"
	"canto/runtime/drive"
	"canto/runtime/store"
	"canto/runtime/strand"
)

// Activity is a worker's desk outside of the engine: tasks wait there until a
// worker takes them by GetActivityTask.
type Activity struct {
	ARN, Name string
	Created   time.Time
	Settings  string `json:",omitempty"` // JSON that the engine keeps but does not read
}

// activities keeps the activities, and the tasks that wait for their workers. A
// queue outlives its activity: a deleted activity's tasks wait on, and one that is
// made again gets them (as the service does; not documented).
type activities struct {
	mu     sync.Mutex
	known  map[string]*Activity
	queues map[string]*queue
}

// queue are tasks in the order of scheduling.
type queue struct {
	tasks []drive.ActivityTask
	news  chan struct{} // closed when a task comes
}

func newActivities() *activities {
	return &activities{known: map[string]*Activity{}, queues: map[string]*queue{}}
}

// CreateActivity makes an activity; one of that name that is there already is returned.
// Its tags are then left as they are, and its settings have to be the same.
func (e *Engine) CreateActivity(ctx context.Context, name string, opts ...CreateOption) (*Activity, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	c := createdBy(opts)
	a := &Activity{ARN: e.arn("activity", name), Name: name, Created: e.now(), Settings: c.settings}
	tags, err := merged(a.ARN, nil, c.tags)
	if err != nil {
		return nil, err
	}
	e.catalog.changing.Lock()
	defer e.catalog.changing.Unlock()
	if old, err := e.Activity(a.ARN); err == nil {
		if old.Settings != a.Settings {
			return nil, fault("ActivityAlreadyExists", "Activity Already Exists: '%s'", a.ARN)
		}
		return old, nil
	}
	if err := e.store.Put(ctx, jsonDocument(activityKind, a.ARN, a), tagsDocument(a.ARN, tags)); err != nil {
		return nil, err
	}
	e.activities.place(a.ARN, a)
	e.catalog.tag(a.ARN, tags)
	return a, nil
}

// place puts an activity in, or takes it out where it is nil.
func (a *activities) place(arn string, x *Activity) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.known[arn] = x; x == nil {
		delete(a.known, arn)
	}
}

func (a *activities) load(d store.Document) error {
	x := &Activity{}
	if err := json.Unmarshal([]byte(d.Text), x); err != nil {
		return err
	}
	a.place(d.Key, x)
	return nil
}

// DeleteActivity forgets an activity, if it is there. Executions that come to it
// from now on fail.
func (e *Engine) DeleteActivity(ctx context.Context, arn string) error {
	e.catalog.changing.Lock()
	defer e.catalog.changing.Unlock()
	if !e.activities.Exists(arn) {
		return nil
	}
	if err := e.store.Put(ctx, store.Document{Kind: activityKind, Key: arn}, tagsDocument(arn, nil)); err != nil {
		return err
	}
	e.activities.place(arn, nil)
	e.catalog.tag(arn, nil)
	return nil
}

// Activity is the activity of that ARN.
func (e *Engine) Activity(arn string) (*Activity, error) {
	e.activities.mu.Lock()
	defer e.activities.mu.Unlock()
	if a := e.activities.known[arn]; a != nil {
		return a, nil
	}
	return nil, fault("ActivityDoesNotExist", "Activity Does Not Exist: '%s'", arn)
}

// Activities are all activities, in the order of their names.
func (e *Engine) Activities() []*Activity {
	e.activities.mu.Lock()
	defer e.activities.mu.Unlock()
	all := make([]*Activity, 0, len(e.activities.known))
	for _, a := range e.activities.known {
		all = append(all, a)
	}
	slices.SortFunc(all, func(a, b *Activity) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Task is what a worker gets to do.
type Task struct {
	Token string
	Input value.Value
}

// GetActivityTask takes the oldest task that waits for a worker of the activity. It
// waits for one until ctx ends, and then returns nil.
func (e *Engine) GetActivityTask(ctx context.Context, arn, worker string) (*Task, error) {
	for ctx.Err() == nil { // whoever has gone gets no task
		if _, err := e.Activity(arn); err != nil {
			return nil, err
		}
		t, news := e.activities.take(arn)
		if t == nil {
			select {
			case <-news:
				continue
			case <-ctx.Done():
				return nil, nil
			}
		}
		a := strand.Answer{ID: t.Request, Kind: strand.Started, Worker: worker}
		if t.Process.Answer(context.WithoutCancel(ctx), a) == nil { // else it has gone meanwhile
			return &Task{Token: token(t.Process.ID, t.Request), Input: t.Input}, nil
		}
	}
	return nil, nil
}

// take is the oldest task of an activity; if there is none, news is closed when one comes.
func (a *activities) take(arn string) (t *drive.ActivityTask, news <-chan struct{}) {
	a.mu.Lock()
	defer a.mu.Unlock()
	q := a.queue(arn)
	if len(q.tasks) == 0 {
		return nil, q.news
	}
	first := q.tasks[0]
	q.tasks = q.tasks[1:]
	return &first, nil
}

func (a *activities) queue(arn string) *queue {
	q := a.queues[arn]
	if q == nil {
		q = &queue{news: make(chan struct{})}
		a.queues[arn] = q
	}
	return q
}

// Exists implements drive.Activities.
func (a *activities) Exists(arn string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.known[arn] != nil
}

// Offer implements drive.Activities.
func (a *activities) Offer(t drive.ActivityTask) {
	a.mu.Lock()
	defer a.mu.Unlock()
	q := a.queue(t.Activity)
	q.tasks = append(q.tasks, t)
	close(q.news)
	q.news = make(chan struct{})
}

// Withdraw implements drive.Activities.
func (a *activities) Withdraw(t drive.ActivityTask) {
	a.mu.Lock()
	defer a.mu.Unlock()
	q := a.queue(t.Activity)
	q.tasks = slices.DeleteFunc(q.tasks, func(o drive.ActivityTask) bool {
		return o.Process == t.Process && o.Request == t.Request
	})
}
