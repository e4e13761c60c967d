import { consoleEvents, consoleListen } from '@tandem/console';
import { vocabulary } from '@tandem/messages';
import { faultTables } from '../fault-tables.ts';
import { nodeDrain } from '../messages/node-drain.ts';
import { nodeReload } from '../messages/node-reload.ts';
import { boxSections } from '../node/box-sections.ts';
import { renderConfExample } from './conf-example.ts';
import { renderConfigPage } from './config-page.ts';
import { renderErrorsPage } from './errors-page.ts';
import { renderMessagesPage } from './messages-page.ts';

/** Every generated file of the project by its path from the root, and its text. */
export function renderDocs(): Readonly<Record<string, string>> {
  return {
    'clustering.conf.example': renderConfExample(boxSections),
    'docs/CONFIG.md': renderConfigPage(boxSections),
    'docs/MESSAGES.md': renderMessagesPage([
      ...vocabulary,
      nodeDrain,
      nodeReload,
      consoleListen,
      consoleEvents,
    ]),
    'docs/ERRORS.md': renderErrorsPage(faultTables),
  };
}
