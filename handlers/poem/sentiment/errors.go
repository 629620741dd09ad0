package sentiment

import "fmt"

// The errors are named types, because their type name is the errorType that a
// machine's Retry and Catch match.

// ConfigError is a setting that cannot be used.
type ConfigError struct {
	Name, Value string
	Want        string
}

func (e *ConfigError) Error() string {
	return fmt.Sprintf("%s=%q: want %s", e.Name, e.Value, e.Want)
}

// UnsupportedLanguageError is a language that the analyzer cannot read. The function
// turns it into a sentence that says so; a machine never sees it.
type UnsupportedLanguageError struct {
	Analyzer, Language string
}

func (e *UnsupportedLanguageError) Error() string {
	if e.Language == "" {
		return fmt.Sprintf("unsupported: the language was not recognised, and %s needs one", e.Analyzer)
	}
	return fmt.Sprintf("unsupported: %s does not read the language %q", e.Analyzer, e.Language)
}

// ThrottledError is a provider that wants to be asked again later; retry with backoff.
type ThrottledError struct {
	Analyzer, Message string
	Err               error
}

func (e *ThrottledError) Error() string {
	return fmt.Sprintf("%s asks to slow down: %s", e.Analyzer, e.Message)
}

func (e *ThrottledError) Unwrap() error { return e.Err }

// AccessDeniedError is a missing, wrong or unauthorised credential; a retry does not help.
type AccessDeniedError struct {
	Analyzer, Message string
	Err               error
}

func (e *AccessDeniedError) Error() string {
	return fmt.Sprintf("%s refuses the credentials: %s", e.Analyzer, e.Message)
}

func (e *AccessDeniedError) Unwrap() error { return e.Err }

// AnalyzerError is any other failure of a provider: unreachable, broken or refusing.
type AnalyzerError struct {
	Analyzer, Message string
	Code              string // the provider's own code, or the HTTP status
	Err               error
}

func (e *AnalyzerError) Error() string {
	return fmt.Sprintf("%s failed (%s): %s", e.Analyzer, e.Code, e.Message)
}

func (e *AnalyzerError) Unwrap() error { return e.Err }
