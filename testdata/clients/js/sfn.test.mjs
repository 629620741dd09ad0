// canto serve, driven by the AWS SDK for JavaScript. Each test has a server of its
// own, which is killed on the way where servers keep what they are told in a file.
import assert from 'node:assert/strict';
import { lookup } from 'node:dns/promises';
import http from 'node:http';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import * as sfn from '@aws-sdk/client-sfn';
import { Server } from './server.mjs';

const role = 'arn:aws:iam::123456789012:role/any';
const prefix = 'arn:aws:states:us-east-1:123456789012:';

// scenario runs a test with a server and a function that calls an operation.
function scenario(name, run) {
  test(name, { timeout: 120_000 }, async (t) => {
    const server = await Server.start(t);
    const client = server.client();
    const ask = (operation, input = {}) => client.send(new sfn[`${operation}Command`](input));
    await run({ t, server, client, ask });
  });
}

// refuses wants the exception of a class, with a text in its message.
function refuses(asked, exception, text = '') {
  return assert.rejects(asked, (error) => {
    assert.ok(error instanceof sfn[exception], `${error.name}: ${error.message}\nis no ${exception}`);
    assert.ok(error.message.includes(text), `${error.message}\nhas not ${text}`);
    return true;
  });
}

const machine = (states, start = Object.keys(states)[0]) => JSON.stringify({ StartAt: start, States: states });
const passing = (result) => machine({ A: { Type: 'Pass', Result: result, End: true } });
const waiting = machine({ W: { Type: 'Wait', Seconds: 100_000, End: true } });
const working = (resource) => machine({ Do: { Type: 'Task', Resource: resource, End: true } });

// create creates a machine, and gives its ARN.
async function create(ask, name, definition, more = {}) {
  return (await ask('CreateStateMachine', { name, definition, roleArn: role, ...more })).stateMachineArn;
}

// finished waits for the end of an execution.
async function finished(ask, executionArn) {
  for (;;) {
    const out = await ask('DescribeExecution', { executionArn });
    if (out.status !== 'RUNNING') return out;
    await sleep(5);
  }
}

// all are the items of all pages, and how many pages there were.
async function all(pages, member) {
  const items = [];
  let count = 0;
  for await (const page of pages) {
    count++;
    items.push(...page[member]);
  }
  return [count, items];
}

scenario('state machines', async ({ client, server, ask }) => {
  const definition = '{ "StartAt": "A", "States": {"A": {"Type": "Pass", "Result": 1.0, "End": true}} }';
  const arn = await create(ask, 'orders', definition);
  assert.equal(arn, `${prefix}stateMachine:orders`);
  await server.crash();
  assert.equal(await create(ask, 'orders', definition), arn);
  await refuses(create(ask, 'orders', passing(2)), 'StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
  const before = await ask('DescribeStateMachine', { stateMachineArn: arn });
  assert.deepEqual([before.definition, before.status, before.type, before.roleArn], [definition, 'ACTIVE', 'STANDARD', role]);
  assert.ok(before.creationDate instanceof Date);
  for (const name of ['a', 'b', 'c', 'd']) await create(ask, name, definition, { type: 'EXPRESS' });
  const [pages, machines] = await all(sfn.paginateListStateMachines({ client, pageSize: 2 }, {}), 'stateMachines');
  assert.deepEqual([pages, machines.map((m) => m.name).sort()], [3, ['a', 'b', 'c', 'd', 'orders']]);
  const changed = await ask('UpdateStateMachine', { stateMachineArn: arn, definition: passing(2) });
  assert.ok(changed.updateDate instanceof Date);
  await server.crash();
  assert.equal((await ask('DescribeStateMachine', { stateMachineArn: arn })).definition, passing(2));
  await ask('DeleteStateMachine', { stateMachineArn: arn });
  await server.crash();
  await refuses(ask('DescribeStateMachine', { stateMachineArn: arn }), 'StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
});

scenario('versions and aliases', async ({ server, ask }) => {
  const made = await ask('CreateStateMachine', { name: 'm', definition: passing(1), roleArn: role, publish: true, versionDescription: 'first' });
  const arn = made.stateMachineArn;
  const one = made.stateMachineVersionArn;
  assert.equal(one, `${arn}:1`);
  await ask('UpdateStateMachine', { stateMachineArn: arn, definition: passing(2) });
  const two = (await ask('PublishStateMachineVersion', { stateMachineArn: arn })).stateMachineVersionArn;
  assert.equal(two, `${arn}:2`);
  const routing = (...weights) => weights.map(([stateMachineVersionArn, weight]) => ({ stateMachineVersionArn, weight }));
  const alias = (await ask('CreateStateMachineAlias', { name: 'live', routingConfiguration: routing([one, 100]) })).stateMachineAliasArn;
  await server.crash();
  await refuses(ask('DeleteStateMachineVersion', { stateMachineVersionArn: one }), 'ConflictException', '[live]');
  await refuses(ask('UpdateStateMachineAlias', { stateMachineAliasArn: alias, routingConfiguration: routing([one, 70], [two, 31]) }),
    'ValidationException', 'Sum of routing configuration weights must equal 100. Received: [70, 31]');
  await ask('UpdateStateMachineAlias', { stateMachineAliasArn: alias, routingConfiguration: routing([two, 100]) });
  await server.crash();
  const { executionArn } = await ask('StartExecution', { stateMachineArn: alias });
  const x = await finished(ask, executionArn);
  assert.deepEqual([x.output, x.stateMachineVersionArn, x.stateMachineAliasArn], ['2', two, alias]);
  const described = await ask('DescribeStateMachineAlias', { stateMachineAliasArn: alias });
  assert.deepEqual(described.routingConfiguration, routing([two, 100]));
  const first = await ask('ListStateMachineVersions', { stateMachineArn: arn, maxResults: 1 });
  const second = await ask('ListStateMachineVersions', { stateMachineArn: arn, maxResults: 1, nextToken: first.nextToken });
  assert.deepEqual([first, second].flatMap((p) => p.stateMachineVersions.map((v) => v.stateMachineVersionArn)), [two, one]);
  assert.equal((await ask('ListStateMachineAliases', { stateMachineArn: arn })).stateMachineAliases.length, 1);
  await ask('DeleteStateMachineAlias', { stateMachineAliasArn: alias });
  await ask('DeleteStateMachineVersion', { stateMachineVersionArn: one });
  await refuses(ask('DescribeStateMachineAlias', { stateMachineAliasArn: alias }), 'ResourceNotFound');
});

scenario('tags', async ({ server, ask }) => {
  const resourceArn = await create(ask, 'm', passing(1), { tags: [{ key: 'team', value: 'a' }] });
  await ask('TagResource', { resourceArn, tags: [{ key: 'stage', value: 'test' }] });
  await server.crash();
  await ask('UntagResource', { resourceArn, tagKeys: ['team'] });
  assert.deepEqual((await ask('ListTagsForResource', { resourceArn })).tags, [{ key: 'stage', value: 'test' }]);
});

scenario('executions and their histories', async ({ client, server, ask }) => {
  const stateMachineArn = await create(ask, 'm', passing({ paid: true }));
  for (const name of ['x0', 'x1', 'x2']) {
    const { executionArn } = await ask('StartExecution', { stateMachineArn, name, input: '{ "n": 1.0 }' });
    assert.equal(executionArn, `${prefix}execution:m:${name}`);
    await finished(ask, executionArn);
  }
  const executionArn = `${prefix}execution:m:x0`;
  await server.crash();
  const x = await ask('DescribeExecution', { executionArn });
  assert.deepEqual([x.status, x.input, x.output, x.inputDetails.included], ['SUCCEEDED', '{ "n": 1.0 }', '{"paid":true}', true]);
  assert.ok(x.stopDate >= x.startDate);
  assert.equal((await ask('DescribeExecution', { executionArn, includedData: 'METADATA_ONLY' })).input, undefined);
  assert.equal((await ask('DescribeStateMachineForExecution', { executionArn })).stateMachineArn, stateMachineArn);
  const [pages, list] = await all(sfn.paginateListExecutions({ client, pageSize: 2 }, { stateMachineArn, statusFilter: 'SUCCEEDED' }), 'executions');
  assert.deepEqual([pages, list.map((e) => e.name)], [2, ['x2', 'x1', 'x0']]);
  for (const reverseOrder of [false, true]) {
    const [count, events] = await all(sfn.paginateGetExecutionHistory({ client, pageSize: 3 }, { executionArn, reverseOrder }), 'events');
    const types = ['ExecutionStarted', 'PassStateEntered', 'PassStateExited', 'ExecutionSucceeded'];
    assert.deepEqual([count, events.map((e) => e.type)], [2, reverseOrder ? types.reverse() : types]);
    assert.ok(events[0].timestamp instanceof Date);
  }
  await refuses(ask('StartExecution', { stateMachineArn, name: 'x0', input: '{ "n": 1.0 }' }), 'ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
});

scenario('an execution that is stopped', async ({ server, ask }) => {
  const stateMachineArn = await create(ask, 'm', waiting);
  const { executionArn } = await ask('StartExecution', { stateMachineArn });
  await server.crash();
  assert.equal((await ask('ListExecutions', { stateMachineArn, statusFilter: 'RUNNING' })).executions.length, 1);
  assert.ok((await ask('StopExecution', { executionArn, error: 'Enough', cause: 'of it' })).stopDate instanceof Date);
  const x = await finished(ask, executionArn);
  assert.deepEqual([x.status, x.error, x.cause], ['ABORTED', 'Enough', 'of it']);
});

scenario("an activity's worker", async ({ client, server, ask }) => {
  const { activityArn } = await ask('CreateActivity', { name: 'work' });
  for (const name of ['a', 'b']) await ask('CreateActivity', { name });
  const [pages, list] = await all(sfn.paginateListActivities({ client, pageSize: 2 }, {}), 'activities');
  assert.deepEqual([pages, list.length], [2, 3]);
  const stateMachineArn = await create(ask, 'm', working(activityArn));
  const { executionArn } = await ask('StartExecution', { stateMachineArn, input: '{"n": 1.0}' });
  await server.crash();
  const task = await ask('GetActivityTask', { activityArn, workerName: 'me' });
  assert.equal(task.input, '{"n": 1.0}');
  await ask('SendTaskHeartbeat', { taskToken: task.taskToken });
  await refuses(ask('SendTaskSuccess', { taskToken: task.taskToken, output: '{' }), 'InvalidOutput');
  await server.crash();
  await ask('SendTaskSuccess', { taskToken: task.taskToken, output: '{"done": true}' });
  assert.equal((await finished(ask, executionArn)).output, '{"done": true}');
  await refuses(ask('SendTaskSuccess', { taskToken: task.taskToken, output: '1' }), 'TaskTimedOut');
  await refuses(ask('SendTaskHeartbeat', { taskToken: 'invented' }), 'InvalidToken', "Invalid Token: 'Invalid token'");
  assert.equal((await ask('DescribeActivity', { activityArn })).name, 'work');
  await ask('DeleteActivity', { activityArn });
  await refuses(ask('DescribeActivity', { activityArn }), 'ActivityDoesNotExist', `Activity Does Not Exist: '${activityArn}'`);
});

scenario('callbacks', async ({ server, ask }) => {
  const told = await create(ask, 'told', passing(1));
  const stateMachineArn = await create(ask, 'asks', machine({ Ask: {
    Type: 'Task', Resource: 'arn:aws:states:::states:startExecution.waitForTaskToken', HeartbeatSeconds: 1000, End: true,
    Parameters: { StateMachineArn: told, Name: 'child', Input: { 'token.$': '$$.Task.Token' } },
  } }));
  const { executionArn } = await ask('StartExecution', { stateMachineArn });
  while ((await ask('ListExecutions', { stateMachineArn: told })).executions.length === 0) await sleep(5);
  const { token } = JSON.parse((await ask('DescribeExecution', { executionArn: `${prefix}execution:told:child` })).input);
  await server.crash();
  await ask('SendTaskHeartbeat', { taskToken: token });
  await ask('SendTaskFailure', { taskToken: token, error: 'No', cause: 'way' });
  const x = await finished(ask, executionArn);
  assert.deepEqual([x.status, x.error, x.cause], ['FAILED', 'No', 'way']);
});

scenario('a redrive', async ({ server, ask }) => {
  const { activityArn } = await ask('CreateActivity', { name: 'work' });
  const stateMachineArn = await create(ask, 'm', working(activityArn));
  const { executionArn } = await ask('StartExecution', { stateMachineArn });
  const { taskToken } = await ask('GetActivityTask', { activityArn });
  await refuses(ask('RedriveExecution', { executionArn }), 'ExecutionNotRedrivable');
  await ask('SendTaskFailure', { taskToken, error: 'Broken' });
  assert.equal((await finished(ask, executionArn)).redriveStatus, 'REDRIVABLE');
  await server.crash();
  assert.ok((await ask('RedriveExecution', { executionArn })).redriveDate instanceof Date);
  await server.crash();
  const again = await ask('GetActivityTask', { activityArn });
  await ask('SendTaskSuccess', { taskToken: again.taskToken, output: '"mended"' });
  const x = await finished(ask, executionArn);
  assert.deepEqual([x.status, x.output, x.redriveCount], ['SUCCEEDED', '"mended"', 1]);
});

scenario('Map Runs', async ({ client, server, ask }) => {
  const stateMachineArn = await create(ask, 'm', machine({ M: {
    Type: 'Map', Label: 'each', End: true,
    ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, StartAt: 'A', States: { A: { Type: 'Pass', End: true } } },
  } }));
  const { executionArn } = await ask('StartExecution', { stateMachineArn, input: '[1, 2]' });
  assert.equal((await finished(ask, executionArn)).output, '[1,2]');
  await server.crash();
  const [, runs] = await all(sfn.paginateListMapRuns({ client }, { executionArn }), 'mapRuns');
  const { mapRunArn } = runs[0];
  const run = await ask('DescribeMapRun', { mapRunArn });
  assert.deepEqual([run.status, run.itemCounts.succeeded, run.executionCounts.total], ['SUCCEEDED', 2, 2]);
  assert.equal((await ask('ListExecutions', { mapRunArn })).executions.length, 2);
  await refuses(ask('UpdateMapRun', { mapRunArn, maxConcurrency: 3 }), 'ValidationException');
});

// synchronously calls the two operations whose host has a prefix.
async function synchronously(ask, name) {
  const stateMachineArn = await create(ask, name, passing({ paid: true }), { type: 'EXPRESS' });
  const x = await ask('StartSyncExecution', { stateMachineArn, input: '{}' });
  assert.deepEqual([x.status, x.output, x.billingDetails.billedMemoryUsedInMB], ['SUCCEEDED', '{"paid":true}', 64]);
  const state = await ask('TestState', { definition: '{"Type": "Pass", "Result": 1, "End": true}' });
  assert.deepEqual([state.status, state.output], ['SUCCEEDED', '1']);
}

scenario('EXPRESS executions', async ({ ask }) => {
  await synchronously(ask, 'quick');
  const stateMachineArn = await create(ask, 'sad', machine({ F: { Type: 'Fail', Error: 'Sad', Cause: 'by nature' } }), { type: 'EXPRESS' });
  const x = await ask('StartSyncExecution', { stateMachineArn });
  assert.deepEqual([x.status, x.error, x.cause], ['FAILED', 'Sad', 'by nature']);
  await refuses(ask('DescribeExecution', { executionArn: x.executionArn }), 'InvalidArn', 'Resource type not valid in this context: express');
  const standard = await create(ask, 'standard', passing(1));
  await refuses(ask('StartSyncExecution', { stateMachineArn: standard }), 'StateMachineTypeNotSupported');
});

scenario('the prefix of the host', async ({ t, server }) => {
  const { port } = new URL(server.url);
  const caller = (client) => (operation, input) => client.send(new sfn[`${operation}Command`](input));
  await t.test('by any name that leads to the server', async () => {
    const httpAgent = new http.Agent({ lookup: (_, options, done) => (options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)) });
    const client = server.client({ disableHostPrefix: false, endpoint: `http://localhost:${port}`, requestHandler: { httpAgent } });
    await synchronously(caller(client), 'any');
  });
  await t.test('by the hosts file', async (t) => {
    const known = await lookup('sync-localhost').catch(() => undefined);
    if (!known) return t.skip("/etc/hosts has no line '127.0.0.1 sync-localhost'");
    const client = server.client({ disableHostPrefix: false, endpoint: `http://localhost:${port}` });
    await synchronously(caller(client), 'hosts');
  });
});

scenario('a state that is tested against a mock', async ({ ask }) => {
  const definition = JSON.stringify({
    Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters: { FunctionName: 'f', 'Payload.$': '$' }, OutputPath: '$.Payload', End: true,
    Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 2 }], Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Other' }],
  });
  const test = (mock, more = {}) => ask('TestState', { definition, input: '{}', mock, ...more });
  const good = await test({ result: '{"Payload": "paid", "StatusCode": 200}', fieldValidationMode: 'STRICT' });
  assert.deepEqual([good.status, good.output], ['SUCCEEDED', '"paid"']);
  const busy = await test({ errorOutput: { error: 'Busy', cause: 'as always' } }, { inspectionLevel: 'DEBUG' });
  assert.deepEqual([busy.status, busy.inspectionData.errorDetails.retryBackoffIntervalSeconds], ['RETRIABLE', 2]);
  const broken = await test({ errorOutput: { error: 'Broken', cause: 'for good' } });
  assert.deepEqual([broken.status, broken.nextState], ['CAUGHT_ERROR', 'Other']);
  await refuses(ask('TestState', { definition: '{"Type": "Pass", "End": true}', mock: { result: '1' } }),
    'ValidationException', "State type 'Pass' is not supported when a mock is specified");
});

scenario('definitions that are judged', async ({ ask }) => {
  assert.equal((await ask('ValidateStateMachineDefinition', { definition: passing(1) })).result, 'OK');
  const bad = await ask('ValidateStateMachineDefinition', { definition: machine({ A: { Type: 'Pass' } }) });
  assert.deepEqual([bad.result, bad.diagnostics[0].code], ['FAIL', 'SCHEMA_VALIDATION_FAILED']);
});

scenario('what is refused', async ({ ask }) => {
  const stateMachineArn = await create(ask, 'm', passing(1));
  const nobody = `${prefix}stateMachine:nobody`;
  await refuses(ask('DescribeStateMachine', { stateMachineArn: 'nothing' }), 'InvalidArn', "Invalid Arn: 'Invalid ARN prefix: nothing'");
  await refuses(ask('StartExecution', { stateMachineArn: nobody }), 'StateMachineDoesNotExist', `State Machine Does Not Exist: '${nobody}'`);
  await refuses(ask('DescribeExecution', { executionArn: `${prefix}execution:m:none` }), 'ExecutionDoesNotExist', `Execution Does Not Exist: '${prefix}execution:m:none'`);
  await refuses(ask('StartExecution', { stateMachineArn, name: 'a b' }), 'InvalidName', "Invalid Name: 'a b'");
  await refuses(ask('StartExecution', { stateMachineArn, input: 'not json' }), 'InvalidExecutionInput', "Invalid State Machine Execution Input: 'Unrecognized token 'not'");
  await refuses(create(ask, 'bad', '{}'), 'InvalidDefinition', "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: ");
  await refuses(ask('ListExecutions', { stateMachineArn, maxResults: 1001 }), 'ValidationException', "Value '1001' at 'maxResults' failed to satisfy constraint");
  await refuses(ask('ListExecutions', { stateMachineArn, nextToken: 'invented' }), 'InvalidToken', "Invalid Token: 'Invalid token'");
  await refuses(ask('CreateStateMachine', { name: 'm2' }), 'ValidationException', '2 validation errors detected');
});
