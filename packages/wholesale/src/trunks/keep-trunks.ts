import type { Scope } from '@tandem/engine';
import { describeRefusal, isRefusal } from '@tandem/messages';
import type { CarrierDesk } from '../carriers/carrier-desk.ts';
import type { Draw } from '../routing/weighted-draw.ts';
import { Probes } from './probes.ts';
import { Registrations } from './registrations.ts';
import { toRegistered } from './registration.ts';
import { placeOf } from './trunk-place.ts';

/** A peer that says nothing for so long does not answer, ms. */
const PROBE_TIMEOUT_MS = 5_000;

/** What trunks are kept with. */
export interface TrunkKeeping {
  readonly desk: CarrierDesk;
  readonly draw: Draw;
  readonly isAccepting: () => boolean;
}

/** Registrations and probes of this node; both outlive a reload. */
export function keepTrunks(
  scope: Scope,
  { desk, draw, isAccepting }: TrunkKeeping,
): { readonly registrations: Registrations; readonly probes: Probes } {
  const { bus, clock, log, node } = scope;
  const registrations = scope.keep(
    'registrations',
    () =>
      new Registrations({
        clock,
        log,
        draw,
        isAccepting,
        isOwner: async (trunk) => {
          // Without a cluster nobody else can have it.
          if (bus.handlersOf('cluster.locate').length === 0) return true;
          const question = { callto: `trunk/${trunk}`, nodename: node, username: '' };
          const owner = await bus.ask('cluster.locate', { ...question, allocate: isAccepting() });
          return owner !== undefined && 'node' in owner && owner.node === node
            ? owner.isServing === true
            : false;
        },
        release: async (trunk) =>
          void (await bus.ask('cluster.release', { callto: `trunk/${trunk}` })),
        register: async (trunk, expiresSeconds) => {
          const { username, password } = trunk;
          const secret = password === '' ? {} : { password };
          const params = { ...placeOf(trunk), username, ...secret, expiresSeconds };
          return toRegistered(await bus.ask('trunk.register', params));
        },
      }),
    async (kept) => await kept.end(),
  );
  const probes = scope.keep(
    'probes',
    () =>
      new Probes({
        desk,
        clock,
        log,
        send: async (trunk) => {
          const params = { ...placeOf(trunk), timeoutMs: PROBE_TIMEOUT_MS };
          const answer = await bus.ask('trunk.probe', params);
          if (answer === undefined)
            return { status: 503, phrase: 'no driver for it', durationMs: 0 };
          if (!isRefusal(answer)) return answer;
          const { status } = describeRefusal(answer);
          return { status, phrase: answer.detail, durationMs: 0 };
        },
      }),
  );
  return { registrations, probes };
}
