import { expect, onTestFinished, test } from 'vitest';
import { analyzeVideo, pan, readVideoAnalysis } from '../api/videos/client.ts';
import { request } from '../support/client.ts';
import { createTestDatabase } from '../support/database.ts';
import { createInstallation } from '../support/process.ts';
import { createTask } from '../support/recognition.ts';
import { type ReceivedSpan, startTraceCollector } from '../support/trace-collector.ts';
import { createUser } from '../support/user.ts';
import { readBatch, submitShelves, untilCompleted } from './support/batch.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const clientSpanId = 'b7ad6b7169203331';

test('a request, the jobs that it adds and the work of engines are one trace, across processes', async () => {
  const collector = await startTraceCollector();
  onTestFinished(collector.close);
  const database = await createTestDatabase();
  onTestFinished(database.drop);
  const installation = await createInstallation({ DATABASE_URL: database.url, ENGINES: '1', ...collector.env });
  const api = await installation.start('api');
  const worker = await installation.start('worker');
  const server = { url: api.url, apiKey: installation.apiKey };
  const batch = await submitShelves(server, 2);
  await untilCompleted(server, batch.id);
  const [analysis] = (await readBatch(server, batch.id)).analyses;
  const { body } = await request(server.url, {
    apiKey: server.apiKey,
    headers: { traceparent: `00-${traceId}-${clientSpanId}-01` },
    query:
      'mutation ($id: ID!) { rerunAnalyses(input: { target: { ids: [$id] } }) { __typename ... on SubmitBatchPayload { batch { id } } } }',
    variables: { id: analysis!.id },
  });
  await untilCompleted(server, body.data.rerunAnalyses.batch.id);
  const user = createUser(server);
  const sampling = { framesPerSecond: 1, maxFrames: 1 };
  const taskId = await createTask(user, { pipeline: 'shelf-fast' });
  const video = await analyzeVideo(user, { taskId, source: { upload: await pan() }, sampling });
  await expect
    .poll(async () => (await readVideoAnalysis(user, video.id)).status, { timeout: 120_000 })
    .toBe('SUCCEEDED');
  // The rest of their spans is sent when they stop.
  for (const process of [api, worker]) {
    process.kill('SIGTERM');
    expect(await process.ended).toEqual({ exitCode: 0, signal: null });
  }

  const ofTrace = collector.spans.filter((span) => span.traceId === traceId);
  const find = (name: string) => ofTrace.find((span) => span.name === name)!;
  expect(pathOf(find('engine analyze'), ofTrace)).toEqual([
    `client ${clientSpanId}`,
    'sightline-api POST graphql',
    'sightline-api graphql mutation',
    'sightline-worker analysis',
    'sightline-worker engine analyze',
  ]);
  expect(find('POST graphql').attributes).toEqual({
    'http.request.method': 'POST',
    'http.route': 'graphql',
    'http.response.status_code': 200,
  });
  expect(find('analysis').attributes).toMatchObject({
    'sightline.attempt': 1,
    'sightline.pipeline': expect.stringMatching(/^shelf/),
  });
  expect(find('engine analyze').attributes).toMatchObject({
    'sightline.timing.decode_ms': expect.anything(),
    'sightline.timing.inference_ms': expect.anything(),
  });
  // Those of the first batch began here: one trace for each request.
  const others = collector.spans.filter(({ name, traceId: of }) => name === 'analysis' && of !== traceId);
  expect(others).toHaveLength(2);
  expect(new Set(others.map((span) => span.traceId)).size).toBe(1);

  const ofVideo = collector.spans.find(({ name }) => name === 'video analysis')!;
  const [, ...path] = pathOf(ofVideo, collector.spans);
  expect(path).toEqual([
    'sightline-api POST graphql',
    'sightline-api graphql mutation',
    'sightline-worker video analysis',
  ]);

  const sent = collector.bodies.join('\n');
  const { rows } = await database.pool.query<{ secret: string }>(
    `select encode(value, 'base64') as secret from secret`,
  );
  for (const secret of [installation.apiKey, database.url, 'Shelves', ...rows.map(({ secret }) => secret)])
    expect(sent).not.toContain(secret);
});

/** The spans that lead to this one, with their processes. */
function pathOf(span: ReceivedSpan, spans: readonly ReceivedSpan[]): string[] {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return [...(parent ? pathOf(parent, spans) : [`client ${span.parentSpanId}`]), `${span.service} ${span.name}`];
}
