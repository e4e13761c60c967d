import type { SectionDeclaration } from '../conf/section-declaration.ts';
import { type Setting, settingsOf } from './setting.ts';

/** Comments are wrapped at this column. */
const COLUMNS = 100;

const HEAD = [
  'Tandem: the settings of one node. Copy this file to clustering.conf and change what you need:',
  'every setting has a default, and a clustering.conf of Yate works as it is.',
  '',
  'A comment begins with ; at the start of a line. A value is taken as it stands, without quotes;',
  'a backslash at its end goes on in the next line. Spans are 250ms, 30s, 5m, 1h or 2d, a bare number',
  'means seconds; flags are yes or no; lists are separated by commas. Relative paths are seen',
  'from the directory in which the node is started. Unknown keys are errors: `tandem check`',
  'names each one with its line. The command line is stronger: --set section.key=value.',
  '',
  "Every plugin's section may also hold onFault=refuse (a fault of the plugin refuses the call, the",
  'default) or onFault=pass (the next handler is asked).',
];

/** The text of clustering.conf.example: the manual of the configuration, with every default. */
export function renderConfExample(declarations: readonly SectionDeclaration[]): string {
  const head = HEAD.map((line) => (line === '' ? ';' : `; ${line}`));
  return [...head, ...declarations.flatMap(renderSection), ''].join('\n');
}

function renderSection(declaration: SectionDeclaration): string[] {
  const { name, summary } = declaration;
  const settings = settingsOf(declaration).flatMap(renderSetting);
  return ['', '', `[${name}]`, ...comment(summary), ...settings];
}

function renderSetting({ key, type, meaning, byDefault }: Setting): string[] {
  return ['', ...comment(`${key}: ${type}: ${meaning}`), `;${key}=${byDefault}`];
}

function comment(text: string): string[] {
  const lines: string[] = [];
  let line = ';';
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = ';  ';
    }
    line += line === ';  ' ? word : ` ${word}`;
  }
  return [...lines, line];
}
