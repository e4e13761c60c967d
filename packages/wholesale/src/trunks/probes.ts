import type { Clock, Log } from '@tandem/engine';
import type { TrunkProbed } from '@tandem/messages';
import type { CarrierDesk } from '../carriers/carrier-desk.ts';
import type { Setup } from '../setup/setup.ts';
import type { Trunk } from '../setup/trunk.ts';
import type { Probe } from './probe.ts';

/** Probes that are begun in one second at most. */
const BEGUN_MAX = 500;

/** What probing works with. */
export interface ProbesParts {
  readonly desk: CarrierDesk;
  readonly clock: Clock;
  readonly log: Log;
  /** Sends the OPTIONS. */
  readonly send: (trunk: Trunk) => Promise<TrunkProbed>;
}

/** Looks after the peers of trunks by OPTIONS, each in its own time; their carriers keep what it said. */
export class Probes {
  readonly #parts: ProbesParts;
  readonly #probed = new Set<string>();

  constructor(parts: ProbesParts) {
    this.#parts = parts;
  }

  /** Once a second: begins what is due, and forgets what is no longer wanted. Waits for nothing. */
  tick(setup: Setup): void {
    const { desk, clock } = this.#parts;
    const wanted = setup.trunks.filter(isMeant);
    const names = new Set(wanted.map(({ name }) => name));
    for (const name of this.#probed) {
      if (names.has(name)) continue;
      desk.carriers.get(name)?.probe.forget();
      this.#probed.delete(name);
    }
    let begun = 0;
    for (const trunk of wanted) {
      if (begun >= BEGUN_MAX) return;
      this.#probed.add(trunk.name);
      const { probe } = desk.carrierOf(trunk.name);
      if (!probe.begin(clock.monotonicMs())) continue;
      begun++;
      void this.#look(trunk, probe);
    }
  }

  async #look(trunk: Trunk, probe: Probe): Promise<void> {
    const { clock, log, send } = this.#parts;
    let answer: TrunkProbed;
    try {
      answer = await send(trunk);
    } catch (fault) {
      const phrase = fault instanceof Error ? fault.message : String(fault);
      answer = { status: 503, phrase, durationMs: 0 };
    }
    const isNew = probe.heard(answer, trunk.probeSeconds * 1_000, clock.monotonicMs());
    if (!isNew) return;
    const { status, phrase } = answer;
    if (probe.report.state === 'down') {
      log.warn('a trunk does not answer OPTIONS', { trunk: trunk.name, status, phrase });
    } else log.info('a trunk answers OPTIONS', { trunk: trunk.name, status });
  }
}

function isMeant({ isActive, isOutbound, probeSeconds }: Trunk): boolean {
  return isActive && isOutbound && probeSeconds > 0;
}
