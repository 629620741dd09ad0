package parse

import (
	"canto/asl"
	"canto/asl/source"
)

// state reads one state, or gives nil where n is none that a machine could have.
func (b *builder) state(name string, n *source.Node, language asl.QueryLanguage) asl.State {
	if n.Kind != source.Object {
		return nil
	}
	s := b.blank(text(n.Field("Type")))
	if s == nil {
		return nil
	}
	common(s.Base(), name, n, language)
	switch s := s.(type) {
	case *asl.Task:
		readTask(s)
	case *asl.Pass:
		s.Result = template(n.Field("Result"))
	case *asl.Choice:
		s.Choices, s.Default = choices(n), text(n.Field("Default"))
	case *asl.Wait:
		s.Seconds, s.SecondsPath = scalar(n.Field("Seconds")), pathOf(n.Field("SecondsPath"))
		s.Timestamp, s.TimestampPath = scalar(n.Field("Timestamp")), pathOf(n.Field("TimestampPath"))
	case *asl.Fail:
		s.Error, s.ErrorPath = scalar(n.Field("Error")), scalar(n.Field("ErrorPath"))
		s.Cause, s.CausePath = scalar(n.Field("Cause")), scalar(n.Field("CausePath"))
	case *asl.Parallel:
		b.readParallel(s, language)
	case *asl.Map:
		b.readMap(s, language)
	}
	return s
}

// blank is a state of that type without anything in it, or nil where there is no such type.
func (b *builder) blank(kind string) asl.State {
	switch kind {
	case "Task":
		return b.tasks.one()
	case "Pass":
		return b.passes.one()
	case "Choice":
		return b.choices.one()
	case "Wait":
		return b.waits.one()
	case "Succeed":
		return b.succeeds.one()
	case "Fail":
		return b.fails.one()
	case "Parallel":
		return b.parallels.one()
	case "Map":
		return b.maps.one()
	}
	return nil
}

// common reads what every state may have, in one pass: most states have little of it.
func common(c *asl.Common, name string, n *source.Node, language asl.QueryLanguage) {
	c.Name, c.Node, c.QueryLanguage = name, n, language
	for i := range n.Members {
		if m := &n.Members[i]; !m.Overridden {
			commonField(c, m.Name, m.Value)
		}
	}
}

func commonField(c *asl.Common, name string, n *source.Node) {
	switch name {
	case "Type":
		c.Type = text(n)
	case "Comment":
		c.Comment = text(n)
	case "QueryLanguage":
		c.QueryLanguage = queryLanguage(n, c.QueryLanguage)
	case "Next":
		c.Next = text(n)
	case "End":
		c.End = boolean(n)
	case "InputPath":
		c.InputPath = pathOf(n)
	case "Parameters":
		c.Parameters = template(n)
	case "Arguments":
		c.Arguments = template(n)
	case "ResultSelector":
		c.ResultSelector = template(n)
	case "ResultPath":
		c.ResultPath = pathOf(n)
	case "OutputPath":
		c.OutputPath = pathOf(n)
	case "Output":
		c.Output = template(n)
	case "Assign":
		c.Assign = template(n)
	case "Retry":
		c.Retry = retriers(n)
	case "Catch":
		c.Catch = catchers(n)
	}
}

func readTask(t *asl.Task) {
	n := t.Node
	t.Resource = text(n.Field("Resource"))
	t.TimeoutSeconds, t.TimeoutSecondsPath = scalar(n.Field("TimeoutSeconds")), pathOf(n.Field("TimeoutSecondsPath"))
	t.HeartbeatSeconds, t.HeartbeatSecondsPath = scalar(n.Field("HeartbeatSeconds")), pathOf(n.Field("HeartbeatSecondsPath"))
	t.Credentials = template(n.Field("Credentials"))
}

func (b *builder) readParallel(p *asl.Parallel, language asl.QueryLanguage) {
	for _, branch := range items(p.Node.Field("Branches")) {
		if branch.Kind == source.Object {
			p.Branches = append(p.Branches, b.machine(branch, language))
		}
	}
}

func (b *builder) readMap(m *asl.Map, language asl.QueryLanguage) {
	n := m.Node
	m.Processor = b.machine(object(n.Field("ItemProcessor")), language)
	m.ItemsPath = pathOf(n.Field("ItemsPath"))
	m.Items = template(n.Field("Items"))
	m.ItemSelector = template(n.Field("ItemSelector"))
	m.MaxConcurrency, m.MaxConcurrencyPath = scalar(n.Field("MaxConcurrency")), pathOf(n.Field("MaxConcurrencyPath"))
	m.ItemReader = template(n.Field("ItemReader"))
	m.ItemBatcher = template(n.Field("ItemBatcher"))
	m.ResultWriter = template(n.Field("ResultWriter"))
	m.Label = text(n.Field("Label"))
	m.ToleratedFailureCount = scalar(n.Field("ToleratedFailureCount"))
	m.ToleratedFailureCountPath = pathOf(n.Field("ToleratedFailureCountPath"))
	m.ToleratedFailurePercentage = scalar(n.Field("ToleratedFailurePercentage"))
	m.ToleratedFailurePercentagePath = pathOf(n.Field("ToleratedFailurePercentagePath"))
	if m.Processor == nil {
		m.Processor = b.machine(object(n.Field("Iterator")), language)
	}
	if m.ItemSelector == nil { // the legacy name of the same field
		m.ItemSelector = m.Parameters
	}
}

func retriers(list *source.Node) []asl.Retrier {
	var out []asl.Retrier
	for _, r := range items(list) {
		if r.Kind != source.Object {
			continue
		}
		retrier := asl.Retrier{
			Node:            r,
			ErrorEquals:     texts(r.Field("ErrorEquals")),
			IntervalSeconds: integer(r.Field("IntervalSeconds"), 1),
			MaxAttempts:     integer(r.Field("MaxAttempts"), 3),
			BackoffRate:     float(r.Field("BackoffRate"), 2),
			MaxDelaySeconds: integer(r.Field("MaxDelaySeconds"), 0),
			JitterStrategy:  text(r.Field("JitterStrategy")),
		}
		if retrier.JitterStrategy == "" {
			retrier.JitterStrategy = "NONE"
		}
		out = append(out, retrier)
	}
	return out
}

func catchers(list *source.Node) []asl.Catcher {
	var out []asl.Catcher
	for _, c := range items(list) {
		if c.Kind != source.Object {
			continue
		}
		out = append(out, asl.Catcher{
			Node:        c,
			ErrorEquals: texts(c.Field("ErrorEquals")),
			Next:        text(c.Field("Next")),
			ResultPath:  pathOf(c.Field("ResultPath")),
			Output:      template(c.Field("Output")),
			Assign:      template(c.Field("Assign")),
		})
	}
	return out
}
