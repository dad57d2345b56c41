import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addProjectModels } from '../../support/pinned-models.ts';
import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import { createUser, type User } from '../../support/user.ts';

/** A server whose models folder has no pipeline that gives pictures labels. */
let folder: string;
let sightline: TestSightline;
let user: User;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-models-'));
  await addProjectModels(folder, ['classify.json', 'wildlife.json']);
  sightline = await startTestSightline({ env: { MODELS_DIR: folder } });
  user = createUser(sightline);
});
afterAll(async () => {
  await user?.close();
  await sightline?.close();
  await rm(folder, { recursive: true, force: true });
});

test.each(['CLASSIFICATION', 'FILTER'])('a %s task is refused where nothing runs it', async (type) => {
  const { createTask } = await user.run(
    /* GraphQL */ `mutation ($input: CreateTaskInput!) {
      createTask(input: $input) { __typename ... on ValidationError { issues { path message } } }
    }`,
    { input: { name: 'Task', type, ...(type === 'FILTER' && { acceptGroups: ['food'] }) } },
  );
  expect(createTask).toMatchObject({
    __typename: 'ValidationError',
    issues: [{ path: ['type'], message: `type is ${type}, which no pipeline of this server can run. Use DETECTION.` }],
  });
});
