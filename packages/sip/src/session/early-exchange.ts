import type { Body, LegEvent, ModifiedEvent, ModifyEvent } from '@tandem/messages';
import type {
  Dialog,
  DialogUser,
  DigestClient,
  IncomingInvite,
  IncomingRequest,
  SipRequest,
} from '@tandem/sip-stack';
import { nodeAllow } from '../capabilities.ts';
import { bodyHeaders, readBody, toSipBody } from '../headers/body-parts.ts';
import { readCrossingHeaders } from '../headers/crossing-headers.ts';
import { refusalAnswer } from '../headers/refusal-answer.ts';
import type { LegHost } from '../leg/leg-host.ts';
import { AskedChange } from '../modify/asked-change.ts';
import { InfoExchange } from '../modify/info-exchange.ts';
import { acceptedChange, refusedChange } from '../modify/modified-event.ts';
import { checkSessionRequest } from '../requests/session-request-checks.ts';
import { sendInDialog } from './in-dialog-request.ts';

/** What a leg knows of its early dialogs. */
export interface EarlyLeg {
  readonly host: LegHost;
  readonly digest: DigestClient | undefined;
  tell(event: LegEvent): void;
  /** The name of a dialog for the other side; undefined: it has none there. */
  nameOf(dialog: Dialog): string | undefined;
  /** The dialog of that name; without one the latest. */
  find(name: string | undefined): Dialog | undefined;
  /** Whether offer and answer are done in it (RFC 3311 §5.1). */
  isSettled(dialog: Dialog): boolean;
  /** Whether the peer takes UPDATE in it. */
  isUpdateAllowed(dialog: Dialog): boolean;
  /** A new description is in force in it: what the peer said, and what was sent to it. */
  onAgreed(dialog: Dialog, received: Body | undefined, sent: Body | undefined): void;
  onEarlyBye(bye: SipRequest): void;
}

/** Wait asked of a peer whose offer comes before ours is answered, seconds. */
const RETRY_AFTER_SECONDS = '5';
/** Tells ids of this stage from those of the answered call. */
const ID_STEM = 'early-';

/**
 * What passes in dialogs that are not answered yet: INFO, and UPDATE once offer and answer are
 * done there (RFC 3311 §5.2, RFC 6086); one UPDATE at a time each way.
 *
 *   UPDATE of the peer ── without offer: 200 here ── settled: modify ──> other leg ── modified ──> answer
 *   modify of the other leg ──> UPDATE, where the peer takes it; else 488
 */
export class EarlyExchange implements DialogUser {
  readonly #leg: EarlyLeg;
  #info: InfoExchange | undefined;
  #infoDialog: Dialog | undefined;
  #asked: { readonly change: AskedChange; readonly dialog: Dialog } | undefined;
  #asking: ModifyEvent | undefined;
  #counter = 0;
  #isOver = false;

  constructor(leg: EarlyLeg) {
    this.#leg = leg;
  }

  /** @internal */
  onInvite(invite: IncomingInvite): void {
    invite.respond(491);
  }

  /** @internal */
  onBye(bye: SipRequest): void {
    this.#leg.onEarlyBye(bye);
  }

  /** @internal */
  onRequest(request: IncomingRequest, dialog: Dialog): void {
    switch (request.method) {
      case 'UPDATE':
        return this.#receiveUpdate(request, dialog);
      case 'INFO':
        return this.#infoIn(dialog).receive(request);
      case 'OPTIONS':
        return request.respond(200, { headers: [nodeAllow] });
      case 'PRACK':
      case 'NOTIFY':
        return request.respond(481);
      default:
        return request.respond(405, { headers: [nodeAllow] });
    }
  }

  /** An event of the other leg that concerns a call not yet answered. */
  hear(event: LegEvent): void {
    switch (event.type) {
      case 'modify':
        return this.#sendUpdate(event);
      case 'modified':
        return this.#modified(event);
      case 'info': {
        const dialog = this.#leg.find(undefined);
        if (dialog !== undefined) return this.#infoIn(dialog).send(event);
        return this.#leg.tell({ type: 'infoDone', infoId: event.infoId, status: 480 });
      }
      case 'infoDone':
        return this.#info?.done(event);
      case 'refer': {
        const { referId } = event;
        const phrase = 'Not Acceptable Here';
        return this.#leg.tell({ type: 'notify', referId, status: 488, phrase, isFinal: true });
      }
      default:
        return undefined;
    }
  }

  /** The call is answered or over: what the peer asked is answered, what was asked of it dropped. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#asked?.change.refuse(500);
    this.#asked = undefined;
    this.#info?.end();
    const asking = this.#asking;
    this.#asking = undefined;
    if (asking !== undefined) this.#refuse(asking, 487, 'Request Terminated');
  }

  #receiveUpdate(request: IncomingRequest, dialog: Dialog): void {
    const { host } = this.#leg;
    const no = checkSessionRequest(request.request, host.settings.minSessionExpires / 1_000);
    if (no !== undefined) {
      const { status, ...options } = refusalAnswer(no.refusal, ...no.headers);
      return request.respond(status, options);
    }
    if (request.request.body === '') return request.respond(200);
    if (this.#asking !== undefined) return request.respond(491);
    const name = this.#leg.nameOf(dialog);
    if (this.#asked !== undefined || name === undefined || !this.#leg.isSettled(dialog)) {
      return request.respond(500, { headers: [['Retry-After', RETRY_AFTER_SECONDS]] });
    }
    const modifyId = `${ID_STEM}${dialog.localTag}-${++this.#counter}`;
    const change = new AskedChange(modifyId, request, NOBODY);
    this.#asked = { change, dialog };
    this.#leg.tell({
      type: 'modify',
      modifyId,
      method: 'UPDATE',
      dialog: name,
      body: change.offer,
      headers: readCrossingHeaders(request.request, host.crossingKeys),
    });
    return undefined;
  }

  #modified(event: ModifiedEvent): void {
    const asked = this.#asked;
    if (asked === undefined || asked.change.id !== event.modifyId || event.status < 200) return;
    this.#asked = undefined;
    const { change, dialog } = asked;
    if (event.status >= 300) return change.refuse(event.status, event);
    this.#leg.onAgreed(dialog, change.offer, event.body);
    return change.accept(event.body, []);
  }

  #sendUpdate(event: ModifyEvent): void {
    const dialog = this.#leg.find(event.dialog);
    const isPossible = event.method === 'UPDATE' && dialog !== undefined;
    if (!isPossible || !this.#leg.isUpdateAllowed(dialog)) {
      return this.#refuse(event, 488, 'Not Acceptable Here');
    }
    if (this.#asked !== undefined || this.#asking !== undefined) {
      return this.#refuse(event, 491, 'Request Pending');
    }
    if (!this.#leg.isSettled(dialog)) return this.#refuse(event, 500, 'Server Internal Error');
    this.#asking = event;
    const { body, headers = [] } = event;
    const content = { headers: [...headers, ...bodyHeaders(body)], ...toSipBody(body) };
    sendInDialog(
      dialog,
      { method: 'UPDATE', content, digest: this.#leg.digest },
      {
        onFinal: (response) => {
          if (this.#asking !== event) return;
          this.#asking = undefined;
          if (response.status >= 300) {
            this.#leg.tell(refusedChange(event.modifyId, response));
            return;
          }
          this.#leg.onAgreed(dialog, readBody(response), body);
          const { crossingKeys } = this.#leg.host;
          this.#leg.tell(acceptedChange(event.modifyId, response, crossingKeys));
        },
        onFailed: (failure) => {
          if (this.#asking !== event) return;
          this.#asking = undefined;
          this.#refuse(event, failure.status, failure.message);
        },
      },
    );
    return undefined;
  }

  #infoIn(dialog: Dialog): InfoExchange {
    this.#infoDialog = dialog;
    if (this.#info !== undefined) return this.#info;
    const { host, digest } = this.#leg;
    const current = (): Dialog => this.#infoDialog ?? dialog;
    this.#info = new InfoExchange(
      {
        host,
        digest,
        get dialog() {
          return current();
        },
        tell: (event) => this.#leg.tell(event),
        heard: () => undefined,
        // Whether the call lives is seen by its INVITE.
        dead: () => undefined,
      },
      ID_STEM,
    );
    return this.#info;
  }

  #refuse({ modifyId }: ModifyEvent, status: number, phrase: string): void {
    this.#leg.tell({ type: 'modified', modifyId, status, phrase });
  }
}

/** An UPDATE is called off by nobody, and has no ACK. */
const NOBODY = {
  onCalledOff: (): void => undefined,
  onAcked: (): void => undefined,
  onAckMissing: (): void => undefined,
};
