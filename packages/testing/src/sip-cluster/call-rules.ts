import type { CdrParams } from '@tandem/messages';
import type { SipRequest, SipResponse } from '@tandem/sip-stack';
import { isRequest, isResponse, type WireMessage } from './wire-book.ts';

/** Everything that was on the wire in a test, and whose the places are. */
export interface WireView {
  readonly messages: readonly WireMessage[];
  /** The node at `address:port`; undefined for phones and carriers. */
  nodeAt(place: string): string | undefined;
  /** That node was killed: what it owed is not counted. */
  isDead(node: string): boolean;
  readonly records: readonly CdrParams[];
}

/**
 * Looks at what nodes and phones said to each other: each INVITE got exactly one final answer,
 * each final answer its ACK, each answered dialog exactly one BYE one way (or two that crossed).
 */
export function callFaults(view: WireView): readonly string[] {
  return [...finalFaults(view), ...ackFaults(view), ...byeFaults(view)];
}

/** An INVITE that reached a node is answered once, whatever is repeated. */
function finalFaults(view: WireView): string[] {
  const faults: string[] = [];
  const finals = new Map<string, Set<string>>();
  for (const { from, to, sip } of view.messages.filter(isResponse)) {
    if (sip.cseq.method !== 'INVITE' || sip.status < 200) continue;
    if (view.nodeAt(from) === undefined) continue;
    const key = transactionOf(sip, to);
    const heard = finals.get(key) ?? new Set();
    finals.set(key, heard.add(`${sip.status} ${sip.toTag}`));
  }
  const seen = new Set<string>();
  for (const { from, to, sip, isDelivered } of view.messages.filter(isRequest)) {
    const node = view.nodeAt(to);
    if (sip.method !== 'INVITE' || node === undefined || !isDelivered || view.isDead(node))
      continue;
    const key = transactionOf(sip, from);
    if (seen.has(key)) continue;
    seen.add(key);
    const answers = [...(finals.get(key) ?? [])];
    if (answers.length !== 1) {
      faults.push(`INVITE of ${from} to ${node} (${sip.callId}) got ${list(answers)}`);
    }
  }
  return faults;
}

/** A final answer that reached a node is acknowledged by it. */
function ackFaults(view: WireView): string[] {
  const acks = new Set(
    view.messages
      .filter(isRequest)
      .filter(({ sip }) => sip.method === 'ACK')
      .map(({ sip }) => `${sip.callId} ${sip.cseq.number} ${sip.toTag}`),
  );
  const faults = new Set<string>();
  for (const { from, to, sip, isDelivered } of view.messages.filter(isResponse)) {
    const node = view.nodeAt(to);
    if (sip.cseq.method !== 'INVITE' || sip.status < 200 || !isDelivered) continue;
    if (node === undefined || view.isDead(node)) continue;
    if (acks.has(`${sip.callId} ${sip.cseq.number} ${sip.toTag}`)) continue;
    faults.add(`${sip.status} of ${from} to ${node} (${sip.callId}) got no ACK`);
  }
  return [...faults];
}

/** What is answered is ended once. */
function byeFaults(view: WireView): string[] {
  const challenged = new Set<string>();
  const lost = new Set<string>();
  for (const { sip, isDelivered } of view.messages.filter(isResponse)) {
    const isBye = sip.cseq.method === 'BYE';
    if (isBye && (sip.status === 401 || sip.status === 407)) challenged.add(byeOf(sip));
    const isEnd = sip.status === 481 || sip.status === 408;
    if (!isBye && isEnd && isDelivered) lost.add(dialogOf(sip));
  }
  const byes = new Map<string, Map<string, Bye>>();
  for (const bye of view.messages.filter(isRequest)) {
    if (bye.sip.method !== 'BYE' || challenged.has(byeOf(bye.sip))) continue;
    const dialog = dialogOf(bye.sip);
    const known = byes.get(dialog) ?? new Map<string, Bye>();
    byes.set(dialog, known);
    // Whoever passes it on, it is its sender's.
    const key = `${bye.sip.fromTag} ${bye.sip.cseq.number}`;
    const one = known.get(key) ?? { ...bye, heardBefore: Infinity };
    if (bye.isDelivered) one.heardBefore = Math.min(one.heardBefore, bye.sentBefore);
    known.set(key, one);
  }
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const { from, to, sip, isDelivered } of view.messages.filter(isResponse)) {
    if (sip.cseq.method !== 'INVITE' || sip.status < 200 || sip.status > 299) continue;
    const node = view.nodeAt(from) ?? view.nodeAt(to);
    if (node === undefined || view.isDead(node)) continue;
    // An answer that no node ever heard is the phone's affair.
    if (view.nodeAt(from) === undefined && !isDelivered) continue;
    const dialog = dialogOf(sip);
    if (seen.has(dialog) || lost.has(dialog)) continue;
    seen.add(dialog);
    const ends = [...(byes.get(dialog)?.values() ?? [])];
    if (ends.length === 1 || haveCrossed(ends)) continue;
    const shown = ends.map((bye) => `${bye.from} CSeq ${bye.sip.cseq.number}`);
    faults.push(`dialog ${sip.callId} at ${node} was ended by ${list(shown)}`);
  }
  return faults;
}

/** A BYE, repeats and all. */
interface Bye extends WireMessage<SipRequest> {
  /** Messages that had been sent when it was first delivered. */
  heardBefore: number;
}

/** The second was sent before the first was heard, by the other side. */
function haveCrossed(ends: readonly Bye[]): boolean {
  const [first, second] = ends;
  if (ends.length !== 2 || first === undefined || second === undefined) return false;
  return first.sip.fromTag !== second.sip.fromTag && second.order < first.heardBefore;
}

function transactionOf(sip: SipRequest | SipResponse, peer: string): string {
  return `${peer} ${sip.callId} ${sip.via.branch} ${sip.cseq.number}`;
}

function dialogOf({ callId, fromTag = '', toTag = '' }: SipRequest | SipResponse): string {
  return [callId, ...[fromTag, toTag].toSorted()].join(' ');
}

function byeOf(sip: SipRequest | SipResponse): string {
  return `${sip.callId} ${sip.fromTag} ${sip.cseq.number}`;
}

function list(things: readonly string[]): string {
  return things.length === 0 ? 'nothing' : things.join(', ');
}
