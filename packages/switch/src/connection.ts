import type { MaybePromise } from '@tandem/engine';
import type { Body, LegEvent, ModifyEvent } from '@tandem/messages';
import type { Branch } from './branch.ts';
import type { CallContext } from './call-context.ts';
import { nameDialog, readDialog } from './dialog-name.ts';
import type { LegRecord } from './leg-record.ts';
import { answerRequest } from './pending-requests.ts';
import { Rejoin, type RejoinHost } from './rejoin.ts';
import { Relay } from './relay.ts';

/**
 * Whom the caller is connected to: before the answer a branch that rings, if it is clear which;
 * then the winner; and, when that one has left and the call went on, the next.
 */
export class Connection {
  readonly #context: CallContext;
  readonly #host: RejoinHost;
  readonly #caller: LegRecord;
  #rejoin: Rejoin | undefined = undefined;
  #winner: Branch | undefined = undefined;

  constructor(context: CallContext, host: RejoinHost, caller: LegRecord) {
    this.#context = context;
    this.#host = host;
    this.#caller = caller;
  }

  /** The leg that was answered, and has not left. */
  get winner(): Branch | undefined {
    return this.#winner;
  }

  /** Joins the caller to the branch that answered. */
  join(branch: Branch): void {
    this.#winner = branch;
    this.#caller.peerid = branch.leg!.id;
  }

  /** Joins a caller whose call is up already; the branch's 200 has brought `offer`. */
  rejoin(branch: Branch, offer: Body | undefined): void {
    this.join(branch);
    this.#rejoin = new Rejoin(this.#context, this.#host, this.#caller, branch, offer);
    this.#rejoin.start();
  }

  /** The winner has left while the caller stays. */
  part(): void {
    this.#rejoin?.stop();
    this.#winner?.relay?.abandon();
    this.#winner?.leave();
    this.#winner = undefined;
    this.#caller.peerid = '';
  }

  /** A branch is lost while the call goes on. */
  lost(branch: Branch): void {
    branch.relay?.abandon();
  }

  /** The call is over: nothing passes any more. */
  close(branches: Iterable<Branch>): void {
    this.#rejoin?.stop();
    for (const branch of branches) branch.relay?.close();
  }

  /** An event inside the call, of the caller; `ringing` are the branches that may take it. */
  fromCaller(event: LegEvent, ringing: readonly Branch[]): MaybePromise<void> {
    if (event.type === 'modified' && this.#rejoin?.modified(event) === true) return undefined;
    const branch = this.#winner ?? this.#early(event, ringing);
    if (branch !== undefined) return this.#relayOf(branch)?.pass(this.#caller, unnamed(event));
    if (event.type === 'modify' || event.type === 'info' || event.type === 'refer') {
      answerRequest(this.#caller, event, 500, 'Server Internal Error');
    }
    return undefined;
  }

  /** An event inside the call, of the winner or of a branch that rings. */
  fromBranch(branch: Branch, event: LegEvent): MaybePromise<void> {
    if (branch.state === 'lost') return undefined;
    return this.#relayOf(branch)?.pass(branch.record!, named(branch, event));
  }

  /** Before the answer: the branch whose early dialog it is, else the only one there is. */
  #early(event: LegEvent, ringing: readonly Branch[]): Branch | undefined {
    const dialog = event.type === 'modify' ? event.dialog : undefined;
    if (dialog !== undefined) {
      const index = readDialog(dialog)?.branch;
      return ringing.find((branch) => branch.index === index);
    }
    return ringing.length === 1 ? ringing[0] : undefined;
  }

  #relayOf(branch: Branch): Relay | undefined {
    if (branch.record === undefined) return undefined;
    return (branch.relay ??= new Relay(this.#context, this.#caller, branch.record));
  }
}

function unnamed(event: LegEvent): LegEvent {
  if (event.type !== 'modify' || event.dialog === undefined) return event;
  return { ...event, dialog: readDialog(event.dialog)?.dialog } satisfies ModifyEvent;
}

function named(branch: Branch, event: LegEvent): LegEvent {
  if (event.type !== 'modify' || event.dialog === undefined) return event;
  return { ...event, dialog: nameDialog(branch.index, event.dialog) } satisfies ModifyEvent;
}
