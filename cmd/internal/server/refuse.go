package server

import (
	"encoding/json"
	"errors"
	"net/http"
)

// refusal is how a request is refused before the API sees it.
type refusal struct {
	status        int
	code, message string
}

func (r *refusal) Error() string { return r.code + ": " + r.message }

// refuse answers as the API does, so that every client understands it.
func refuse(w http.ResponseWriter, err error) {
	var r *refusal
	if !errors.As(err, &r) {
		r = &refusal{http.StatusInternalServerError, "InternalFailure", err.Error()}
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.WriteHeader(r.status)
	text, _ := json.Marshal(map[string]string{"__type": r.code, "message": r.message}) // texts alone: it cannot fail
	_, _ = w.Write(text)                                                               // whoever has gone needs no answer
}
