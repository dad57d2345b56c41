import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseCsvObjects } from '../../support/csv.ts';
import { createTask } from '../../support/recognition.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type Data, type User } from '../../support/user.ts';
import { correct, found, item, missed, noProduct, rerun } from '../corrections/client.ts';
import { createItems, createPlanogram, exportAs, finish, judge, shelfOf, sideBySide } from './client.ts';

/** The basis of everything that is derived from a result and a planogram. */
let sightline: TestSightline;
let user: User;
let [tea, jam, soda]: string[] = [];
let taskId: string;
beforeAll(async () => {
  sightline = await startTestSightline();
  user = createUser(sightline);
  [tea, jam, soda] = await createItems(user, 'tea', 'jam', 'soda');
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
});
beforeEach(async () => {
  taskId = await createTask(user, { findGaps: true, alertRules: { itemMissing: true, gapShareAbove: 0.1 } });
  await createPlanogram(user, { taskId, content: shelfOf('tea', 'jam', 'soda') });
});

const withoutJam = () => sideBySide(tea!, jam!, soda!).toSpliced(1, 1);
const jamBox = { x: 1_210, y: 1_500, width: 200, height: 400 };
const addJam = (analysisId: string) => missed(analysisId, jamBox, item(jam!));

const judged = /* GraphQL */ `
  fragment Judged on Analysis {
    compliance(basis: $basis) {
      basis score planogramVersion
      positions { status detections { id matchedBy } }
      unplanned { id }
    }
    gaps(basis: $basis) { basis facings catalogItem { id } catalogItemFrom }
    gapShare(basis: $basis)
  }
`;
const query = /* GraphQL */ `
  query ($id: ID!, $basis: ResultBasis!) { node(id: $id) { ...Judged } }
  ${judged}
`;

async function read(id: string, basis: 'FOUND' | 'CORRECTED'): Promise<Data> {
  return (await user.run(query, { id, basis })).node;
}

async function alertsOf(status: string): Promise<string[]> {
  const text = `query ($filter: ShelfAlertFilter) { shelfAlerts(filter: $filter) { nodes { kind } } }`;
  const { shelfAlerts } = await user.run(text, { filter: { taskId, statuses: [status] } });
  return shelfAlerts.nodes.map(({ kind }: Data) => kind).sort();
}

test('compliance and gaps follow corrections on the basis CORRECTED, and only there', async () => {
  const id = await judge(sightline, user, { taskId }, [
    ...withoutJam(),
    ...sideBySide(null, null, null, null).slice(3),
  ]);
  const before = await read(id, 'FOUND');
  expect(before).toMatchObject({
    compliance: { basis: 'FOUND', score: 0.66667, positions: [{}, { status: 'MISSING' }, {}], unplanned: [{}] },
    gaps: [{ basis: 'FOUND', catalogItem: { id: jam }, catalogItemFrom: 'PLANOGRAM' }],
  });
  const unchanged = await read(id, 'CORRECTED');
  expect(unchanged).toEqual({
    ...before,
    compliance: { ...before.compliance, basis: 'CORRECTED' },
    gaps: before.gaps.map((gap: Data) => ({ ...gap, basis: 'CORRECTED' })),
  });
  const [added] = await correct(user, addJam(id), found(`${id}-2`, noProduct));
  expect(await read(id, 'CORRECTED')).toEqual({
    compliance: {
      ...{ basis: 'CORRECTED', score: 1, planogramVersion: 1, unplanned: [] },
      positions: [
        {
          status: 'FOUND',
          detections: [{ id: `${id}-0`, matchedBy: before.compliance.positions[0].detections[0].matchedBy }],
        },
        { status: 'FOUND', detections: [{ id: added!.id, matchedBy: 'CORRECTION' }] },
        {
          status: 'FOUND',
          detections: [{ id: `${id}-1`, matchedBy: before.compliance.positions[2].detections[0].matchedBy }],
        },
      ],
    },
    gaps: [],
    gapShare: 0,
  });
  expect(await read(id, 'FOUND')).toEqual(before);
});

test('a stream shows them as a request does', async () => {
  const id = await judge(sightline, user, { taskId }, withoutJam());
  await correct(user, addJam(id));
  const subscription = /* GraphQL */ `
    subscription ($id: ID!, $basis: ResultBasis!) {
      analysisEvents(filter: { ids: [$id] }) { ... on AnalysisStatusChanged { analysis { ...Judged } } }
    }
    ${judged}
  `;
  const [{ analysis }] = await user.collect(subscription, { id, basis: 'CORRECTED' });
  expect(analysis).toMatchObject({ compliance: { score: 1 }, gapShare: 0 });
  expect(analysis).toEqual(await read(id, 'CORRECTED'));
});

test('there is none where there was none', async () => {
  const plain = await createTask(user);
  const id = await judge(sightline, user, { taskId: plain }, withoutJam());
  await correct(user, addJam(id));
  await createPlanogram(user, { taskId: plain, content: shelfOf('tea') });
  expect(await read(id, 'CORRECTED')).toEqual({ compliance: null, gaps: null, gapShare: null });
});

test('a correction is judged by the version that the result was judged by', async () => {
  const id = await judge(sightline, user, { taskId }, withoutJam());
  await correct(user, addJam(id));
  const { planograms } = await user.run(`{ planograms(filter: { taskId: "${taskId}" }) { nodes { id } } }`);
  await user.run(
    'mutation ($input: UpdatePlanogramInput!) { updatePlanogram(input: $input) { ... on Planogram { id } } }',
    { input: { id: planograms.nodes[0].id, content: shelfOf('soda') } },
  );
  expect(await read(id, 'CORRECTED')).toMatchObject({ compliance: { planogramVersion: 1, score: 1 } });
});

test('exports contain compliance and gaps on their basis', async () => {
  const id = await judge(sightline, user, { taskId }, withoutJam());
  const [added] = await correct(user, addJam(id));
  const read = async (basis: string) => {
    const [line] = (await exportAs(sightline, user, { format: 'JSONL', basis, filter: { taskId } }))
      .trimEnd()
      .split('\n');
    return JSON.parse(line!);
  };
  expect(await read('FOUND')).toMatchObject({ compliance: { positions: [{}, { status: 'MISSING' }, {}] }, gaps: [{}] });
  expect(await read('CORRECTED')).toMatchObject({
    compliance: { score: 1, positions: [{}, { status: 'FOUND', detectionIds: [added!.id] }, {}] },
    ...{ gaps: [], gapShare: 0 },
  });
  const rows = parseCsvObjects(
    await exportAs(sightline, user, { format: 'CSV', basis: 'CORRECTED', filter: { taskId } }),
  );
  expect(rows.map((row) => row.position_status)).toEqual(['FOUND', 'FOUND', 'FOUND']);
  expect(rows[0]).toMatchObject({ compliance_score: '1', basis: 'CORRECTED' });
});

const close = /* GraphQL */ `
  mutation ($id: ID!) {
    closeVisit(id: $id) {
      ... on Visit {
        status
        found: compliance { basis score }
        corrected: compliance(basis: CORRECTED) { basis score positions { detections { id } } }
      }
    }
  }
`;

describe('alerts', () => {
  test('of a visit go by the corrections that there are when it closes', async () => {
    const id = await judge(sightline, user, { taskId, visitId: `visit ${taskId}` }, withoutJam());
    const [added] = await correct(user, addJam(id));
    const { node } = await user.run('query ($id: ID!) { node(id: $id) { ... on Analysis { visit { id } } } }', { id });
    const { closeVisit } = await user.run(close, node.visit);
    expect(closeVisit).toMatchObject({
      status: 'CLOSED',
      found: [{ basis: 'FOUND', score: 0.66667 }],
      corrected: [{ basis: 'CORRECTED', score: 1, positions: [{}, { detections: [{ id: added!.id }] }, {}] }],
    });
    expect(await alertsOf('RAISED')).toEqual([]);
  });

  test('of an image that is run again go by the corrections of its earlier runs', async () => {
    const id = await judge(sightline, user, { taskId }, withoutJam());
    const kinds = ['GAP_SHARE_ABOVE', 'ITEM_MISSING'];
    expect(await alertsOf('RAISED')).toEqual(kinds);
    await correct(user, addJam(id));
    // A correction alone changes no alert.
    expect(await alertsOf('RAISED')).toEqual(kinds);
    const again = await rerun(user, id);
    await finish(sightline, [again], withoutJam());
    expect(await alertsOf('CLEARED')).toEqual(kinds);
    expect(await read(again, 'FOUND')).toMatchObject({ compliance: { score: 0.66667 } });
  });
});
