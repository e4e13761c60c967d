import type { SectionDeclaration } from '../conf/section-declaration.ts';
import { cell } from './markdown-cell.ts';
import { settingsOf } from './setting.ts';

const HEAD = `# Configuration

Generated from the schemas by \`npm run docs\`. One file, \`clustering.conf\`, read by \`tandem start\`
and by every verb; \`clustering.conf.example\` holds the same as comments to copy from.

- \`;\` begins a comment at the start of a line. A value is taken as it stands: no quotes, no escapes.
  A backslash at the end of a line goes on in the next one.
- *span*: \`250ms\`, \`30s\`, \`5m\`, \`1h\`, \`2d\`; a bare number means seconds. *flag*: \`yes\` or \`no\`, in any of
  Yate's words. *list*: separated by commas; a key may also be repeated.
- Relative paths are seen from the directory in which the node is started.
- Unknown sections and keys are errors, with a guess at what was meant. \`tandem check\` names every
  problem with file, line, section and key, and exits 2.
- The command line is stronger than the file: \`--set section.key=value\` (split at the first dot), \`--node\`.
- \`SIGHUP\` or \`tandem reload\` reads the file again: everything is checked first, then what changed is
  swapped plugin by plugin. Keys marked *start* are read at the start of the node only.
- Every plugin's section may also hold \`onFault = refuse | pass\`: what a fault of the plugin does to a call.
`;

/** The text of docs/CONFIG.md. */
export function renderConfigPage(declarations: readonly SectionDeclaration[]): string {
  return [HEAD, ...declarations.map(renderSection)].join('\n');
}

function renderSection(declaration: SectionDeclaration): string {
  const { name, summary, keysForRestart } = declaration;
  const rows = settingsOf(declaration).map(({ key, type, meaning, byDefault }) => {
    const isFixed = keysForRestart === 'all' || keysForRestart.includes(key);
    const shown = byDefault === '' ? '' : `\`${byDefault}\``;
    return `| \`${key}\` | ${type} | ${shown} | ${cell(meaning)}${isFixed ? ' *start*' : ''} |`;
  });
  const table =
    rows.length === 0
      ? []
      : ['', '| key | type | default | meaning |', '|---|---|---|---|', ...rows];
  return [`## [${name}]`, '', summary, ...table, ''].join('\n');
}
