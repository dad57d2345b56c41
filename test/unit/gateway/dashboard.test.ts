import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { createDashboardRoutes } from '../../../src/gateway/http/dashboard.ts';
import type { Resources } from '../../../src/resources.ts';

test('a dashboard that has not been built is not served, and hinders nothing', () => {
  expect(createDashboardRoutes({} as Resources, tmpdir())).toBeNull();
});
