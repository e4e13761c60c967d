import type { Setup } from '../setup/setup.ts';
import type { Trunk } from '../setup/trunk.ts';
import { Registration, type RegistrationPorts, type RegistrationReport } from './registration.ts';

/** REGISTERs that are under way at once: a node that starts does not flood its carriers. */
const UNDER_WAY_MAX = 100;

/** All trunks that want to be registered, as this node sees them. */
export class Registrations {
  readonly #ports: RegistrationPorts;
  readonly #byTrunk = new Map<string, Registration>();
  #hasEnded = false;

  #underWay = 0;

  constructor(ports: Omit<RegistrationPorts, 'mayRegister'>) {
    this.#ports = {
      ...ports,
      mayRegister: () => this.#underWay < UNDER_WAY_MAX,
      register: async (trunk, expiresSeconds) => {
        this.#underWay++;
        try {
          return await ports.register(trunk, expiresSeconds);
        } finally {
          this.#underWay--;
        }
      },
    };
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
    for (const registration of this.#byTrunk.values()) void registration.step();
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
