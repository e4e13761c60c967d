import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    pool: 'forks',
    projects: [
      {
        extends: './vitest.shared.ts',
        test: {
          name: 'parts',
          include: [
            'packages/*/src/**/*.test.ts',
            'packages/*/web/src/**/*.test.ts',
            'test/**/*.test.ts',
          ],
          exclude: ['test/live/**', 'test/console/**', '**/node_modules/**'],
          maxWorkers: 2,
          // No module keeps state of its own, so files share one: imports are most of the time.
          isolate: false,
          // Some open real sockets and a real Postgres. Where nobody sits before it, a machine that
          // stood still gets a second try, which the report names; at a desk every failure counts.
          retry: process.env['CI'] === undefined ? 0 : 1,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: './vitest.shared.ts',
        test: {
          name: 'live',
          include: ['test/live/**/*.test.ts', 'test/console/**/*.test.ts'],
          // Real nodes, NATS, Postgres, SIPp and a browser share the machine: one story at a time, and a
          // second try, for their deadlines are those of the outside world.
          maxWorkers: 1,
          fileParallelism: false,
          retry: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
