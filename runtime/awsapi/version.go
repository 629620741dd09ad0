package awsapi

import (
	"context"

	"canto/runtime"
)

func (a *API) publishStateMachineVersion(ctx context.Context, in *PublishStateMachineVersionInput) (*PublishStateMachineVersionOutput, error) {
	v, err := a.engine.PublishStateMachineVersion(ctx, text(in.StateMachineARN), text(in.RevisionID), text(in.Description))
	if err != nil {
		return nil, err
	}
	return &PublishStateMachineVersionOutput{CreationDate: at(v.Created), StateMachineVersionARN: v.VersionARN}, nil
}

func (a *API) deleteStateMachineVersion(ctx context.Context, in *DeleteStateMachineVersionInput) (*empty, error) {
	return &empty{}, a.engine.DeleteStateMachineVersion(ctx, text(in.StateMachineVersionARN))
}

func (a *API) listStateMachineVersions(_ context.Context, in *ListStateMachineVersionsInput) (*ListStateMachineVersionsOutput, error) {
	machine := text(in.StateMachineARN)
	all, next, err := page(paging{"versions " + machine, in.MaxResults, in.NextToken}, a.engine.StateMachineVersions(machine),
		func(v *runtime.StateMachine) string { return descending(int64(v.Version)) })
	if err != nil {
		return nil, err
	}
	out := &ListStateMachineVersionsOutput{StateMachineVersions: []StateMachineVersionListItem{}, NextToken: next}
	for _, v := range all {
		out.StateMachineVersions = append(out.StateMachineVersions, StateMachineVersionListItem{
			StateMachineVersionARN: v.VersionARN, CreationDate: at(v.Created),
		})
	}
	return out, nil
}
