package awsapi

import (
	"context"

	"canto/asl/value"
	"canto/runtime"
)

type empty struct{}

func (*empty) write(w *writer) {
	w.open()
	w.close()
}

func (a *API) createActivity(ctx context.Context, in *CreateActivityInput) (*CreateActivityOutput, error) {
	if err := checkEncryption(in.EncryptionConfiguration); err != nil {
		return nil, err
	}
	kept := settings{Encryption: settings{Encryption: in.EncryptionConfiguration}.completed().Encryption}
	x, err := a.engine.CreateActivity(ctx, text(in.Name), runtime.Tags(tagsOf(in.Tags)...), runtime.Settings(kept.text()))
	if err != nil {
		return nil, err
	}
	return &CreateActivityOutput{ActivityARN: x.ARN, CreationDate: at(x.Created)}, nil
}

func (a *API) deleteActivity(ctx context.Context, in *DeleteActivityInput) (*empty, error) {
	return &empty{}, a.engine.DeleteActivity(ctx, text(in.ActivityARN))
}

func (a *API) describeActivity(_ context.Context, in *DescribeActivityInput) (*DescribeActivityOutput, error) {
	x, err := a.engine.Activity(text(in.ActivityARN))
	if err != nil {
		return nil, err
	}
	return &DescribeActivityOutput{
		ActivityARN: x.ARN, Name: x.Name, CreationDate: at(x.Created),
		EncryptionConfiguration: readSettings(x.Settings).completed().Encryption,
	}, nil
}

func (a *API) listActivities(_ context.Context, in *ListActivitiesInput) (*ListActivitiesOutput, error) {
	all, next, err := page(paging{"activities", in.MaxResults, in.NextToken}, a.engine.Activities(),
		func(x *runtime.Activity) string { return x.ARN })
	if err != nil {
		return nil, err
	}
	out := &ListActivitiesOutput{Activities: []ActivityListItem{}, NextToken: next}
	for _, x := range all {
		out.Activities = append(out.Activities, ActivityListItem{ActivityARN: x.ARN, Name: x.Name, CreationDate: at(x.Created)})
	}
	return out, nil
}

// getActivityTask waits for a task; that there is none is an empty answer.
func (a *API) getActivityTask(ctx context.Context, in *GetActivityTaskInput) (*GetActivityTaskOutput, error) {
	ctx, cancel := context.WithTimeout(ctx, a.poll)
	defer cancel()
	t, err := a.engine.GetActivityTask(ctx, text(in.ActivityARN), text(in.WorkerName))
	if err != nil || t == nil {
		return &GetActivityTaskOutput{}, err
	}
	return &GetActivityTaskOutput{TaskToken: t.Token, Input: t.Input.Text()}, nil
}

func (a *API) sendTaskSuccess(ctx context.Context, in *SendTaskSuccessInput) (*empty, error) {
	output, err := value.Parse(text(in.Output))
	if err != nil {
		return nil, fault("InvalidOutput", "Invalid Output: '%s'", err)
	}
	return &empty{}, a.engine.SendTaskSuccess(ctx, text(in.TaskToken), output)
}

func (a *API) sendTaskFailure(ctx context.Context, in *SendTaskFailureInput) (*empty, error) {
	return &empty{}, a.engine.SendTaskFailure(ctx, text(in.TaskToken), text(in.Error), text(in.Cause))
}

func (a *API) sendTaskHeartbeat(ctx context.Context, in *SendTaskHeartbeatInput) (*empty, error) {
	return &empty{}, a.engine.SendTaskHeartbeat(ctx, text(in.TaskToken))
}
