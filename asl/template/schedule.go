package template

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"canto/asl/schedule"
	"canto/asl/source"
	"canto/asl/value"
)

// Schedule starts a machine at certain times: a Schedule or ScheduleV2 event of
// the machine, or a resource AWS::Scheduler::Schedule whose target it is.
type Schedule struct {
	ID            string // unique in the template: machine's logical ID and event's name, as SAM joins them, or the resource's logical ID
	Name          string // of the event within its machine, or of the resource
	Type          string // Schedule, ScheduleV2 or AWS::Scheduler::Schedule
	Expression    string // "cron(0 6 ? * SUN *)", "rate(1 day)", "at(...)"
	TimeZone      string // IANA name; "UTC" where none is given
	Start, End    time.Time
	Input         string        // JSON text handed to the execution; empty: the service's own event
	WindowMinutes int           // flexible window; 0: exactly on time
	MaximumAge    time.Duration // a firing that is later than that is given up
	Retries       int           // how often one that could not start its execution is tried again
	Enabled       bool
	Span          source.Span
}

// The retry policy where a schedule gives none (API reference of EventBridge
// Scheduler, RetryPolicy), and the flexible window's limit.
const (
	maximumAge    = 86400 * time.Second
	maximumTries  = 185
	maximumWindow = 1440
)

// Rule says whether the schedule is a rule of EventBridge, and not one of EventBridge
// Scheduler.
func (s Schedule) Rule() bool { return s.Type == "Schedule" }

// Timing is when the schedule fires. The error says what is wrong with its
// expression or time zone.
func (s Schedule) Timing() (*schedule.Schedule, error) {
	timing, err := schedule.Parse(s.Expression, s.TimeZone)
	if err != nil {
		return nil, err
	}
	timing.Start, timing.End = s.Start, s.End
	if s.Rule() {
		return timing, ruleExpression(s.Expression)
	}
	return timing, nil
}

// ruleExpression refuses what Scheduler takes and a rule does not: at, and a rate
// whose unit does not agree with its value.
func ruleExpression(expression string) error {
	switch {
	case strings.HasPrefix(expression, "at("):
		return fmt.Errorf("%s: a Schedule event takes cron and rate alone: make it a ScheduleV2", expression)
	case strings.HasPrefix(expression, "rate(") && strings.HasPrefix(expression, "rate(1 ") == strings.HasSuffix(expression, "s)"):
		return fmt.Errorf("%s: the unit of a Schedule event is minute, hour or day after 1, and minutes, hours or days after all else", expression)
	}
	return nil
}

// schedules are the schedules among a machine's events.
func (d *document) schedules(r *resource) []Schedule {
	events := r.properties.Field("Events")
	if events == nil || !d.expectObject(r.location("Events"), events) {
		return nil
	}
	var list []Schedule
	for _, m := range events.Members {
		kind := d.quietText(m.Value.Field("Type"))
		if kind != "Schedule" && kind != "ScheduleV2" {
			continue
		}
		list = append(list, d.schedule(Schedule{ID: r.id + m.Name, Name: m.Name, Type: kind, Span: m.NameSpan},
			entry{r.location("Events/" + m.Name), m.Value.Field("Properties")}))
	}
	return list
}

const schedulerResource = "AWS::Scheduler::Schedule"

// targeted adds the schedules that are resources of their own to the machines that
// they start.
func (d *document) targeted(machines []Machine) {
	for _, r := range d.deployed(schedulerResource) {
		target := r.properties.Field("Target")
		arn := d.quietText(target.Field("Arn"))
		i := slices.IndexFunc(machines, func(m Machine) bool { return m.ARN == arn })
		if i < 0 {
			continue // it starts something else
		}
		s := d.schedule(Schedule{ID: r.id, Name: d.physicalName(r), Type: schedulerResource, Span: r.span},
			entry{"/Resources/" + r.id, r.properties})
		e := entry{r.location("Target"), target}
		d.checkEntry(s.Name, e, "Input", "RetryPolicy")
		s.Input = d.input(s.Name, e)
		d.retryPolicy(&s, e)
		machines[i].Schedules = append(machines[i].Schedules, s)
	}
}

// entry is the properties of a schedule, and their location.
type entry struct {
	location   string
	properties *source.Node
}

// schedule reads what all kinds of schedules have in common, and reports what AWS
// would refuse.
func (d *document) schedule(s Schedule, e entry) Schedule {
	expression := e.properties.Field("ScheduleExpression")
	if s.Rule() {
		expression = e.properties.Field("Schedule")
	}
	d.checkEntry(s.Name, e, "ScheduleExpressionTimezone", "StartDate", "EndDate", "State", "Enabled", "Input", "FlexibleTimeWindow", "RetryPolicy")
	s.Expression, s.TimeZone = d.quietText(expression), "UTC"
	s.Input = d.input(s.Name, e)
	s.Enabled = d.enabled(s, e)
	if zone := d.quietText(e.properties.Field("ScheduleExpressionTimezone")); zone != "" {
		s.TimeZone = zone
	}
	s.Start, s.End = d.instant(s.Name, e, "StartDate"), d.instant(s.Name, e, "EndDate")
	if !s.End.IsZero() && !s.End.After(s.Start) {
		d.badSchedule(s.Name, e.location, e.properties.Field("EndDate").Span, errors.New("its EndDate does not come after its StartDate"))
	}
	d.window(&s, e)
	d.retryPolicy(&s, e)
	d.checkExpression(s, e, expression)
	return s
}

// checkEntry reports what is wrong in the properties of a schedule, and what the
// template alone cannot give: it stands as if it were not there.
func (d *document) checkEntry(schedule string, e entry, names ...string) {
	for _, name := range names {
		n := e.properties.Field(name)
		if n == nil {
			continue
		}
		v := evaluation{document: d}
		v.eval(n)
		for i := range v.open {
			v.open[i].message = fmt.Sprintf("the schedule %s: its %s has no value here: %s", schedule, name, v.open[i].message)
		}
		d.reportOpen(e.location, v.open)
	}
}

// enabled says whether the schedule fires: its State, or Enabled of a Schedule event.
func (d *document) enabled(s Schedule, e entry) bool {
	switch state := d.quietText(e.properties.Field("State")); {
	case state == "DISABLED":
		return false
	case state == "" || state == "ENABLED" || s.Rule() && state == "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS":
	default:
		d.badSchedule(s.Name, e.location, e.properties.Field("State").Span, fmt.Errorf("its State is ENABLED or DISABLED, not %q", state))
	}
	return d.quietText(e.properties.Field("Enabled")) != "false"
}

// attemptNumber is the one of the attributes that EventBridge Scheduler fills into an input
// which is a number: the others are JSON in a string alone.
const attemptNumber = "<aws.scheduler.attempt-number>"

// input is what the schedule hands to the execution: JSON, as a string.
func (d *document) input(of string, e entry) string {
	n := e.properties.Field("Input")
	if n == nil {
		return ""
	}
	v := evaluation{document: d}
	given := v.eval(n)
	switch {
	case len(v.open) > 0:
		return ""
	case !isScalar(given):
		d.badSchedule(of, e.location, n.Span, fmt.Errorf("its Input has to be JSON in a string, and this is %s", given.Kind))
		return ""
	}
	if _, err := value.Parse(strings.ReplaceAll(given.Text, attemptNumber, "0")); err != nil && given.Text != "" {
		d.badSchedule(of, e.location, n.Span, fmt.Errorf("its Input is not JSON: %w", err))
	}
	return given.Text
}

// checkExpression reports an expression that does not say when. One that only a
// deployed stack knows is left alone.
func (d *document) checkExpression(s Schedule, e entry, expression *source.Node) {
	if expression != nil && s.Expression == "" {
		v := evaluation{document: d}
		v.eval(expression)
		if d.reportMistakes(e.location, v.open); len(v.open) > 0 {
			return
		}
	}
	span := s.Span
	var err error
	if expression == nil {
		err = errors.New("it has none of the form cron(...), rate(...) or at(...)")
	} else {
		span = expression.Span
		_, err = s.Timing()
	}
	if err != nil {
		d.badSchedule(s.Name, e.location, span, err)
	}
}

func (d *document) badSchedule(name, location string, span source.Span, err error) {
	d.report(source.Diagnostic{
		Code: codeSchema, Location: location, Span: span,
		Message: fmt.Sprintf("the schedule %s: %s", name, strings.ReplaceAll(err.Error(), "\n", "; ")),
	})
}

func (d *document) instant(of string, e entry, name string) time.Time {
	n := e.properties.Field(name)
	text := d.quietText(n)
	if text == "" {
		return time.Time{}
	}
	t, err := schedule.Instant(text)
	if err != nil {
		d.badSchedule(of, e.location, n.Span, fmt.Errorf("%s %w", name, err))
	}
	return t
}

// window reads the flexible window: a firing comes within so many minutes.
func (d *document) window(s *Schedule, e entry) {
	window := e.properties.Field("FlexibleTimeWindow")
	switch mode := d.quietText(window.Field("Mode")); mode {
	case "FLEXIBLE":
		s.WindowMinutes = d.amount(s.Name, e.location, window.Field("MaximumWindowInMinutes"), limits{"MaximumWindowInMinutes", 1, maximumWindow, 0})
	case "OFF", "":
	default:
		d.badSchedule(s.Name, e.location, window.Field("Mode").Span, fmt.Errorf("its FlexibleTimeWindow is OFF or FLEXIBLE, not %q", mode))
	}
}

func (d *document) retryPolicy(s *Schedule, e entry) {
	policy := e.properties.Field("RetryPolicy")
	s.MaximumAge = time.Second * time.Duration(d.amount(s.Name, e.location, policy.Field("MaximumEventAgeInSeconds"),
		limits{"MaximumEventAgeInSeconds", 60, int(maximumAge / time.Second), int(maximumAge / time.Second)}))
	s.Retries = d.amount(s.Name, e.location, policy.Field("MaximumRetryAttempts"),
		limits{"MaximumRetryAttempts", 0, maximumTries, maximumTries})
}

// limits are those of a whole number, and what it is where nothing is said.
type limits struct {
	name            string
	min, max, usual int
}

func (d *document) amount(schedule, location string, n *source.Node, l limits) int {
	text := d.quietText(n)
	if text == "" {
		return l.usual
	}
	v, err := strconv.Atoi(text)
	if err != nil || v < l.min || v > l.max {
		d.badSchedule(schedule, location, n.Span, fmt.Errorf("%s %s: allowed is a whole number from %d to %d", l.name, text, l.min, l.max))
		return l.usual
	}
	return v
}
