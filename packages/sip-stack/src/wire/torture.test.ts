import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseContacts } from './contacts.ts';
import { parseMessage } from './parse-message.ts';
import type { ParseOutcome } from './parse-outcome.ts';
import { parseParams } from './params.ts';
import { responseTo } from './response-draft.ts';
import { splitMultipart } from './multipart.ts';

interface TortureCase {
  readonly name: string;
  readonly file: string;
  readonly kind: 'request' | 'response';
  readonly parse: 'accept' | 'reject' | 'either';
}

const root = new URL('../../../../../shared/torture/', import.meta.url);
const manifest = new URL('manifest.json', root);
const isPresent = existsSync(manifest);
if (!isPresent) {
  console.warn(`RFC 4475 messages are absent (${fileURLToPath(root)}): torture tests are skipped`);
}
const cases = isPresent ? (JSON.parse(readFileSync(manifest, 'utf8')) as TortureCase[]) : [];

function parsed(name: string): ParseOutcome {
  return parseMessage(readFileSync(new URL(`${name}.dat`, root)));
}

function request(name: string) {
  const outcome = parsed(name);
  if (outcome.kind !== 'message' || outcome.message.kind !== 'request') {
    throw new Error(`${name} is no request: ${JSON.stringify(outcome)}`);
  }
  return outcome.message;
}

describe.skipIf(!isPresent)('torture messages of RFC 4475', () => {
  it('has all 49', () => {
    expect(cases).toHaveLength(49);
  });

  it.each(cases)('$name: $parse', ({ name, parse, kind }) => {
    const outcome = parsed(name);
    const isAccepted = outcome.kind === 'message';
    if (parse !== 'either') expect(isAccepted).toBe(parse === 'accept');
    if (outcome.kind === 'message') expect(outcome.message.kind).toBe(kind);
    if (outcome.kind === 'refused') {
      const again = parseMessage(responseTo(outcome.partial, outcome.status).encode());
      // What was broken in the request is broken in its copy too; all others parse.
      expect(['message', 'dropped']).toContain(again.kind);
    }
  });

  it('wsinv: folds, blanks and compact names are read', () => {
    const message = request('wsinv');
    expect(message.method).toBe('INVITE');
    expect(message.cseq).toEqual({ number: 9, method: 'INVITE' });
    expect(message.list('Via')).toHaveLength(3);
    expect(message.via.host).toBe('192.0.2.2');
    expect(message.via.branch).toBe('390skdjuw');
    expect(message.from.displayName).toBe('J Rosenberg \\"');
    expect(message.get('NewFangledHeader')).toBe('newfangled value continued newfangled value');
    expect(message.get('Max-Forwards')).toBe('0068');
    expect(message.toTag).toBe('1918181833n');
  });

  it('intmeth: method and quoted strings keep their odd bytes', () => {
    const message = request('intmeth');
    expect(message.method).toBe("!interesting-Method0123456789_*+`.%indeed'~");
    expect(message.to.displayName).toContain('BEL:\x07');
    expect(message.to.displayName).toContain('NUL:\x00');
  });

  it('esc02: a method is never decoded', () => {
    expect(request('esc02').method).toBe('RE%47IST%45R');
  });

  it('escnull: two contacts that differ behind an escaped NUL', () => {
    const contacts = parseContacts(request('escnull').getAll('Contact'));
    expect(contacts).toHaveLength(2);
    if (contacts === '*' || contacts === undefined) return;
    expect(contacts.map(({ uri }) => uri?.kind === 'sip' && uri.decodedUser)).toEqual([
      '\0',
      '\0\0',
    ]);
  });

  it('dblreq: bytes behind the body are not the next request', () => {
    const message = request('dblreq');
    expect(message.method).toBe('REGISTER');
    expect(message.body).toBe('');
  });

  it('semiuri: parameters before the @ belong to the user', () => {
    const uri = request('semiuri').requestUri;
    expect(uri?.kind === 'sip' && uri.decodedUser).toBe('user;par=u@example.net');
  });

  it('mpart01: a binary part survives byte for byte', () => {
    const message = request('mpart01');
    expect(message.body).toHaveLength(553);
    const boundary = parseParams(message.get('Content-Type') ?? '', 15)?.get('boundary') ?? '';
    const parts = splitMultipart(message.body, boundary);
    expect(parts).toHaveLength(2);
    expect(parts[0]?.body).toBe('Hello');
  });

  it('cparam01 and cparam02: parameters are of the header without brackets, of the URI within', () => {
    const [bare] = parseContacts(request('cparam01').getAll('Contact')) ?? [];
    const [bracketed] = parseContacts(request('cparam02').getAll('Contact')) ?? [];
    if (typeof bare !== 'object' || typeof bracketed !== 'object') throw new Error('no contacts');
    expect(bare.params.has('unknownparam')).toBe(true);
    expect(bracketed.params.has('unknownparam')).toBe(false);
    expect(bracketed.uri?.kind === 'sip' && bracketed.uri.params.has('unknownparam')).toBe(true);
  });

  it('badvers is answered 505, mismatch and broken ones 400', () => {
    expect(parsed('badvers')).toMatchObject({ kind: 'refused', status: 505 });
    for (const name of [
      'badinv01',
      'clerr',
      'ncl',
      'scalar02',
      'quotbal',
      'mismatch01',
      'multi01',
    ]) {
      expect({ name, ...parsed(name) }).toMatchObject({ name, kind: 'refused', status: 400 });
    }
    expect(parsed('insuf')).toMatchObject({ kind: 'dropped', reason: 'unanswerable-request' });
  });
});
