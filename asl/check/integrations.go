package check

// suffixes are the letters under which integrations lists how a task may wait.
var suffixes = map[string]string{"": "R", ".sync": "S", ".sync:2": "2", ".waitForTaskToken": "T"}

// integrations are the optimised service integrations, with their actions and how
// a task may wait for each: R not at all, S and 2 until the job is done, T for a
// task token.
var integrations = map[string]map[string]string{
	"apigateway": {"invoke": "RT"},
	"athena":     {"startQueryExecution": "RS", "stopQueryExecution": "R", "getQueryExecution": "R", "getQueryResults": "R"},
	"batch":      {"submitJob": "RS"},
	"bedrock":    {"invokeModel": "RT", "createModelCustomizationJob": "RS"},
	"codebuild": {
		"startBuild": "RS", "stopBuild": "R", "batchDeleteBuilds": "R", "batchGetReports": "R",
		"startBuildBatch": "RS", "stopBuildBatch": "R", "retryBuildBatch": "RS", "deleteBuildBatch": "R",
	},
	"databrew": {"startJobRun": "RS"},
	"dynamodb": {"getItem": "R", "putItem": "R", "updateItem": "R", "deleteItem": "R"},
	"ecs":      {"runTask": "RST"},
	"eks": {
		"createCluster": "RS", "deleteCluster": "RS", "createNodegroup": "RS", "deleteNodegroup": "RS",
		"createFargateProfile": "RS", "deleteFargateProfile": "RS", "call": "R", "runJob": "RST",
	},
	"elasticmapreduce": {
		"createCluster": "RS", "addStep": "RS", "cancelStep": "R", "terminateCluster": "RS",
		"setClusterTerminationProtection": "R", "modifyInstanceFleetByName": "R", "modifyInstanceGroupByName": "R",
	},
	"emr-containers": {"createVirtualCluster": "R", "deleteVirtualCluster": "RS", "startJobRun": "RS"},
	"emr-serverless": {
		"createApplication": "RS", "startApplication": "RS", "stopApplication": "RS", "deleteApplication": "RS",
		"startJobRun": "RS", "cancelJobRun": "RS",
	},
	"events":       {"putEvents": "RT"},
	"glue":         {"startJobRun": "RS"},
	"http":         {"invoke": "RT"},
	"lambda":       {"invoke": "RT"},
	"mediaconvert": {"createJob": "RS"},
	"sagemaker": {
		"createTrainingJob": "RS", "createTransformJob": "RS", "createHyperParameterTuningJob": "RS", "createProcessingJob": "RS",
		"createLabelingJob": "RS", "createModel": "R", "createEndpoint": "R", "createEndpointConfig": "R", "updateEndpoint": "R",
	},
	"sns":    {"publish": "RT"},
	"sqs":    {"sendMessage": "RT"},
	"states": {"startExecution": "RS2T"},
}
