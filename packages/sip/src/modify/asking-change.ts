import type { Body, ModifyEvent } from '@tandem/messages';
import type { DigestAnswer, HeaderLine, OutgoingInvite, SipResponse } from '@tandem/sip-stack';
import { bodyHeaders, toSipBody } from '../headers/body-parts.ts';
import { sendInDialog, withHeaders } from '../session/in-dialog-request.ts';
import type { SessionLink } from '../session/session-link.ts';

/** What became of a change that we asked the peer for. */
export interface AskingChangeUser {
  /** 2xx; where the peer made the offer its ACK is still owed. */
  onAccepted(change: AskingChange, response: SipResponse): void;
  /** 3xx–6xx but challenges: the session stays as it was. */
  onRefused(change: AskingChange, response: SipResponse): void;
  /** Nobody answered. */
  onSilence(change: AskingChange): void;
}

/** What is asked, and for whom; without an event it is for ourselves (a refresh, a putting back). */
export interface AskedOfPeer {
  readonly method: 'INVITE' | 'UPDATE';
  readonly body: Body | undefined;
  readonly headers: readonly HeaderLine[];
  readonly event: ModifyEvent | undefined;
}

/**
 * A change that we ask the peer for: one re-INVITE or UPDATE, from its sending to its ACK. A
 * challenge is answered within it.
 */
export class AskingChange {
  isCalledOff = false;
  #invite: OutgoingInvite | undefined;

  constructor(
    readonly link: SessionLink,
    readonly asked: AskedOfPeer,
    readonly user: AskingChangeUser,
  ) {}

  get id(): string | undefined {
    return this.asked.event?.modifyId;
  }

  /** Whether the peer makes the offer, in its 2xx. */
  get isOfferless(): boolean {
    return this.asked.method === 'INVITE' && this.asked.body === undefined;
  }

  /** Sends it. */
  start(): void {
    if (this.asked.method === 'INVITE')
      this.#sendInvite(this.link.digest?.preempt(this.#describe()));
    else this.#sendUpdate();
  }

  /** Calls it off; a 2xx may come all the same. */
  callOff(): void {
    this.isCalledOff = true;
    this.#invite?.cancel();
  }

  /** Acknowledges the 2xx, with the answer to the peer's offer. */
  acknowledge(answer: Body | undefined): void {
    this.#invite?.ack({ headers: bodyHeaders(answer), ...toSipBody(answer) });
  }

  #sendInvite(answer: DigestAnswer | undefined): void {
    this.#invite = this.link.dialog.sendInvite(this.#content(answer), {
      onAnswered: (response) => {
        this.link.heard();
        this.user.onAccepted(this, response);
      },
      onRefused: (response) => {
        this.link.heard();
        if (!this.#answerChallenge(response, answer)) this.user.onRefused(this, response);
      },
      onFailed: () => this.user.onSilence(this),
    });
  }

  #sendUpdate(): void {
    const { dialog, digest } = this.link;
    sendInDialog(
      dialog,
      { method: 'UPDATE', content: this.#content(undefined), digest },
      {
        onFinal: (response) => {
          this.link.heard();
          if (response.status < 300) this.user.onAccepted(this, response);
          else this.user.onRefused(this, response);
        },
        onFailed: () => this.user.onSilence(this),
      },
    );
  }

  #answerChallenge(response: SipResponse, previous: DigestAnswer | undefined): boolean {
    if (this.isCalledOff || (response.status !== 401 && response.status !== 407)) return false;
    const outcome = this.link.digest?.answerChallenges(response, this.#describe(), previous);
    if (outcome?.kind !== 'answered') return false;
    this.#sendInvite(outcome.answer);
    return true;
  }

  #content(answer: DigestAnswer | undefined): ReturnType<typeof withHeaders> {
    const { body, headers } = this.asked;
    const content = { headers: [...headers, ...bodyHeaders(body)], ...toSipBody(body) };
    return withHeaders(content, answer?.headers);
  }

  #describe(): { method: string; uri: string; body: string } {
    const { method, body } = this.asked;
    return { method, uri: this.link.dialog.remoteTarget, body: body?.content ?? '' };
  }
}
