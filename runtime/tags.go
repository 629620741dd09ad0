package runtime

import (
	"context"
	"encoding/json"
	"slices"

	"canto/runtime/store"
)

// Tag is a label of a machine or an activity. A resource has no two of one key.
type Tag struct{ Key, Value string }

// maxTags is how many tags a resource may have (service quotas).
const maxTags = 50

// TagResource gives a machine or an activity tags. A key that it has already gets
// the new value.
func (e *Engine) TagResource(ctx context.Context, arn string, tags []Tag) error {
	return e.changeTags(ctx, arn, func(old []Tag) ([]Tag, error) { return merged(arn, old, tags) })
}

// UntagResource takes tags off, those of them that are there.
func (e *Engine) UntagResource(ctx context.Context, arn string, keys []string) error {
	return e.changeTags(ctx, arn, func(old []Tag) ([]Tag, error) {
		return slices.DeleteFunc(slices.Clone(old), func(t Tag) bool { return slices.Contains(keys, t.Key) }), nil
	})
}

// TagsOf are the tags of a machine or an activity, in the order in which they came.
func (e *Engine) TagsOf(arn string) ([]Tag, error) {
	if !e.taggable(arn) {
		return nil, noTagged(arn)
	}
	e.catalog.mu.RLock()
	defer e.catalog.mu.RUnlock()
	return e.catalog.tags[arn], nil
}

// taggable says whether there is a machine or an activity of that ARN; versions and
// aliases have no tags (recorded behaviour).
func (e *Engine) taggable(arn string) bool {
	return e.catalog.find(arn) != nil || e.activities.Exists(arn)
}

func noTagged(arn string) error { return fault("ResourceNotFound", "Resource not found: '%s'", arn) }

func (e *Engine) changeTags(ctx context.Context, arn string, f func([]Tag) ([]Tag, error)) error {
	e.catalog.changing.Lock()
	defer e.catalog.changing.Unlock()
	old, err := e.TagsOf(arn)
	if err != nil {
		return err
	}
	tags, err := f(old)
	if err != nil {
		return err
	}
	if err := e.store.Put(ctx, tagsDocument(arn, tags)); err != nil {
		return err
	}
	e.catalog.tag(arn, tags)
	return nil
}

// merged are the tags with more of them.
func merged(arn string, tags, more []Tag) ([]Tag, error) {
	tags = slices.Clone(tags)
	for _, t := range more {
		if i := slices.IndexFunc(tags, func(o Tag) bool { return o.Key == t.Key }); i >= 0 {
			tags[i] = t
		} else {
			tags = append(tags, t)
		}
	}
	if len(tags) > maxTags {
		return nil, fault("TooManyTags", "Too Many Tags: '%s'", arn)
	}
	return tags, nil
}

// tag puts tags in place of those that are there.
func (c *catalog) tag(arn string, tags []Tag) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.tags == nil {
		c.tags = map[string][]Tag{}
	}
	if c.tags[arn] = tags; len(tags) == 0 {
		delete(c.tags, arn)
	}
}

func tagsDocument(arn string, tags []Tag) store.Document {
	if len(tags) == 0 {
		return store.Document{Kind: tagsKind, Key: arn}
	}
	return jsonDocument(tagsKind, arn, tags)
}

func (c *catalog) loadTags(d store.Document) error {
	var tags []Tag
	if err := json.Unmarshal([]byte(d.Text), &tags); err != nil {
		return err
	}
	c.tag(d.Key, tags)
	return nil
}
