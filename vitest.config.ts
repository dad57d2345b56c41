import { defineConfig } from 'vitest/config';

const shared = {
  environment: 'node' as const,
  globalSetup: ['test/support/global-setup.ts'],
  testTimeout: 60_000,
  hookTimeout: 120_000,
  pool: 'forks' as const,
};

export default defineConfig({
  test: {
    projects: [
      { test: { ...shared, globalSetup: [], name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      { test: { ...shared, name: 'api', include: ['test/api/**/*.test.ts'] } },
      {
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
