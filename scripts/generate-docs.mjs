// Writes what is made from the code: clustering.conf.example and the pages CONFIG, MESSAGES and
// ERRORS of docs/. `npm run docs` builds first; a test compares the files with the code.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderDocs } from '@tandem/node';

const root = fileURLToPath(new URL('..', import.meta.url));
for (const [path, text] of Object.entries(renderDocs())) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  console.log(`wrote ${path}`);
}
