import { randomBytes } from 'node:crypto';
import type { Clock } from '@tandem/engine';
import {
  contactExpiresSeconds,
  DigestServer,
  findCredentials,
  hashCredentials,
  type IncomingRequest,
  parseDeltaSeconds,
  type SipRequest,
} from '@tandem/sip-stack';
import type { Phone } from './phone.ts';

const REALM = 'carrier.example';

/** How a carrier's registrar behaves. */
export interface CarrierRegistrarOptions {
  readonly username?: string;
  readonly password?: string;
  /** Shortest life it grants, seconds; less is answered with 423. */
  readonly minExpiresSeconds?: number;
  /** Longest life it grants, seconds; more is cut. */
  readonly maxExpiresSeconds?: number;
}

/** One contact as it keeps it. */
export interface CarrierContact {
  readonly uri: string;
  /** The whole header value, as the 200 repeats it. */
  readonly text: string;
  readonly expiresSeconds: number;
  readonly untilMs: number;
}

/**
 * The registrar of a carrier, at the address of a phone: asks for a password, keeps contacts by
 * URI and lists them in its 200 (RFC 3261 §10.3); answers OPTIONS.
 */
export class CarrierRegistrar {
  /** Every REGISTER that came, challenged ones too. */
  readonly requests: SipRequest[] = [];
  /** Statuses that were answered, in the same order. */
  readonly answers: number[] = [];
  /** Makes another answer than the usual one to any request; undefined: the usual one. */
  instead: (request: IncomingRequest) => boolean = () => false;
  readonly #contacts = new Map<string, CarrierContact>();
  readonly #clock: Clock;
  readonly #options: CarrierRegistrarOptions;
  readonly #digest: DigestServer;

  constructor(phone: Phone, clock: Clock, options: CarrierRegistrarOptions = {}) {
    this.#clock = clock;
    this.#options = options;
    this.#digest = new DigestServer({
      node: 'carrier',
      secret: randomBytes(32),
      random: randomBytes,
      now: () => clock.now(),
      algorithms: ['MD5'],
    });
    const { user } = phone.stack;
    phone.stack.user = {
      onInvite: (invite) => user?.onInvite(invite),
      onRequest: (request) => this.#hear(request),
    };
  }

  /** Contacts that stand now. */
  get contacts(): readonly CarrierContact[] {
    const nowMs = this.#clock.monotonicMs();
    return [...this.#contacts.values()].filter(({ untilMs }) => untilMs > nowMs);
  }

  #hear(incoming: IncomingRequest): void {
    const isRegister = incoming.method === 'REGISTER';
    if (isRegister) this.requests.push(incoming.request);
    if (this.instead(incoming)) return;
    if (isRegister) this.#register(incoming);
    else incoming.respond(incoming.method === 'OPTIONS' ? 200 : 405);
  }

  #register(incoming: IncomingRequest): void {
    const { request } = incoming;
    const { minExpiresSeconds = 0, maxExpiresSeconds = 86_400 } = this.#options;
    if (!this.#passes(request)) {
      const [value = ''] = this.#digest.challenges(REALM);
      return this.#answer(incoming, 401, [['WWW-Authenticate', value]]);
    }
    const { contacts } = request;
    const overall = parseDeltaSeconds(request.get('Expires') ?? '') ?? 3_600;
    for (const contact of contacts === undefined || contacts === '*' ? [] : contacts) {
      const asked = contactExpiresSeconds(contact) ?? overall;
      if (asked > 0 && asked < minExpiresSeconds) {
        return this.#answer(incoming, 423, [['Min-Expires', String(minExpiresSeconds)]]);
      }
      const expiresSeconds = Math.min(asked, maxExpiresSeconds);
      const uri = contact.uriText;
      const text = contact.text.replace(/;expires=\d+/, '');
      const untilMs = this.#clock.monotonicMs() + expiresSeconds * 1_000;
      if (asked === 0) this.#contacts.delete(uri);
      else this.#contacts.set(uri, { uri, text, expiresSeconds, untilMs });
    }
    const listed = this.contacts.map(({ text, expiresSeconds }) => {
      return ['Contact', `${text};expires=${expiresSeconds}`] as const;
    });
    return this.#answer(incoming, 200, listed);
  }

  #answer(
    incoming: IncomingRequest,
    status: number,
    headers: readonly (readonly [string, string])[],
  ): void {
    this.answers.push(status);
    incoming.respond(status, { headers });
  }

  #passes(request: SipRequest): boolean {
    const { username = 'acme', password = 'secret' } = this.#options;
    const credentials = findCredentials(request.getAll('Authorization'), REALM);
    const hashes = { MD5: hashCredentials('MD5', username, REALM, password) };
    const verdict = credentials && this.#digest.verify(credentials, request, hashes);
    return verdict?.kind === 'accepted';
  }
}
