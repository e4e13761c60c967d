import type { SipResponse } from '../wire/sip-response.ts';
import { quote } from '../wire/quoted-string.ts';
import { textToWire, wireToText } from '../wire/wire-text.ts';
import { DIGEST_ALGORITHMS, type DigestAlgorithm } from './algorithm.ts';
import { authParam, parseAuthValues } from './auth-params.ts';
import { type DigestChallenge, parseChallenges } from './challenge.ts';
import { hashCredentials, responseHash } from './response-hash.ts';

/** Who we are to those that challenge us. */
export interface ClientCredentials {
  readonly username: string;
  readonly password: string;
}

/** The request that is repeated with credentials. */
export interface AnsweredRequest {
  readonly method: string;
  /** Request-URI as it will be sent. */
  readonly uri: string;
  /** Body as latin1 characters. */
  readonly body: string;
}

/** Header lines that answer challenges; handed back if the request with them is challenged again. */
export interface DigestAnswer {
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Who is answered by each of them, in the same order: header name and realm. */
  readonly challengers: readonly string[];
  /** Times each challenger was answered for this request. */
  readonly timesAnswered: ReadonlyMap<string, number>;
}

/** What became of challenges: an answer, or why there is none. */
export type AnswerOutcome =
  | { readonly kind: 'answered'; readonly answer: DigestAnswer }
  /** Our password is wrong, or they ask over and over. */
  | { readonly kind: 'rejected' }
  /** No challenge that can be read, or no algorithm and quality we have. */
  | { readonly kind: 'unsupported' };

interface Session {
  challenge: DigestChallenge;
  counter: number;
}

const SESSIONS_MAX = 16;
const HEADERS = [
  ['WWW-Authenticate', 'Authorization'],
  ['Proxy-Authenticate', 'Proxy-Authorization'],
] as const;

/**
 * The answering side of digest (RFC 3261 §22.2, RFC 7616 §3.4): one for each account. It keeps
 * the last challenge of each realm and counts its uses, so that later requests need no round of
 * their own; at most 16 realms, the oldest goes.
 */
export class DigestClient {
  readonly #credentials: ClientCredentials;
  readonly #random: (bytes: number) => Uint8Array;
  readonly #sessions = new Map<string, Session>();

  constructor(credentials: ClientCredentials, random: (bytes: number) => Uint8Array) {
    this.#credentials = credentials;
    this.#random = random;
  }

  /**
   * Answers every challenge of a 401 or 407, the strongest of each realm. `previous` is what the
   * refused request carried: a realm answered once is not answered again, unless it says
   * `stale=true`, and then once more.
   */
  answerChallenges(
    response: SipResponse,
    request: AnsweredRequest,
    previous?: DigestAnswer,
  ): AnswerOutcome {
    const timesAnswered = new Map(previous?.timesAnswered);
    const challengers = new Set(previous?.challengers);
    let isAnswered = false;
    for (const [asking, answering] of HEADERS) {
      for (const challenge of strongest(parseChallenges(response.getAll(asking)))) {
        const challenger = `${answering} ${challenge.realmText}`;
        const times = timesAnswered.get(challenger) ?? 0;
        if (times > (challenge.isStale ? 1 : 0)) return { kind: 'rejected' };
        timesAnswered.set(challenger, times + 1);
        challengers.add(challenger);
        this.#remember(challenger, challenge);
        isAnswered = true;
      }
    }
    if (!isAnswered) return { kind: 'unsupported' };
    // Those answered before are answered anew: the same counter twice would look like a replay.
    return { kind: 'answered', answer: this.#answerAll(challengers, request, timesAnswered) };
  }

  /**
   * Credentials for a request not yet challenged, from the challenges last seen; undefined where
   * there are none. They count as no answer: a nonce grown old costs one more round.
   */
  preempt(request: AnsweredRequest): DigestAnswer | undefined {
    if (this.#sessions.size === 0) return undefined;
    return this.#answerAll(this.#sessions.keys(), request, new Map());
  }

  /** Takes the next nonce from an accepted request's Authentication-Info (RFC 7616 §3.5). */
  noteAccepted(response: SipResponse): void {
    const info = response.get('Authentication-Info');
    if (info === undefined) return;
    const [value] = parseAuthValues(`Digest ${info}`);
    const nextNonce = value === undefined ? undefined : authParam(value, 'nextnonce');
    const sessions = [...this.#sessions].filter(([id]) => id.startsWith('Authorization '));
    const [only] = sessions;
    // It names no realm; with several it cannot be told whose it is.
    if (nextNonce === undefined || only === undefined || sessions.length > 1) return;
    this.#remember(only[0], { ...only[1].challenge, nonce: nextNonce });
  }

  #answerAll(
    challengers: Iterable<string>,
    request: AnsweredRequest,
    timesAnswered: ReadonlyMap<string, number>,
  ): DigestAnswer {
    const answered: string[] = [];
    const headers: [string, string][] = [];
    for (const challenger of challengers) {
      const session = this.#sessions.get(challenger);
      if (session === undefined) continue;
      answered.push(challenger);
      headers.push([challenger.slice(0, challenger.indexOf(' ')), this.#answer(session, request)]);
    }
    return { headers, challengers: answered, timesAnswered };
  }

  #remember(challenger: string, challenge: DigestChallenge): void {
    const former = this.#sessions.get(challenger);
    // Some ask with the same nonce again; its counter goes on.
    const counter = former?.challenge.nonce === challenge.nonce ? former.counter : 0;
    this.#sessions.delete(challenger);
    this.#sessions.set(challenger, { challenge, counter });
    if (this.#sessions.size > SESSIONS_MAX) {
      const [oldest] = this.#sessions.keys();
      if (oldest !== undefined) this.#sessions.delete(oldest);
    }
  }

  #answer(session: Session, request: AnsweredRequest): string {
    const { challenge } = session;
    const { username, password } = this.#credentials;
    const qop = chooseQop(challenge);
    session.counter++;
    const nc = session.counter.toString(16).padStart(8, '0');
    const cnonce = Buffer.from(this.#random(12)).toString('hex');
    const realm = wireToText(challenge.realmText);
    const ha1 = hashCredentials(challenge.named.algorithm, username, realm, password);
    const response = responseHash({
      ...request,
      ha1,
      named: challenge.named,
      nonce: challenge.nonce,
      qop,
      nc,
      cnonce,
    });
    const fields = [
      `username=${quote(textToWire(username))}`,
      `realm="${challenge.realmText}"`,
      `nonce="${challenge.nonce}"`,
      `uri="${request.uri}"`,
      `response="${response}"`,
    ];
    if (challenge.algorithmText !== undefined) fields.push(`algorithm=${challenge.algorithmText}`);
    if (challenge.opaque !== undefined) fields.push(`opaque="${challenge.opaque}"`);
    if (qop !== undefined) fields.push(`qop=${qop}`, `nc=${nc}`);
    if (qop !== undefined || challenge.named.isSession) fields.push(`cnonce="${cnonce}"`);
    return `Digest ${fields.join(', ')}`;
  }
}

// One challenge for each realm: the strongest algorithm whose quality we have.
function strongest(challenges: readonly DigestChallenge[]): Iterable<DigestChallenge> {
  const byRealm = new Map<string, DigestChallenge>();
  for (const challenge of challenges) {
    if (challenge.qop.length > 0 && chooseQop(challenge) === undefined) continue;
    const chosen = byRealm.get(challenge.realm);
    if (chosen === undefined || rank(challenge) < rank(chosen)) {
      byRealm.set(challenge.realm, challenge);
    }
  }
  return byRealm.values();
}

function rank(challenge: DigestChallenge): number {
  const algorithm: DigestAlgorithm = challenge.named.algorithm;
  return DIGEST_ALGORITHMS.indexOf(algorithm);
}

function chooseQop(challenge: DigestChallenge): 'auth' | 'auth-int' | undefined {
  if (challenge.qop.includes('auth')) return 'auth';
  return challenge.qop.includes('auth-int') ? 'auth-int' : undefined;
}
