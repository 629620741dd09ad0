package awsapi

import (
	"context"

	"canto/runtime"
)

func (a *API) createStateMachineAlias(ctx context.Context, in *CreateStateMachineAliasInput) (*CreateStateMachineAliasOutput, error) {
	x, err := a.engine.CreateStateMachineAlias(ctx, text(in.Name), text(in.Description), routes(in.RoutingConfiguration))
	if err != nil {
		return nil, err
	}
	return &CreateStateMachineAliasOutput{StateMachineAliasARN: x.ARN, CreationDate: at(x.Created)}, nil
}

func routes(items []RoutingConfigurationListItem) []runtime.Route {
	var out []runtime.Route
	for _, r := range items {
		out = append(out, runtime.Route{VersionARN: text(r.StateMachineVersionARN), Weight: int(or(r.Weight, 0))})
	}
	return out
}

func (a *API) updateStateMachineAlias(ctx context.Context, in *UpdateStateMachineAliasInput) (*UpdateStateMachineAliasOutput, error) {
	if in.Description == nil && in.RoutingConfiguration == nil {
		return nil, invalid("MISSING_REQUIRED_PARAMETER", "Either the description or the RoutingConfiguration must be specified")
	}
	x, err := a.engine.UpdateStateMachineAlias(ctx, text(in.StateMachineAliasARN), in.Description, routes(in.RoutingConfiguration))
	if err != nil {
		return nil, err
	}
	return &UpdateStateMachineAliasOutput{UpdateDate: at(x.Updated)}, nil
}

func (a *API) deleteStateMachineAlias(ctx context.Context, in *DeleteStateMachineAliasInput) (*empty, error) {
	return &empty{}, a.engine.DeleteStateMachineAlias(ctx, text(in.StateMachineAliasARN))
}

func (a *API) describeStateMachineAlias(_ context.Context, in *DescribeStateMachineAliasInput) (*DescribeStateMachineAliasOutput, error) {
	x, err := a.engine.StateMachineAlias(text(in.StateMachineAliasARN))
	if err != nil {
		return nil, err
	}
	out := &DescribeStateMachineAliasOutput{
		StateMachineAliasARN: x.ARN, Name: x.Name, Description: x.Description,
		CreationDate: some(at(x.Created)), UpdateDate: some(at(x.Updated)),
	}
	for _, r := range x.Routes {
		out.RoutingConfiguration = append(out.RoutingConfiguration, RoutingConfigurationListItem{
			StateMachineVersionARN: some(r.VersionARN), Weight: some(int64(r.Weight)),
		})
	}
	return out, nil
}

func (a *API) listStateMachineAliases(_ context.Context, in *ListStateMachineAliasesInput) (*ListStateMachineAliasesOutput, error) {
	of := text(in.StateMachineARN)
	all, err := a.engine.StateMachineAliases(of)
	if err != nil {
		return nil, err
	}
	all, next, err := page(paging{"aliases " + of, in.MaxResults, in.NextToken}, all, func(x *runtime.Alias) string { return x.ARN })
	if err != nil {
		return nil, err
	}
	out := &ListStateMachineAliasesOutput{StateMachineAliases: []StateMachineAliasListItem{}, NextToken: next}
	for _, x := range all {
		out.StateMachineAliases = append(out.StateMachineAliases, StateMachineAliasListItem{StateMachineAliasARN: x.ARN, CreationDate: at(x.Created)})
	}
	return out, nil
}
