import { generalConfig, parkConfig, prioritiesConfig } from '@tandem/cluster';
import { consoleConfig } from '@tandem/console';
import { ledgerConfig } from '@tandem/ledger';
import { natsConfig } from '@tandem/mesh';
import { registrarConfig } from '@tandem/registrar';
import { sipConfig, sipKeysForRestart } from '@tandem/sip';
import { switchConfig } from '@tandem/switch';
import { wholesaleConfig } from '@tandem/wholesale';
import { cdrFileConfig } from '../cdrfile/cdr-file-config.ts';
import type { SectionDeclaration } from '../conf/section-declaration.ts';
import { pluginsConfig } from '../plugins/plugins-config.ts';
import { databaseConfig } from './database-config.ts';

/** The sections of everything in the box, in the order of the example and the manual. */
export const boxSections: readonly SectionDeclaration[] = [
  {
    name: 'general',
    summary:
      "Clustering, with the keys, meanings and defaults of Yate's clustering.conf: what belongs to another node is handed to it.",
    schema: generalConfig,
    isPlugin: true,
    keysForRestart: ['nodename'],
  },
  {
    name: 'priorities',
    summary: "Where the handlers of clustering stand among the others: Yate's keys and numbers.",
    schema: prioritiesConfig,
    isPlugin: true,
    keysForRestart: [],
  },
  {
    name: 'nats',
    summary:
      'How the nodes of a cluster reach one another. Without servers this node stands alone.',
    schema: natsConfig,
    isPlugin: true,
    keysForRestart: 'all',
  },
  {
    name: 'database',
    summary:
      'Postgres: users, registrations, and all else that outlives a node. Without an address an embedded server is started, which the nodes of this machine share.',
    schema: databaseConfig,
    isPlugin: false,
    keysForRestart: 'all',
  },
  {
    name: 'sip',
    summary: 'SIP: where this node listens, and how it treats phones, carriers and strangers.',
    schema: sipConfig,
    isPlugin: true,
    keysForRestart: sipKeysForRestart,
  },
  {
    name: 'switch',
    summary: 'The calls themselves: how long things may take, and how many there may be.',
    schema: switchConfig,
    isPlugin: true,
    keysForRestart: [],
  },
  {
    name: 'park',
    summary: 'Orbits in which a call waits until somebody at any node takes it up.',
    schema: parkConfig,
    isPlugin: true,
    keysForRestart: [],
  },
  {
    name: 'registrar',
    summary: 'Users, and where their phones are: the same for all nodes of the cluster.',
    schema: registrarConfig,
    isPlugin: true,
    keysForRestart: ['realm'],
  },
  {
    name: 'wholesale',
    summary: 'Tenants, rates and carriers: who calls, what it costs, and which carriers are tried.',
    schema: wholesaleConfig,
    isPlugin: true,
    keysForRestart: [],
  },
  {
    name: 'ledger',
    summary: 'Money: calls admitted once, kept paid while they last, and charged exactly once.',
    schema: ledgerConfig,
    isPlugin: true,
    keysForRestart: ['admissionDeadline', 'deadAfter'],
  },
  {
    name: 'cdrfile',
    summary:
      'Records of calls, written to a file: one line per leg. A file moved away is made anew.',
    schema: cdrFileConfig,
    isPlugin: true,
    keysForRestart: [],
  },
  {
    name: 'console',
    summary: 'The HTTP API, the metrics and the console. Open without a token on loopback only.',
    schema: consoleConfig,
    isPlugin: true,
    keysForRestart: ['listen'],
  },
  {
    name: 'plugins',
    summary: 'Plugins beside those in the box; `tandem plugin new NAME` writes one to begin with.',
    schema: pluginsConfig,
    isPlugin: false,
    keysForRestart: 'all',
  },
];
