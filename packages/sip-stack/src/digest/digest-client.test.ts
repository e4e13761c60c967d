import { describe, expect, it } from 'vitest';
import { parseMessage } from '../wire/parse-message.ts';
import type { SipResponse } from '../wire/sip-response.ts';
import { findCredentials } from './credentials.ts';
import { type DigestAnswer, DigestClient } from './digest-client.ts';
import { DigestServer } from './digest-server.ts';
import { hashCredentials, responseHash } from './response-hash.ts';

const REQUEST = { method: 'INVITE', uri: 'sip:bob@example.com', body: '' };

function response(status: number, lines: readonly string[]): SipResponse {
  const outcome = parseMessage(
    Buffer.from(
      `SIP/2.0 ${status} x\r\nVia: SIP/2.0/UDP a\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:b@c>;tag=2\r\n` +
        `Call-ID: i\r\nCSeq: 1 INVITE\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`,
      'latin1',
    ),
  );
  if (outcome.kind !== 'message' || outcome.message.kind !== 'response') throw new Error('broken');
  return outcome.message;
}

function client(): DigestClient {
  let seed = 1;
  return new DigestClient({ username: 'alice', password: 'secret' }, (bytes) =>
    Buffer.alloc(bytes, seed++),
  );
}

function answer(
  of: DigestClient,
  status: number,
  lines: readonly string[],
  previous?: DigestAnswer,
): DigestAnswer {
  const outcome = of.answerChallenges(response(status, lines), REQUEST, previous);
  if (outcome.kind !== 'answered') throw new Error(outcome.kind);
  return outcome.answer;
}

describe('known answers', () => {
  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ] as const)('RFC 7616 §3.9.1 by %s', (algorithm, expected) => {
    expect(
      responseHash({
        ha1: hashCredentials(algorithm, 'Mufasa', 'http-auth@example.org', 'Circle of Life'),
        named: { algorithm, isSession: false },
        method: 'GET',
        uri: '/dir/index.html',
        nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
        qop: 'auth',
        nc: '00000001',
        cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
        body: '',
      }),
    ).toBe(expected);
  });

  it('RFC 2069 without qop', () => {
    expect(
      responseHash({
        ha1: hashCredentials('MD5', 'Mufasa', 'testrealm@host.com', 'CircleOfLife'),
        named: { algorithm: 'MD5', isSession: false },
        method: 'GET',
        uri: '/dir/index.html',
        nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
        qop: undefined,
        nc: '',
        cnonce: '',
        body: '',
      }),
    ).toBe('1949323746fe6a43ef61f9606e7febea');
  });
});

describe('a challenged request', () => {
  it('is answered so that our own server takes it', () => {
    const server = new DigestServer({
      node: 'n',
      secret: Buffer.alloc(16),
      random: (bytes) => Buffer.alloc(bytes, 7),
      now: () => 1,
    });
    const lines = server.challenges('a "realm"').map((value) => `WWW-Authenticate: ${value}`);
    const { headers } = answer(client(), 401, lines);
    expect(headers).toHaveLength(1);
    expect(headers[0]?.[0]).toBe('Authorization');
    const given = findCredentials([headers[0]?.[1] ?? ''], 'a "realm"');
    expect(given?.named?.algorithm).toBe('SHA-256');
    if (given === undefined) return;
    // The escapes of a realm stay in what is hashed, on both sides.
    const hashes = {
      'SHA-256': hashCredentials('SHA-256', 'alice', String.raw`a \"realm\"`, 'secret'),
    };
    expect(server.verify(given, REQUEST, hashes)).toEqual({ kind: 'accepted' });
  });

  it('answers the strongest of a realm, and every realm of both headers', () => {
    const { headers } = answer(client(), 407, [
      'Proxy-Authenticate: Digest realm="p", nonce="1", algorithm=MD5, qop="auth"',
      'Proxy-Authenticate: Digest realm="p", nonce="2", algorithm=SHA-256, qop="auth,auth-int"',
      'Proxy-Authenticate: Digest realm="p", nonce="3", algorithm=FUTURE-1, qop="auth"',
      'Proxy-Authenticate: Digest realm="q", nonce="4"',
      'WWW-Authenticate: Basic realm="w"',
      'WWW-Authenticate: Digest realm="w", nonce="5", qop="auth-int", opaque="o"',
    ]);
    expect(headers.map(([name]) => name)).toEqual([
      'Authorization',
      'Proxy-Authorization',
      'Proxy-Authorization',
    ]);
    const [www = '', p = '', q = ''] = headers.map(([, value]) => value);
    expect(www).toContain('qop=auth-int');
    expect(www).toContain('opaque="o"');
    expect(p).toContain('algorithm=SHA-256');
    expect(p).toContain('nonce="2"');
    expect(q).not.toContain('qop');
    expect(q).not.toContain('algorithm');
  });

  it('reads several challenges joined in one line', () => {
    const { headers } = answer(client(), 401, [
      'WWW-Authenticate: Digest realm="a", nonce="1", qop="auth", Digest realm="b", nonce="2"',
    ]);
    expect(headers).toHaveLength(2);
  });

  it('is given up when the same realm asks again', () => {
    const one = client();
    const line = 'WWW-Authenticate: Digest realm="a", nonce="1", qop="auth"';
    const first = answer(one, 401, [line]);
    expect(one.answerChallenges(response(401, [line]), REQUEST, first).kind).toBe('rejected');
  });

  it('is answered once more when its nonce was stale, and no third time', () => {
    const one = client();
    const stale = (nonce: number) => [
      `WWW-Authenticate: Digest realm="a", nonce="${nonce}", qop="auth", stale=TRUE`,
    ];
    const first = answer(one, 401, stale(1));
    const second = answer(one, 401, stale(2), first);
    expect(second.headers[0]?.[1]).toContain('nonce="2"');
    expect(one.answerChallenges(response(401, stale(3)), REQUEST, second).kind).toBe('rejected');
  });

  it('keeps the answer to one realm when another asks, with a new counter', () => {
    const one = client();
    const first = answer(one, 407, ['Proxy-Authenticate: Digest realm="p", nonce="1", qop="auth"']);
    const second = answer(
      one,
      401,
      ['WWW-Authenticate: Digest realm="w", nonce="2", qop="auth"'],
      first,
    );
    expect(second.headers.map(([name]) => name)).toEqual(['Proxy-Authorization', 'Authorization']);
    expect(second.headers[0]?.[1]).toContain('nc=00000002');
  });

  it('is unsupported where nothing can be answered', () => {
    for (const line of [
      'X: y',
      'WWW-Authenticate: Basic realm="a"',
      'WWW-Authenticate: Digest realm="a", nonce="1", algorithm=AKAv1-MD5',
      'WWW-Authenticate: Digest realm="a", nonce="1", qop="future"',
      'WWW-Authenticate: Digest realm="a"',
      'WWW-Authenticate: Digest realm="a, nonce="1"',
    ]) {
      expect(client().answerChallenges(response(401, [line]), REQUEST).kind).toBe('unsupported');
    }
  });
});

describe('later requests', () => {
  it('carry credentials at once, each with the next counter', () => {
    const one = client();
    expect(one.preempt(REQUEST)).toBeUndefined();
    answer(one, 401, ['WWW-Authenticate: Digest realm="a", nonce="1", qop="auth"']);
    expect(one.preempt(REQUEST)?.headers[0]?.[1]).toContain('nc=00000002');
    expect(one.preempt(REQUEST)?.headers[0]?.[1]).toContain('nc=00000003');
  });

  it('may be challenged once even so', () => {
    const one = client();
    const line = (nonce: number) => [
      `WWW-Authenticate: Digest realm="a", nonce="${nonce}", qop="auth"`,
    ];
    answer(one, 401, line(1));
    const again = answer(one, 401, line(2), one.preempt(REQUEST));
    expect(again.headers[0]?.[1]).toContain('nc=00000001');
    expect(one.answerChallenges(response(401, line(3)), REQUEST, again).kind).toBe('rejected');
  });

  it('take the next nonce from the answer to the last', () => {
    const one = client();
    answer(one, 401, ['WWW-Authenticate: Digest realm="a", nonce="1", qop="auth"']);
    one.noteAccepted(response(200, ['Authentication-Info: qop=auth, nextnonce="n2"']));
    const value = one.preempt(REQUEST)?.headers[0]?.[1];
    expect(value).toContain('nonce="n2"');
    expect(value).toContain('nc=00000001');
  });

  it('remember at most 16 realms', () => {
    const one = client();
    for (let index = 0; index < 40; index++) {
      answer(one, 401, [`WWW-Authenticate: Digest realm="r${index}", nonce="1", qop="auth"`]);
    }
    expect(one.preempt(REQUEST)?.headers).toHaveLength(16);
  });
});
