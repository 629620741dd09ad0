package awsapi

import (
	"context"

	"canto/runtime"
)

// tagsOf are the tags in a request. One without a key or a value has an empty one.
func tagsOf(tags []Tag) []runtime.Tag {
	var out []runtime.Tag
	for _, t := range tags {
		out = append(out, runtime.Tag{Key: text(t.Key), Value: text(t.Value)})
	}
	return out
}

func (a *API) tagResource(ctx context.Context, in *TagResourceInput) (*empty, error) {
	return &empty{}, a.engine.TagResource(ctx, text(in.ResourceARN), tagsOf(in.Tags))
}

func (a *API) untagResource(ctx context.Context, in *UntagResourceInput) (*empty, error) {
	return &empty{}, a.engine.UntagResource(ctx, text(in.ResourceARN), in.TagKeys)
}

func (a *API) listTagsForResource(_ context.Context, in *ListTagsForResourceInput) (*listedTags, error) {
	tags, err := a.engine.TagsOf(text(in.ResourceARN))
	if err != nil {
		return nil, err
	}
	out := &listedTags{Tags: []Tag{}}
	for _, t := range tags {
		out.Tags = append(out.Tags, Tag{Key: some(t.Key), Value: some(t.Value)})
	}
	return out, nil
}

// listedTags is ListTagsForResourceOutput with a list even where there are no tags
// (recorded behaviour; the model does not require it).
type listedTags ListTagsForResourceOutput

func (x *listedTags) write(w *writer) {
	w.open()
	writeList(w, "tags", x.Tags, true)
	w.close()
}
