import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readBatch, type Server } from '../slow/support/batch.ts';
import { readHeld } from '../slow/support/log.ts';
import { request } from '../support/client.ts';
import { pictureBase64 } from '../support/pictures.ts';
import { ResumingClient, submitUntilAccepted } from './client.ts';
import { faults } from './faults.ts';
import { ChaosInstallation } from './installation.ts';
import { Random } from './random.ts';

const seed = Number(process.env.CHAOS_SEED ?? Math.floor(Math.random() * 2 ** 31));
const rounds = Number(process.env.CHAOS_ROUNDS ?? 30);
const size = 12;
/** Three minutes for a round are not slow, they are a hang. */
const roundLimitMs = 180_000;

test(
  `${rounds} rounds of random faults lose nothing, double nothing and keep the order (CHAOS_SEED=${seed})`,
  async () => {
    const random = new Random(seed);
    say(`CHAOS_SEED=${seed} CHAOS_ROUNDS=${rounds} repeats these faults.`);
    const installation = await ChaosInstallation.start();
    const images = [];
    for (let index = 0; index < size; index += 1)
      images.push({ source: { base64: await pictureBase64({ width: 600 + index, height: 400, noise: true }) } });
    const taskId = await createTask(installation.servers[0]!);
    const names = namesOf(rounds, random);
    for (const [index, name] of names.entries()) {
      const hang = new AbortController();
      await Promise.race([
        runRound({ index, name, installation, random, taskId, images }),
        delay(roundLimitMs, undefined, { signal: hang.signal }).then(() => {
          throw new Error(`Round ${index + 1} (${name}, CHAOS_SEED=${seed}) hangs.`);
        }),
      ]);
      hang.abort();
    }
    await expectNothingLeft(installation);
  },
  (rounds + 2) * roundLimitMs,
);

interface Round {
  index: number;
  name: string;
  installation: ChaosInstallation;
  random: Random;
  taskId: string;
  images: { source: { base64: string } }[];
}

/** A batch before the fault, another one amid it, and a client of each that resumes until it has all. */
async function runRound({ index, name, installation, random, taskId, images }: Round): Promise<void> {
  const begunAt = performance.now();
  const submit = (which: string) =>
    submitUntilAccepted(installation, random, { idempotencyKey: `round ${index} ${which}`, taskId, images });
  const first = new ResumingClient(installation, random, (await submit('before')).batch);
  const firstFollowed = first.followToTheEnd();
  // Each analysis has three changes, so that this is anywhere between the first and the last.
  const moment = random.integer(3 * size);
  await Promise.race([first.follower.until((changes) => changes.length >= moment), firstFollowed]);
  const struckAt = performance.now();
  const mended = faults[name]!(installation, random);
  const { batch, attempts } = await submit('amid');
  const second = new ResumingClient(installation, random, batch);
  await Promise.all([firstFollowed, second.followToTheEnd(), mended]);
  const recoveredMs = performance.now() - struckAt;

  for (const client of [first, second]) {
    await client.expectTheWholeLog();
    await expectAllSucceeded(installation, client);
  }
  say(
    `${index + 1}/${rounds} ${name} after ${moment} of ${3 * size} changes: all there ${seconds(recoveredMs)} s later; ` +
      `${first.connections} and ${second.connections} connections, ${attempts} attempts to submit, ` +
      `${first.resyncs + second.resyncs} resyncs; ${seconds(performance.now() - begunAt)} s in all`,
  );
}

async function expectAllSucceeded({ servers }: ChaosInstallation, { batch }: ResumingClient): Promise<void> {
  const state = await readBatch(servers[0]!, batch.id);
  expect(state).toMatchObject({
    status: 'COMPLETED',
    total: size,
    completed: size,
    failed: 0,
    canceled: 0,
    processing: 0,
  });
  expect(state.analyses.map(({ id }) => id).sort()).toEqual([...batch.analysisIds].sort());
  expect(new Set(state.analyses.map(({ status }) => status))).toEqual(new Set(['SUCCEEDED']));
}

/** What was submitted twice was made once, nobody holds anything, and everything still ends as it should. */
async function expectNothingLeft(installation: ChaosInstallation): Promise<void> {
  const [counts] = await installation.query(
    `select (select count(*)::int from batch) as batches, (select count(*)::int from analysis) as analyses,
       (select count(*)::int from analysis_result) as results`,
  );
  const batches = 2 * rounds;
  expect(counts).toEqual({ batches, analyses: batches * size, results: batches * size });
  // A worker that was killed last is declared dead by the others, which give back what it held, before they go themselves.
  const countWorkers = async () => (await readHeld(installation.databaseUrl)).workers;
  await expect.poll(countWorkers, { timeout: roundLimitMs }).toBe(installation.workers.length);
  for (const process of [...installation.workers, ...installation.apis]) {
    process.kill('SIGTERM');
    expect(await process.ended).toEqual({ exitCode: 0, signal: null });
  }
  expect(await readHeld(installation.databaseUrl)).toMatchObject({ running: 0, leased: 0 });
  const locked = await installation.query('select id from graphile_worker.jobs where locked_by is not null');
  expect(locked).toEqual([]);
}

/** Each fault comes as often as the others, give or take one. */
function namesOf(count: number, random: Random): string[] {
  const names = Object.keys(faults);
  const whole = Math.ceil(count / names.length);
  return Array.from({ length: whole }, () => random.shuffled(names))
    .flat()
    .slice(0, count);
}

async function createTask({ url, apiKey }: Server): Promise<string> {
  const query = `mutation { createTask(input: { name: "Chaos" }) { ... on Task { id } } }`;
  const { body } = await request(url, { apiKey, query });
  return body.data.createTask.id;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

/** As it happens, also where the reporter keeps what a test prints to itself until its end. */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
