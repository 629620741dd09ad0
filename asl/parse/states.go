package parse

import (
	"canto/asl"
	"canto/asl/source"
)

// state reads one state, or gives nil where n is none that a machine could have.
func state(name string, n *source.Node, language asl.QueryLanguage) asl.State {
	if n.Kind != source.Object {
		return nil
	}
	c := common(name, n, language)
	switch c.Type {
	case "Task":
		return task(c)
	case "Pass":
		return &asl.Pass{Common: c, Result: template(n, "Result")}
	case "Choice":
		return &asl.Choice{Common: c, Choices: choices(n), Default: text(n, "Default")}
	case "Wait":
		return &asl.Wait{
			Common: c, Seconds: scalar(n, "Seconds"), SecondsPath: pathField(n, "SecondsPath"),
			Timestamp: scalar(n, "Timestamp"), TimestampPath: pathField(n, "TimestampPath"),
		}
	case "Succeed":
		return &asl.Succeed{Common: c}
	case "Fail":
		return &asl.Fail{
			Common: c, Error: scalar(n, "Error"), ErrorPath: scalar(n, "ErrorPath"),
			Cause: scalar(n, "Cause"), CausePath: scalar(n, "CausePath"),
		}
	case "Parallel":
		return parallel(c, language)
	case "Map":
		return mapState(c, language)
	}
	return nil
}

func common(name string, n *source.Node, language asl.QueryLanguage) asl.Common {
	return asl.Common{
		Name:           name,
		Type:           text(n, "Type"),
		Comment:        text(n, "Comment"),
		Node:           n,
		QueryLanguage:  queryLanguage(n, language),
		Next:           text(n, "Next"),
		End:            boolean(n, "End"),
		InputPath:      pathField(n, "InputPath"),
		Parameters:     template(n, "Parameters"),
		Arguments:      template(n, "Arguments"),
		ResultSelector: template(n, "ResultSelector"),
		ResultPath:     pathField(n, "ResultPath"),
		OutputPath:     pathField(n, "OutputPath"),
		Output:         template(n, "Output"),
		Assign:         template(n, "Assign"),
		Retry:          retriers(n),
		Catch:          catchers(n),
	}
}

func task(c asl.Common) *asl.Task {
	n := c.Node
	return &asl.Task{
		Common:               c,
		Resource:             text(n, "Resource"),
		TimeoutSeconds:       scalar(n, "TimeoutSeconds"),
		TimeoutSecondsPath:   pathField(n, "TimeoutSecondsPath"),
		HeartbeatSeconds:     scalar(n, "HeartbeatSeconds"),
		HeartbeatSecondsPath: pathField(n, "HeartbeatSecondsPath"),
		Credentials:          template(n, "Credentials"),
	}
}

func parallel(c asl.Common, language asl.QueryLanguage) *asl.Parallel {
	p := &asl.Parallel{Common: c}
	for _, branch := range items(c.Node, "Branches") {
		if branch.Kind == source.Object {
			p.Branches = append(p.Branches, machine(branch, language))
		}
	}
	return p
}

func mapState(c asl.Common, language asl.QueryLanguage) *asl.Map {
	n := c.Node
	m := &asl.Map{
		Common:                         c,
		Processor:                      machineField(n, "ItemProcessor", language),
		ItemsPath:                      pathField(n, "ItemsPath"),
		Items:                          template(n, "Items"),
		ItemSelector:                   template(n, "ItemSelector"),
		MaxConcurrency:                 scalar(n, "MaxConcurrency"),
		MaxConcurrencyPath:             pathField(n, "MaxConcurrencyPath"),
		ItemReader:                     template(n, "ItemReader"),
		ItemBatcher:                    template(n, "ItemBatcher"),
		ResultWriter:                   template(n, "ResultWriter"),
		Label:                          text(n, "Label"),
		ToleratedFailureCount:          scalar(n, "ToleratedFailureCount"),
		ToleratedFailureCountPath:      pathField(n, "ToleratedFailureCountPath"),
		ToleratedFailurePercentage:     scalar(n, "ToleratedFailurePercentage"),
		ToleratedFailurePercentagePath: pathField(n, "ToleratedFailurePercentagePath"),
	}
	if m.Processor == nil {
		m.Processor = machineField(n, "Iterator", language)
	}
	if m.ItemSelector == nil { // the legacy name of the same field
		m.ItemSelector = m.Parameters
	}
	return m
}

func retriers(n *source.Node) []asl.Retrier {
	var out []asl.Retrier
	for _, r := range items(n, "Retry") {
		if r.Kind != source.Object {
			continue
		}
		retrier := asl.Retrier{
			Node:            r,
			ErrorEquals:     texts(r, "ErrorEquals"),
			IntervalSeconds: integer(r.Field("IntervalSeconds"), 1),
			MaxAttempts:     integer(r.Field("MaxAttempts"), 3),
			BackoffRate:     float(r.Field("BackoffRate"), 2),
			MaxDelaySeconds: integer(r.Field("MaxDelaySeconds"), 0),
			JitterStrategy:  text(r, "JitterStrategy"),
		}
		if retrier.JitterStrategy == "" {
			retrier.JitterStrategy = "NONE"
		}
		out = append(out, retrier)
	}
	return out
}

func catchers(n *source.Node) []asl.Catcher {
	var out []asl.Catcher
	for _, c := range items(n, "Catch") {
		if c.Kind != source.Object {
			continue
		}
		out = append(out, asl.Catcher{
			Node:        c,
			ErrorEquals: texts(c, "ErrorEquals"),
			Next:        text(c, "Next"),
			ResultPath:  pathField(c, "ResultPath"),
			Output:      template(c, "Output"),
			Assign:      template(c, "Assign"),
		})
	}
	return out
}
