import type { MessageDeclaration } from '@tandem/messages';
import { cell } from './markdown-cell.ts';

/** What the page needs of a declaration, whatever message it is of. */
export type DocumentedMessage = Pick<
  MessageDeclaration,
  'name' | 'summary' | 'sentBy' | 'heardBy'
> & { readonly kind: string; readonly sample: object };

const HEAD = `# Messages

Generated from the vocabulary by \`npm run docs\`. What is said on the bus, in the order of a call's life.

- **ask**: handlers in priority order, lowest number first; the first answer ends it.
- **tell**: everyone hears it in priority order and sees the changes of those before; nobody can stop it.
- **gather**: every answer of this node, or of all nodes.

A plugin joins with \`scope.handle('call.route', { priority: 55 }, …)\`; \`tandem handlers call.route\` prints who is asked
on a running node, in order. The samples show params as they look in a real call.
`;

/** The text of docs/MESSAGES.md. */
export function renderMessagesPage(messages: readonly DocumentedMessage[]): string {
  const rows = messages.map(
    ({ name, kind, summary }) =>
      `| [\`${name}\`](#${name.replaceAll('.', '')}) | ${kind} | ${cell(summary)} |`,
  );
  const list = ['| message | kind | what it says |', '|---|---|---|', ...rows, ''].join('\n');
  return [HEAD, list, ...messages.map(renderMessage)].join('\n');
}

function renderMessage(message: DocumentedMessage): string {
  const { name, kind, summary, sentBy, heardBy, sample } = message;
  const params = JSON.stringify(sample, undefined, 2);
  return [
    `## ${name}`,
    '',
    `**${kind}** · ${summary}`,
    '',
    `- sent by: ${sentBy}`,
    `- heard by: ${heardBy}`,
    ...(params === '{}' ? [] : ['', '```json', params, '```']),
    '',
  ].join('\n');
}
