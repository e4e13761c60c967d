import type { SipRequest, SipResponse } from '@tandem/sip-stack';
import type { WireView } from './call-rules.ts';
import { isRequest, type WireMessage } from './wire-book.ts';

/**
 * Looks at what nodes wrote to phones and carriers: their own address in Contact and Via, their
 * own tags, CSeq that rises, Max-Forwards that falls from leg to leg, nothing of the cluster.
 */
export function headerFaults(view: WireView): readonly string[] {
  const outward = view.messages.filter(
    ({ from, to }) => view.nodeAt(from) !== undefined && view.nodeAt(to) === undefined,
  );
  const faults = [
    ...outward.flatMap((message) => messageFaults(view, message)),
    ...sequenceFaults(outward.filter(isRequest)),
    ...forwardFaults(view, outward.filter(isRequest)),
  ];
  return [...new Set(faults)];
}

function messageFaults(view: WireView, message: WireMessage): string[] {
  const { from, to, sip } = message;
  const node = view.nodeAt(from) ?? '';
  const what = `${show(sip)} from ${node} to ${to} (${sip.callId})`;
  const faults: string[] = [];
  sip.headers.forEach((key, name) => {
    if (/^x-(?:callto|billid|nodename|username|hops|tandem)/.test(key)) {
      faults.push(`${what} shows ${name}`);
    }
  });
  if (sip.kind === 'request') {
    if (sip.via.sentBy !== from) faults.push(`${what} has Via ${sip.via.sentBy}`);
    if (sip.headers.getAll('Via').length !== 1)
      faults.push(`${what} carries Vias of the other leg`);
    if (!sip.via.branch?.startsWith('z9hG4bK')) faults.push(`${what} has branch ${sip.via.branch}`);
    const isOwn = sip.fromTag?.startsWith(`${node}-`) ?? false;
    if (!isOwn) faults.push(`${what} has From-tag ${sip.fromTag}`);
  } else {
    if (sip.status > 100 && sip.toTag === undefined) faults.push(`${what} has no To-tag`);
  }
  if (makesDialog(sip)) {
    const contacts = sip.contacts;
    const [contact] = contacts === undefined || contacts === '*' ? [] : contacts;
    if (!(contact?.uriText ?? '').includes(`@${from}`)) {
      faults.push(`${what} has Contact ${contact?.uriText}`);
    }
  }
  return faults;
}

function makesDialog(sip: SipRequest | SipResponse): boolean {
  const { method } = sip.cseq;
  if (method !== 'INVITE' && method !== 'UPDATE') return false;
  if (sip.kind === 'request') return sip.method === method;
  return sip.status > 100 && sip.status < 300;
}

/** Within a dialog each new request counts on; the ACK has the number of its INVITE. */
function sequenceFaults(requests: readonly WireMessage<SipRequest>[]): string[] {
  const faults: string[] = [];
  const last = new Map<string, number>();
  const invites = new Set<string>();
  const seen = new Set<string>();
  for (const { sip, from } of requests) {
    const { method, number } = sip.cseq;
    const dialog = `${sip.callId} ${sip.fromTag}`;
    if (method === 'INVITE') invites.add(`${dialog} ${number}`);
    if (method === 'ACK' || method === 'CANCEL') {
      if (!invites.has(`${dialog} ${number}`)) faults.push(`${method} ${number} of no INVITE`);
      continue;
    }
    const key = `${dialog} ${sip.via.branch}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const id = sip.toTag === undefined ? dialog : `${dialog} ${sip.toTag}`;
    const before = last.get(id) ?? last.get(dialog) ?? 0;
    if (number <= before) {
      faults.push(`${method} of ${from} has CSeq ${number} after ${before} (${sip.callId})`);
    }
    last.set(id, number);
  }
  return faults;
}

/** What goes out has fewer hops left than what came in for the same call. */
function forwardFaults(view: WireView, requests: readonly WireMessage<SipRequest>[]): string[] {
  const billids = new Map(view.records.map(({ callId, billid }) => [callId, billid]));
  const hopsIn = new Map<string, number>();
  for (const { from, to, sip } of view.messages.filter(isRequest)) {
    const isIn = view.nodeAt(from) === undefined && view.nodeAt(to) !== undefined;
    if (!isIn || !isFirst(sip)) continue;
    const billid = billids.get(sip.callId);
    if (billid !== undefined) hopsIn.set(billid, Number(sip.get('Max-Forwards')));
  }
  return requests
    .filter(({ sip }) => isFirst(sip))
    .flatMap(({ sip, to }) => {
      const before = hopsIn.get(billids.get(sip.callId) ?? '');
      const after = Number(sip.get('Max-Forwards'));
      if (before === undefined || after < before) return [];
      return [`INVITE to ${to} has Max-Forwards ${after}, and came with ${before}`];
    });
}

function isFirst(sip: SipRequest): boolean {
  return sip.method === 'INVITE' && sip.toTag === undefined;
}

function show(sip: SipRequest | SipResponse): string {
  return sip.kind === 'request' ? sip.method : `${sip.status} to ${sip.cseq.method}`;
}
