import type { Verb } from '../cli/verb.ts';
import { applyVerb } from './apply.ts';
import { callsVerb } from './calls.ts';
import { checkVerb } from './check.ts';
import { databaseVerbs } from './database-verbs.ts';
import { demoVerb } from './demo.ts';
import { drainVerb } from './drain.ts';
import { featureVerbs } from './feature-verbs.ts';
import { handlersVerb } from './show-handlers.ts';
import { hangupVerb } from './hangup.ts';
import { migrateVerb } from './migrate.ts';
import { nodesVerb } from './nodes.ts';
import { planVerb } from './plan.ts';
import { pluginNewVerb } from './plugin-new.ts';
import { reloadVerb } from './reload.ts';
import { traceVerb } from './trace.ts';
import { startVerb } from './start.ts';

/** The verbs of bin/tandem, in the order of its help. */
export const boxVerbs: readonly Verb[] = [
  startVerb,
  demoVerb,
  checkVerb,
  nodesVerb,
  callsVerb,
  hangupVerb,
  traceVerb,
  handlersVerb,
  drainVerb,
  reloadVerb,
  planVerb,
  applyVerb,
  ...featureVerbs,
  ...databaseVerbs,
  migrateVerb,
  pluginNewVerb,
];
