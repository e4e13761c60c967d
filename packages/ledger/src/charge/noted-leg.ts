import type { CdrParams } from '@tandem/messages';

/** One outgoing leg of a call as its story keeps it. */
export interface NotedLeg {
  readonly id: string;
  readonly driver: string;
  readonly address: string;
  readonly callto: string;
  readonly trunk: string | null;
  readonly attempt: number;
  /** How far it came: `answered`, `ringing` … */
  readonly status: string;
  /** Of its end; 0 while it lives. */
  readonly sipCode: number;
}

/** Legs kept of one call: a group that rings fifty phones tells no better story. */
const LEGS_MAX = 20;
/** Longer texts are cut: a story must not grow by what strangers send. */
const TEXT_CHARACTERS_MAX = 160;

/** Notes what a record says of an outgoing leg: the last word on each counts. */
export function noteLeg(legs: Map<string, NotedLeg>, params: CdrParams): void {
  const { chan: id, driver, attempt, status, sipCode } = params;
  if (legs.size >= LEGS_MAX && !legs.has(id)) return;
  const address = params.address.slice(0, TEXT_CHARACTERS_MAX);
  const callto = params.callto.slice(0, TEXT_CHARACTERS_MAX);
  const trunk = params.trunk ?? null;
  legs.set(id, { id, driver, address, callto, trunk, attempt, status, sipCode });
}
