import type { Setup } from '../setup/setup.ts';
import type { Trunk } from '../setup/trunk.ts';
import { Registration, type RegistrationPorts, type RegistrationReport } from './registration.ts';

/** Registrations that are under way at once: a node that starts does not flood its carriers. */
const BUSY_MAX = 50;

/** All trunks that want to be registered, as this node sees them. */
export class Registrations {
  readonly #ports: RegistrationPorts;
  readonly #byTrunk = new Map<string, Registration>();
  #hasEnded = false;

  constructor(ports: RegistrationPorts) {
    this.#ports = ports;
  }

  /** Those that this node holds. */
  get reports(): readonly RegistrationReport[] {
    return [...this.#byTrunk.values()].flatMap(({ report }) => report ?? []);
  }

  /** The connection of that registration is closed. */
  lost(trunk: string): void {
    this.#byTrunk.get(trunk)?.lost();
  }

  /** Once a second: takes over what the set-up says, and does what is due. Waits for nothing. */
  tick(setup: Setup): void {
    if (this.#hasEnded) return;
    const wanted = new Map(
      setup.trunks.filter(isMeant).map((trunk) => [trunk.name, trunk] as const),
    );
    for (const [name, registration] of this.#byTrunk) {
      const trunk = wanted.get(name);
      if (trunk === undefined) {
        this.#byTrunk.delete(name);
        void this.#end(registration);
      } else registration.change(trunk);
    }
    for (const [name, trunk] of wanted) {
      if (!this.#byTrunk.has(name)) this.#byTrunk.set(name, new Registration(this.#ports, trunk));
    }
    let busy = 0;
    for (const registration of this.#byTrunk.values()) if (registration.isBusy) busy++;
    for (const registration of this.#byTrunk.values()) {
      if (busy >= BUSY_MAX) return;
      if (registration.isBusy) continue;
      void registration.step();
      busy++;
    }
  }

  /** Takes all of them back, as far as the carriers answer; nothing is registered any more. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    const all = [...this.#byTrunk.values()];
    this.#byTrunk.clear();
    await Promise.all(all.map((registration) => this.#end(registration)));
  }

  async #end(registration: Registration): Promise<void> {
    try {
      await registration.end();
    } catch (fault) {
      const text = fault instanceof Error ? fault.message : String(fault);
      this.#ports.log.warn('a trunk could not be deregistered', { fault: text });
    }
  }
}

function isMeant({ isActive, isRegistered }: Trunk): boolean {
  return isActive && isRegistered;
}
