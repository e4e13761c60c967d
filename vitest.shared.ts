import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['tandem-source', 'node', 'import', 'module', 'default'] },
  // Vitest hands these to Node itself: with `import` among them a library's own require() would
  // be given modules that it cannot use.
  ssr: { resolve: { conditions: ['tandem-source', 'node', 'default'] } },
  test: { testTimeout: 60_000, hookTimeout: 60_000 },
});
