import {
  type Dialog,
  type DigestAnswer,
  type DigestClient,
  type HeaderLine,
  keep,
  type OutgoingInvite,
  type OutgoingInviteOptions,
  type OutgoingInviteUser,
  parseDeltaSeconds,
  type RequestFailure,
  type SipResponse,
} from '@tandem/sip-stack';
import type { LegHost } from '../leg/leg-host.ts';

/** The INVITE of a branch, as it is sent first. */
export type InviteAttemptOptions = OutgoingInviteOptions & {
  readonly headers: readonly HeaderLine[];
};

/** Hears what becomes of an attempt. */
export interface InviteAttemptUser extends OutgoingInviteUser {
  /** The peer has answered, and the INVITE goes out again within the same attempt. */
  onRepeated(): void;
}

/**
 * One attempt to reach a peer, over as many INVITEs as that takes: a challenge (401, 407) is
 * answered and a session timer too short (422, once) raised within it, with the same Call-ID and
 * From-tag and the next CSeq. The leg hears of one INVITE only.
 */
export class InviteAttempt implements OutgoingInviteUser {
  readonly #host: LegHost;
  readonly #options: InviteAttemptOptions;
  readonly #digest: DigestClient | undefined;
  readonly #leg: InviteAttemptUser;
  #invite: OutgoingInvite;
  #answer: DigestAnswer | undefined;
  #sessionSeconds: number;
  #minSeconds = 90;
  #isRaised = false;
  #isGivenUp = false;

  constructor(
    host: LegHost,
    options: InviteAttemptOptions,
    digest: DigestClient | undefined,
    leg: InviteAttemptUser,
  ) {
    this.#host = host;
    this.#options = options;
    this.#digest = digest;
    this.#leg = leg;
    this.#sessionSeconds = Math.round(host.settings.sessionExpires / 1_000);
    this.#minSeconds = Math.round(host.settings.minSessionExpires / 1_000);
    this.#invite = host.stack.sendInvite({ ...options, headers: this.#headers() }, this);
  }

  get callId(): string {
    return this.#invite.callId;
  }

  /** The INVITE that is under way now. */
  get invite(): OutgoingInvite {
    return this.#invite;
  }

  /** Gives it up; what still comes is told all the same. */
  cancel(headers: readonly HeaderLine[]): void {
    this.#isGivenUp = true;
    this.#invite.cancel({ headers });
  }

  /** What the peer says it is. */
  peerProduct(response: SipResponse): string | undefined {
    const product = response.get('Server') ?? response.get('User-Agent');
    return product === undefined ? undefined : keep(product.slice(0, 128));
  }

  /** @internal */
  onTrying(response: SipResponse): void {
    this.#leg.onTrying?.(response);
  }

  /** @internal */
  onProvisional(response: SipResponse, dialog: Dialog): void {
    this.#leg.onProvisional?.(response, dialog);
  }

  /** @internal */
  onAnswered(response: SipResponse, dialog: Dialog): void {
    this.#leg.onAnswered(response, dialog);
  }

  /** @internal */
  onRefused(response: SipResponse): void {
    if (!this.#isGivenUp && this.#mayRepeat(response)) this.#repeat();
    else this.#leg.onRefused(response);
  }

  /** @internal */
  onFailed(failure: RequestFailure): void {
    this.#leg.onFailed(failure);
  }

  #mayRepeat(response: SipResponse): boolean {
    if (response.status === 401 || response.status === 407) {
      const { uri, body } = this.#options;
      const request = { method: 'INVITE', uri, body: body?.content ?? '' };
      const outcome = this.#digest?.answerChallenges(response, request, this.#answer);
      if (outcome?.kind !== 'answered') return false;
      this.#answer = outcome.answer;
      return true;
    }
    const least = parseDeltaSeconds(response.get('Min-SE') ?? '');
    if (response.status !== 422 || this.#isRaised || least === undefined) return false;
    this.#isRaised = true;
    this.#minSeconds = least;
    this.#sessionSeconds = Math.max(this.#sessionSeconds, least);
    return true;
  }

  #repeat(): void {
    this.#leg.onRepeated();
    const { callId, localTag, sequence } = this.#invite;
    this.#invite = this.#host.stack.sendInvite(
      {
        ...this.#options,
        headers: this.#headers(),
        callId,
        localTag,
        sequence: sequence + 1,
      },
      this,
    );
  }

  #headers(): HeaderLine[] {
    const headers = [...this.#options.headers];
    if (this.#sessionSeconds > 0) {
      headers.push(['Session-Expires', String(this.#sessionSeconds)]);
      headers.push(['Min-SE', String(this.#minSeconds)]);
    }
    return [...headers, ...(this.#answer?.headers ?? [])];
  }
}
