import { strict as assert } from 'node:assert';
import { findCredentials } from '../digest/credentials.ts';
import { parseChallenges } from '../digest/challenge.ts';
import { callIdOf } from '../trace/call-id-of.ts';
import { contactExpiresSeconds, contactPreference } from './contacts.ts';
import { parseContentType } from './content-type.ts';
import { parseRAck } from './cseq.ts';
import { parseDeltaSeconds, parseRetryAfter, parseSessionExpires } from './delta-seconds.ts';
import { parseAddresses, parsePrivacy } from './identity.ts';
import { findSdp } from './multipart.ts';
import { parseMessage } from './parse-message.ts';
import type { SipMessage } from './parse-outcome.ts';
import { parseReasons } from './reason.ts';
import { RequestDraft } from './request-draft.ts';
import { responseTo } from './response-draft.ts';
import { parseRoutes } from './route-set.ts';
import { isSameSession, readMediaDirection } from './sdp.ts';
import { StreamFramer } from './stream-framer.ts';
import { parseReplaces, parseTokenParams } from './token-params.ts';
import { answerBinding } from './stun.ts';
import { areUrisEqual } from './uri-equality.ts';
import { parseWarnings } from './warning.ts';

/** What one input came to, so that a run can tell how deep it went. */
export type FuzzDepth = 'message' | 'refused' | 'dropped' | 'keepAlive';

/**
 * Throws where an input breaks a promise: the parser throws, an answer or a message passed on has
 * more lines than it should or reads differently, a stream gives other messages when it is cut.
 */
export function checkInput(bytes: Buffer, cutAt: number): FuzzDepth {
  const outcome = parseMessage(bytes);
  if (outcome.kind === 'refused') {
    const answer = responseTo(outcome.partial, outcome.status, { toTag: 't' }).encode();
    assert.equal(countLines(answer), outcome.partial.vias.length + 6);
  }
  if (outcome.kind === 'message') checkMessage(outcome.message);
  checkStream(bytes, cutAt);
  callIdOf(bytes.toString('latin1'));
  const stun = answerBinding(bytes, '2001:db8::9:1', 65_535);
  assert.ok(stun === undefined || stun.length <= bytes.length + 24);
  return outcome.kind;
}

function checkMessage(message: SipMessage): void {
  const { headers } = message;
  readEverything(message);
  const draft = new RequestDraft('INVITE', 'sip:x');
  const names = new Set<string>();
  headers.forEach((key) => names.add(key));
  draft.headers
    .copy(headers, ...names)
    .remove('CSeq')
    .remove('Content-Type');
  draft.headers.add('CSeq', `${message.cseq.number} INVITE`);
  const passedOn = draft.setBody('text/plain', message.body).encode();
  const again = parseMessage(passedOn);
  // A message near a cap may be above it once compact names are written out.
  if (again.kind === 'refused' && again.status === 513) return;
  assert.equal(again.kind, 'message');
  if (again.kind !== 'message') return;
  assert.equal(again.message.body, message.body);
  assert.equal(again.message.callId, message.callId.replaceAll('\0', ' '));
  assert.equal(again.message.fromTag, message.fromTag);
  assert.equal(again.message.toTag, message.toTag);
  assert.deepEqual(again.message.via.branch, message.via.branch);
  if (message.kind === 'request') {
    message.stampSource('192.0.2.9', 4_711);
    assert.equal(message.via.rport === undefined || message.via.rport === '4711', true);
    const answer = parseMessage(responseTo(message, 200, { toTag: 't' }).encode());
    assert.notEqual(answer.kind, 'keepAlive');
  }
}

function readEverything(message: SipMessage): void {
  const { headers, body } = message;
  const first = (name: string): string => headers.get(name) ?? '';
  const { contacts } = message;
  if (contacts !== undefined && contacts !== '*') {
    for (const contact of contacts) {
      contactExpiresSeconds(contact);
      contactPreference(contact);
      if (contact.uri !== undefined) assert.equal(areUrisEqual(contact.uri, contact.uri), true);
    }
  }
  parseRoutes(headers, 'Route');
  parseRoutes(headers, 'Record-Route');
  parseAddresses(headers, 'P-Asserted-Identity', 20);
  parsePrivacy(headers.getAll('Privacy'));
  parseReasons(headers.getAll('Reason'));
  parseWarnings(headers.getAll('Warning'));
  parseRAck(first('RAck'));
  parseReplaces(first('Replaces'));
  parseTokenParams(first('Event'));
  parseContentType(first('Content-Type'));
  parseDeltaSeconds(first('Expires'));
  parseRetryAfter(first('Retry-After'));
  parseSessionExpires(first('Session-Expires'));
  parseChallenges(headers.getAll('WWW-Authenticate'));
  findCredentials(headers.getAll('Authorization'), 'example.com');
  const sdp = findSdp(headers.get('Content-Type'), body) ?? body;
  readMediaDirection(sdp);
  assert.equal(isSameSession(sdp, sdp), true);
}

function checkStream(bytes: Buffer, cutAt: number): void {
  const whole = new StreamFramer();
  const cut = new StreamFramer();
  const expected = whole.push(bytes);
  const events = [...cut.push(bytes.subarray(0, cutAt)), ...cut.push(bytes.subarray(cutAt))];
  // Line ends between messages may be told apart differently; messages may not.
  const messages = (list: typeof events): string[] =>
    list.flatMap((event) => (event.kind === 'message' ? event.bytes.toString('latin1') : []));
  assert.deepEqual(messages(events), messages(expected));
  assert.equal(cut.isBroken, whole.isBroken);
  assert.ok(whole.waitingBytes <= 70_000);
}

function countLines(wire: Buffer): number {
  const text = wire.toString('latin1');
  return text.slice(0, text.indexOf('\r\n\r\n')).split(/[\r\n]+/).length;
}
