import { paramText } from './param-text.ts';

/**
 * Fault codes that exist; every package adds its own by interface merging, with the same names
 * it gives to {@link defineFaults}:
 * `declare module '@tandem/engine' { interface FaultCodes { CLUSTER_NODE_UNREACHABLE: true } }`.
 */
export interface FaultCodes {
  BUS_HANDLER_FAULT: true;
  BUS_HANDLER_LATE: true;
  BUS_HANDLER_QUARANTINED: true;
  BUS_TOO_DEEP: true;
  BUS_NO_MESH: true;
  LANE_FULL: true;
  PLUGIN_SETUP_FAILED: true;
  PLUGIN_UNKNOWN: true;
  CONFIG_INVALID: true;
}

/** The name of one fault. */
export type FaultCode = keyof FaultCodes;

/** What one fault means, and what an operator does about it. Shown in ERRORS.md. */
export interface FaultDescription {
  readonly meaning: string;
  readonly remedy: string;
}

/** Declares a package's faults: the table that documentation and messages are made from. */
export function defineFaults<const C extends FaultCode>(
  faults: Record<C, FaultDescription>,
): Readonly<Record<C, FaultDescription>> {
  return Object.freeze(faults);
}

/**
 * The world failed: a fault with a documented code and the details that tell where.
 * Refusals are values and bugs are assertions; neither is one of these.
 */
export class TandemError extends Error {
  override readonly name = 'TandemError';

  constructor(
    readonly code: FaultCode,
    readonly details: Readonly<Record<string, unknown>> = {},
    options?: { cause?: unknown },
  ) {
    super(describe(code, details), options);
  }
}

/** Whether `value` is a {@link TandemError}, of that `code` if one is given. */
export function isFault(value: unknown, code?: FaultCode): value is TandemError {
  return value instanceof TandemError && (code === undefined || value.code === code);
}

/** The engine's own faults. */
export const engineFaults = defineFaults({
  BUS_HANDLER_FAULT: {
    meaning: 'A handler threw while it answered a message; the question is refused.',
    remedy: 'Mend the plugin named, or set `onFault = pass` in its section to let calls pass it.',
  },
  BUS_HANDLER_LATE: {
    meaning: 'A handler did not answer before its deadline; the question is refused.',
    remedy: 'Look at what the plugin named waits for; a longer `deadlineMs` is its own setting.',
  },
  BUS_HANDLER_QUARANTINED: {
    meaning: 'A handler failed several times in a row and is not asked for a while.',
    remedy: 'Mend the cause shown with the earlier faults; it is tried again by itself.',
  },
  BUS_TOO_DEEP: {
    meaning: 'Messages asked from inside handlers nest too deeply: handlers ask each other.',
    remedy: 'Let the handler named ask with `after:` its own priority, or not ask its own message.',
  },
  BUS_NO_MESH: {
    meaning: 'A message was sent to another node, and this node stands alone.',
    remedy: 'Set `[nats] servers` in clustering.conf.',
  },
  LANE_FULL: {
    meaning: 'More messages wait about one call than are allowed.',
    remedy: 'A handler of that call does not end; see its trail.',
  },
  PLUGIN_SETUP_FAILED: {
    meaning: 'A plugin threw while it was set up.',
    remedy: 'See the cause; at a reload the former set-up goes on serving.',
  },
  PLUGIN_UNKNOWN: {
    meaning: 'A plugin was named that is not installed.',
    remedy: 'Compare the name with `tandem handlers`.',
  },
  CONFIG_INVALID: {
    meaning: 'A section of the configuration does not fit its schema.',
    remedy: 'Each line of the message names section, key, what was expected and what was found.',
  },
});

function describe(code: string, details: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(details).map(
    ([key, value]) => `${key}=${value === null ? 'null' : paramText(value)}`,
  );
  return parts.length === 0 ? code : `${code} ${parts.join(' ')}`;
}
