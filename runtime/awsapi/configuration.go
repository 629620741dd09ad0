package awsapi

import (
	"encoding/json"

	"canto/runtime"
)

// settings are what the API keeps of a machine, or an activity, beside what the
// engine uses.
type settings struct {
	Logging    *LoggingConfiguration    `json:",omitempty"`
	Tracing    *TracingConfiguration    `json:",omitempty"`
	Encryption *EncryptionConfiguration `json:",omitempty"`
}

// settingsOf are those of a machine, with the service's defaults where it has none.
func settingsOf(m *runtime.StateMachine) settings { return readSettings(m.Settings).completed() }

// readSettings are none where the API has not made the thing.
func readSettings(text string) settings {
	var s settings
	_ = json.Unmarshal([]byte(text), &s) // another who made it may keep something else
	return s
}

// LoggingOf is the logging configuration in the Settings of a machine, with the
// service's defaults.
func LoggingOf(m *runtime.StateMachine) LoggingConfiguration { return *settingsOf(m).Logging }

// text is how the engine keeps them.
func (s settings) text() string {
	text, _ := json.Marshal(s) // texts, numbers and truths alone: it cannot fail
	return string(text)
}

const (
	noLogging   = "OFF"
	ownedKey    = "AWS_OWNED_KEY"
	customerKey = "CUSTOMER_MANAGED_KMS_KEY"
)

// completed fills in the service's defaults.
func (s settings) completed() settings {
	logging := or(s.Logging, LoggingConfiguration{})
	logging.Level = some(or(logging.Level, noLogging))
	logging.IncludeExecutionData = some(or(logging.IncludeExecutionData, false))
	s.Logging = &logging
	s.Tracing = &TracingConfiguration{Enabled: some(or(or(s.Tracing, TracingConfiguration{}).Enabled, false))}
	if s.Encryption == nil {
		s.Encryption = &EncryptionConfiguration{Type: some(ownedKey)}
	}
	return s
}

// with is what a request changes.
func (s settings) with(in *UpdateStateMachineInput) settings {
	if in.LoggingConfiguration != nil {
		s.Logging = in.LoggingConfiguration
	}
	if in.TracingConfiguration != nil {
		s.Tracing = in.TracingConfiguration
	}
	if in.EncryptionConfiguration != nil {
		s.Encryption = in.EncryptionConfiguration
	}
	return s.completed()
}

// check refuses a logging configuration that logs to nowhere, or to several places,
// and a key that is not named.
func (s settings) check() error {
	n := len(s.Logging.Destinations)
	if *s.Logging.Level != noLogging && n != 1 || n > 1 {
		return fault("InvalidLoggingConfiguration", "Invalid Logging Configuration: Must specify exactly one Log Destination.")
	}
	for _, d := range s.Logging.Destinations {
		if d.CloudWatchLogsLogGroup == nil || text(d.CloudWatchLogsLogGroup.LogGroupARN) == "" {
			return fault("InvalidLoggingConfiguration", "Invalid Logging Configuration: Log Destination not found.")
		}
	}
	return checkEncryption(s.Encryption)
}

// checkEncryption refuses a key of the customer's that is not named, and one beside
// the service's own (API reference, InvalidEncryptionConfiguration; the texts are guesses).
func checkEncryption(c *EncryptionConfiguration) error {
	if c == nil {
		return nil
	}
	switch named := c.KmsKeyID != nil || c.KmsDataKeyReusePeriodSeconds != nil; {
	case *c.Type == customerKey && c.KmsKeyID == nil:
		return fault("InvalidEncryptionConfiguration", "Invalid Encryption Configuration: kmsKeyId must be specified when type is %s.", customerKey)
	case *c.Type == ownedKey && named:
		return fault("InvalidEncryptionConfiguration",
			"Invalid Encryption Configuration: kmsKeyId and kmsDataKeyReusePeriodSeconds must not be specified when type is %s.", ownedKey)
	}
	return nil
}
