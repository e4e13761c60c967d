import { createHash } from 'node:crypto';
import type { Clock } from '@tandem/engine';
import type { TrunkRegisterParams } from '@tandem/messages';
import { type Flow, keep, type SipRequest, type SipStack } from '@tandem/sip-stack';
import { accountOf, TrunkLine } from './trunk-line.ts';

/** Lines that one node may have; trunks beyond it are not registered. */
const LINES_MAX = 10_000;

/** What lines are made with. */
export interface TrunkLinesParts {
  readonly stack: SipStack;
  readonly clock: Clock;
  readonly random: (bytes: number) => Uint8Array;
  /** One per cluster: part of what names a trunk's instance. */
  readonly realm: string;
}

/** The registrations of trunks that this node holds, or held not long ago. */
export class TrunkLines {
  readonly #parts: TrunkLinesParts;
  readonly #byTrunk = new Map<string, TrunkLine>();
  readonly #byToken = new Map<string, TrunkLine>();

  constructor(parts: TrunkLinesParts) {
    this.#parts = parts;
  }

  /** Lines there are. */
  get size(): number {
    return this.#byToken.size;
  }

  /** The line of a trunk, made at its first REGISTER; undefined where there are too many. */
  lineFor(params: TrunkRegisterParams): TrunkLine | undefined {
    const known = this.#byTrunk.get(params.trunk);
    if (known?.account === accountOf(params)) return known;
    this.#prune();
    if (this.#byToken.size >= LINES_MAX) return undefined;
    const { stack, random, realm } = this.#parts;
    const line = new TrunkLine({
      params,
      stack,
      random,
      instance: instanceOf(realm, params.trunk),
    });
    this.#byTrunk.set(params.trunk, line);
    this.#byToken.set(line.token, line);
    return line;
  }

  /** The line that a request came by: to its contact, or to its user from its registrar. */
  find(request: SipRequest, { remoteAddress }: Flow): TrunkLine | undefined {
    if (this.#byToken.size === 0) return undefined;
    const { requestUri } = request;
    if (requestUri?.kind !== 'sip') return undefined;
    const token = requestUri.params.get('line');
    const line =
      token === undefined
        ? this.#atRegistrar(requestUri.user, remoteAddress)
        : this.#byToken.get(token);
    return line !== undefined && this.#isStanding(line) ? line : undefined;
  }

  /** Trunks that were registered over a connection which is closed now. */
  over(flow: Flow): readonly string[] {
    if (this.#byToken.size === 0) return [];
    const lines = [...this.#byTrunk.values()];
    return lines
      .filter((line) => line.flow === flow && this.#isStanding(line))
      .map(({ trunk }) => trunk);
  }

  /** Whether a registrar that we are registered with answers from that address. */
  hasRegistrar(address: string): boolean {
    for (const line of this.#byTrunk.values()) {
      if (line.registrar === address && this.#isStanding(line)) return true;
    }
    return false;
  }

  // Some registrars send the user of the contact and drop the parameters that came with it.
  #atRegistrar(user: string | undefined, address: string): TrunkLine | undefined {
    if (user === undefined) return undefined;
    for (const line of this.#byTrunk.values()) {
      if (line.user === user && line.registrar === address) return line;
    }
    return undefined;
  }

  #isStanding(line: TrunkLine): boolean {
    return line.untilMs > this.#parts.clock.monotonicMs();
  }

  #prune(): void {
    for (const [token, line] of this.#byToken) {
      if (this.#isStanding(line)) continue;
      this.#byToken.delete(token);
      if (this.#byTrunk.get(line.trunk) === line) this.#byTrunk.delete(line.trunk);
    }
  }
}

/**
 * The instance under which every node of the cluster registers a trunk, so that a node that takes
 * it over can tell the contact of the one before it (RFC 5626 §4.1; RFC 9562 §5.8).
 */
export function instanceOf(realm: string, trunk: string): string {
  const hash = createHash('sha256').update(`tandem/${realm}/${trunk}`).digest('hex');
  const variant = ((Number.parseInt(hash[16] ?? '0', 16) & 0x3) | 0x8).toString(16);
  const groups = [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `${variant}${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ];
  return keep(`<urn:uuid:${groups.join('-')}>`);
}
