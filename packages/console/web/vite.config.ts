import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** The pages of the console: built once, served by every node, nothing inline (the CSP forbids it). */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist-web',
    emptyOutDir: true,
    // Browsers of the last two years or so; uPlot and Preact run on all of them.
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    sourcemap: false,
  },
});
