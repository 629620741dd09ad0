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
	c := common(name, n, language)
	switch c.Type {
	case "Task":
		return b.task(c)
	case "Pass":
		return b.passes.keep(asl.Pass{Common: c, Result: template(n.Field("Result"))})
	case "Choice":
		return b.choices.keep(asl.Choice{Common: c, Choices: choices(n), Default: text(n.Field("Default"))})
	case "Wait":
		return b.waits.keep(asl.Wait{
			Common: c, Seconds: scalar(n.Field("Seconds")), SecondsPath: pathOf(n.Field("SecondsPath")),
			Timestamp: scalar(n.Field("Timestamp")), TimestampPath: pathOf(n.Field("TimestampPath")),
		})
	case "Succeed":
		return b.succeeds.keep(asl.Succeed{Common: c})
	case "Fail":
		return b.fails.keep(asl.Fail{
			Common: c, Error: scalar(n.Field("Error")), ErrorPath: scalar(n.Field("ErrorPath")),
			Cause: scalar(n.Field("Cause")), CausePath: scalar(n.Field("CausePath")),
		})
	case "Parallel":
		return b.parallel(c, language)
	case "Map":
		return b.mapState(c, language)
	}
	return nil
}

// common reads what every state may have, in one pass: most states have little of it.
func common(name string, n *source.Node, language asl.QueryLanguage) asl.Common {
	c := asl.Common{Name: name, Node: n, QueryLanguage: language}
	for i := range n.Members {
		if m := &n.Members[i]; !m.Overridden {
			commonField(&c, m.Name, m.Value)
		}
	}
	return c
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

func (b *builder) task(c asl.Common) *asl.Task {
	n := c.Node
	return b.tasks.keep(asl.Task{
		Common:               c,
		Resource:             text(n.Field("Resource")),
		TimeoutSeconds:       scalar(n.Field("TimeoutSeconds")),
		TimeoutSecondsPath:   pathOf(n.Field("TimeoutSecondsPath")),
		HeartbeatSeconds:     scalar(n.Field("HeartbeatSeconds")),
		HeartbeatSecondsPath: pathOf(n.Field("HeartbeatSecondsPath")),
		Credentials:          template(n.Field("Credentials")),
	})
}

func (b *builder) parallel(c asl.Common, language asl.QueryLanguage) *asl.Parallel {
	p := b.parallels.keep(asl.Parallel{Common: c})
	for _, branch := range items(c.Node.Field("Branches")) {
		if branch.Kind == source.Object {
			p.Branches = append(p.Branches, b.machine(branch, language))
		}
	}
	return p
}

func (b *builder) mapState(c asl.Common, language asl.QueryLanguage) *asl.Map {
	n := c.Node
	m := b.maps.keep(asl.Map{
		Common:                         c,
		Processor:                      b.machine(object(n.Field("ItemProcessor")), language),
		ItemsPath:                      pathOf(n.Field("ItemsPath")),
		Items:                          template(n.Field("Items")),
		ItemSelector:                   template(n.Field("ItemSelector")),
		MaxConcurrency:                 scalar(n.Field("MaxConcurrency")),
		MaxConcurrencyPath:             pathOf(n.Field("MaxConcurrencyPath")),
		ItemReader:                     template(n.Field("ItemReader")),
		ItemBatcher:                    template(n.Field("ItemBatcher")),
		ResultWriter:                   template(n.Field("ResultWriter")),
		Label:                          text(n.Field("Label")),
		ToleratedFailureCount:          scalar(n.Field("ToleratedFailureCount")),
		ToleratedFailureCountPath:      pathOf(n.Field("ToleratedFailureCountPath")),
		ToleratedFailurePercentage:     scalar(n.Field("ToleratedFailurePercentage")),
		ToleratedFailurePercentagePath: pathOf(n.Field("ToleratedFailurePercentagePath")),
	})
	if m.Processor == nil {
		m.Processor = b.machine(object(n.Field("Iterator")), language)
	}
	if m.ItemSelector == nil { // the legacy name of the same field
		m.ItemSelector = m.Parameters
	}
	return m
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
