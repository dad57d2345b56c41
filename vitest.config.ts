import { defineConfig } from 'vitest/config';

const shared = {
  environment: 'node' as const,
  globalSetup: ['test/support/global-setup.ts', 'test/support/pinned-models.ts'],
  testTimeout: 60_000,
  hookTimeout: 120_000,
  // Vitest's second is too short where the other process shares two cores with more of them.
  expect: { poll: { timeout: 10_000 } },
  pool: 'forks' as const,
};

// Vitest would load our own imports of graphql as ES module and those of packages as CommonJS: two copies, whose
// GraphQLErrors are strangers to each other. Plain Node loads one.
const resolve = { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] };

export default defineConfig({
  test: {
    projects: [
      { resolve, test: { ...shared, globalSetup: [], name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      { resolve, test: { ...shared, name: 'api', include: ['test/api/**/*.test.ts'] } },
      { resolve, test: { ...shared, name: 'browser', include: ['test/browser/**/*.test.ts'] } },
      {
        resolve,
        test: {
          ...shared,
          name: 'fuzz',
          include: ['test/fuzz/**/*.test.ts'],
          // A nightly run has ten times as many inputs; what hangs is found by each request's own limit.
          testTimeout: 3 * 3_600_000,
          fileParallelism: false,
        },
      },
      {
        resolve,
        test: {
          ...shared,
          name: 'chaos',
          include: ['test/chaos/**/*.test.ts'],
          fileParallelism: false,
        },
      },
      {
        resolve,
        test: {
          ...shared,
          name: 'slow',
          include: ['test/slow/**/*.test.ts'],
          testTimeout: 300_000,
          // Fault injection kills processes and loads full models: two of them at once on two cores starve each other.
          fileParallelism: false,
        },
      },
    ],
  },
});
