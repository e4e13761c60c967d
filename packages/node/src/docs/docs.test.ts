import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { checkConf } from '../conf/check-conf.ts';
import { Conf } from '../conf/conf.ts';
import { readConfText } from '../conf/conf-reader.ts';
import { boxSections } from '../node/box-sections.ts';
import { renderDocs } from './render-docs.ts';
import { settingsOf } from './setting.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const pages = renderDocs();

test.each(Object.keys(pages))('%s is what the code says; `npm run docs` writes it', (path) => {
  expect(readFileSync(join(root, path), 'utf8')).toBe(pages[path]);
});

test('every setting of the box says what it is', () => {
  const silent = boxSections.flatMap((section) =>
    settingsOf(section)
      .filter(({ meaning }) => meaning === '')
      .map(({ key }) => `[${section.name}] ${key}`),
  );
  expect(silent).toEqual([]);
});

test('the example can be used as it is, and with every default written out', () => {
  const example = pages['clustering.conf.example']!;
  const written = example.replaceAll(/^;(\S+=.+)$/gm, '$1');
  for (const text of [example, written]) {
    const { entries, sections, problems } = readConfText(text, 'clustering.conf.example');
    const conf = new Conf('clustering.conf.example', entries, [], sections);
    expect([...problems, ...checkConf(conf, boxSections)]).toEqual([]);
  }
});
