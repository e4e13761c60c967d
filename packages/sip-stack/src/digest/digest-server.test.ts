import { describe, expect, it } from 'vitest';
import { type DigestCredentials, findCredentials } from './credentials.ts';
import { DigestServer, type DigestServerOptions, type DigestVerdict } from './digest-server.ts';
import { hashCredentials, responseHash } from './response-hash.ts';
import type { DigestAlgorithm } from './algorithm.ts';

const REALM = 'example.com';
const URI = 'sip:bob@example.com';
const HASHES = {
  MD5: hashCredentials('MD5', 'alice', REALM, 'secret'),
  'SHA-256': hashCredentials('SHA-256', 'alice', REALM, 'secret'),
};

class Bench {
  nowMs = 1_700_000_000_000;
  #seed = 1;
  readonly random = (bytes: number) => Buffer.alloc(bytes, this.#seed++);

  server(options: Partial<DigestServerOptions> = {}): DigestServer {
    return new DigestServer({
      node: 'node1',
      secret: Buffer.from('0123456789abcdef'),
      random: this.random,
      now: () => this.nowMs,
      ...options,
    });
  }
}

interface Answering {
  readonly algorithm?: DigestAlgorithm;
  readonly password?: string;
  readonly nc?: number;
  readonly uri?: string;
  readonly withoutQop?: boolean;
  readonly method?: string;
}

function nonceOf(server: DigestServer): string {
  return /nonce="([^"]+)"/.exec(server.challenges(REALM)[0] ?? '')?.[1] ?? '';
}

function credentials(nonce: string, how: Answering = {}): DigestCredentials {
  const { algorithm = 'SHA-256', nc = 1, uri = URI, withoutQop = false, method = 'INVITE' } = how;
  const qop = withoutQop ? undefined : ('auth' as const);
  const counter = nc.toString(16).padStart(8, '0');
  const response = responseHash({
    ha1: hashCredentials(algorithm, 'alice', REALM, how.password ?? 'secret'),
    named: { algorithm, isSession: false },
    method,
    uri,
    nonce,
    qop,
    nc: counter,
    cnonce: 'c1',
    body: '',
  });
  const tail = withoutQop ? '' : `, qop=auth, nc=${counter}, cnonce="c1"`;
  const value = `Digest username="alice", realm="${REALM}", nonce="${nonce}", uri="${uri}", response="${response}", algorithm=${algorithm}${tail}`;
  const found = findCredentials([value], REALM);
  if (found === undefined) throw new Error(`unreadable: ${value}`);
  return found;
}

function verify(server: DigestServer, given: DigestCredentials, uri = URI): DigestVerdict {
  return server.verify(given, { method: 'INVITE', uri }, HASHES);
}

const accepted = { kind: 'accepted' };
const refused = (reason: string, isStale: boolean) => ({ kind: 'refused', reason, isStale });

describe('a challenge', () => {
  it('comes once for each algorithm, SHA-256 before MD5, with qop=auth', () => {
    const challenges = new Bench().server().challenges('a "b" \\ c', true);
    expect(challenges).toHaveLength(2);
    expect(challenges[0]).toMatch(
      /^Digest realm="a \\"b\\" \\\\ c", nonce="[\w-]{40}", algorithm=SHA-256, qop="auth", stale=true$/,
    );
    expect(challenges[1]).toContain('algorithm=MD5');
  });

  it('never gives the same nonce twice', () => {
    const server = new Bench().server();
    expect(new Set(Array.from({ length: 1_000 }, () => nonceOf(server))).size).toBe(1_000);
  });
});

describe('credentials', () => {
  it.each(['SHA-256', 'MD5'] as const)('with the right password pass by %s', (algorithm) => {
    const server = new Bench().server();
    expect(verify(server, credentials(nonceOf(server), { algorithm }))).toEqual(accepted);
  });

  it('with a wrong password are refused, and so are those of nobody, in the same words', () => {
    const server = new Bench().server();
    const given = credentials(nonceOf(server), { password: 'guess' });
    const wrong = verify(server, given);
    expect(wrong).toEqual(refused('password', false));
    expect(server.verify(given, { method: 'INVITE', uri: URI }, undefined)).toEqual(wrong);
    expect(server.verify(given, { method: 'INVITE', uri: URI }, {})).toEqual(wrong);
  });

  it('for another method do not pass', () => {
    const server = new Bench().server();
    const given = credentials(nonceOf(server), { method: 'REGISTER' });
    expect(verify(server, given)).toEqual(refused('password', false));
  });

  it('do not pass a second time, while higher counters do', () => {
    const server = new Bench().server();
    const nonce = nonceOf(server);
    expect(verify(server, credentials(nonce))).toEqual(accepted);
    expect(verify(server, credentials(nonce))).toEqual(refused('replayed', true));
    expect(verify(server, credentials(nonce, { nc: 3 }))).toEqual(accepted);
    expect(verify(server, credentials(nonce, { nc: 2 }))).toEqual(accepted);
    expect(verify(server, credentials(nonce, { nc: 2 }))).toEqual(refused('replayed', true));
    expect(verify(server, credentials(nonce, { nc: 100 }))).toEqual(accepted);
    expect(verify(server, credentials(nonce, { nc: 50 }))).toEqual(refused('replayed', true));
    expect(verify(server, credentials(nonce, { nc: 0 }))).toEqual(refused('replayed', true));
  });

  it('of a wrong password burn no counter of another', () => {
    const server = new Bench().server();
    const nonce = nonceOf(server);
    verify(server, credentials(nonce, { password: 'guess', nc: 9 }));
    expect(verify(server, credentials(nonce))).toEqual(accepted);
    expect(server.usedNonces).toBe(1);
  });

  it('with a nonce too old, or older than the clock, are asked again as stale', () => {
    const bench = new Bench();
    const server = bench.server({ nonceLifetimeMs: 1_000 });
    const given = credentials(nonceOf(server));
    bench.nowMs += 1_001;
    expect(verify(server, given)).toEqual(refused('nonce-expired', true));
    bench.nowMs -= 1_002;
    expect(verify(server, given)).toEqual(refused('nonce-expired', true));
    bench.nowMs += 1;
    expect(verify(server, given)).toEqual(accepted);
  });

  it('with the nonce of another node are asked again as stale, and pass with ours', () => {
    const bench = new Bench();
    const [one, two] = [bench.server(), bench.server({ node: 'node2' })];
    const given = credentials(nonceOf(one));
    expect(verify(two, given)).toEqual(refused('nonce-foreign', true));
    expect(verify(two, credentials(nonceOf(two)))).toEqual(accepted);
    expect(verify(one, given)).toEqual(accepted);
  });

  it('seen before a restart do not pass after it, whose secret is the same', () => {
    const bench = new Bench();
    const before = bench.server();
    const given = credentials(nonceOf(before));
    expect(verify(before, given)).toEqual(accepted);
    expect(verify(bench.server(), given)).toEqual(refused('nonce-foreign', true));
  });

  it('with a nonce made up or changed are refused and not called old', () => {
    const server = new Bench().server();
    const nonce = nonceOf(server);
    const changed = `${nonce.slice(0, 12)}${nonce[12] === 'A' ? 'B' : 'A'}${nonce.slice(13)}`;
    for (const forged of ['x', '', changed, `${nonce}A`, nonce.slice(1)]) {
      expect(verify(server, credentials(forged))).toEqual(refused('nonce-forged', false));
    }
  });

  it('are looked at before anyone is looked up', () => {
    const server = new Bench().server();
    const request = { method: 'INVITE', uri: URI };
    expect(server.precheck(credentials('x'), request)).toEqual(refused('nonce-forged', false));
    expect(server.precheck(credentials(nonceOf(server)), request)).toBeUndefined();
  });

  it('without qop pass only where that is configured, and then once', () => {
    const strict = new Bench().server();
    expect(verify(strict, credentials(nonceOf(strict), { withoutQop: true }))).toEqual(
      refused('qop', false),
    );
    const lenient = new Bench().server({ isQopOptional: true });
    const nonce = nonceOf(lenient);
    expect(verify(lenient, credentials(nonce, { withoutQop: true }))).toEqual(accepted);
    expect(verify(lenient, credentials(nonce, { withoutQop: true }))).toEqual(
      refused('replayed', true),
    );
    expect(verify(lenient, credentials(nonce, { nc: 7 }))).toEqual(refused('replayed', true));
  });

  it('by an algorithm not offered are refused', () => {
    const server = new Bench().server({ algorithms: ['SHA-256'] });
    expect(verify(server, credentials(nonceOf(server), { algorithm: 'MD5' }))).toEqual(
      refused('algorithm', false),
    );
  });

  it.each([
    ['sip:bob@example.com', 'sip:bob@EXAMPLE.com:5060;transport=tcp', true],
    ['sip:example.com', 'sip:example.com:5070', true],
    ['sip:%62ob@example.com', 'sip:bob@example.com', true],
    ['tel:+1-201', 'tel:+1201', true],
    ['sip:bob@example.com', 'sip:eve@example.com', false],
    ['sip:bob@example.com', 'sip:example.com', false],
    ['sip:bob@example.com', 'sip:bob@example.org', true],
    ['sip:127.0.0.11:5060', 'sip:bob@127.0.0.11:5060', true],
    ['sip:%zz@example.com', 'sip:%yy@example.com', false],
    ['nonsense', 'sip:bob@example.com', false],
  ])('whose uri is %s for %s: %s', (digestUri, requestUri, isSame) => {
    const server = new Bench().server();
    const given = credentials(nonceOf(server), { uri: digestUri });
    expect(verify(server, given, requestUri)).toEqual(isSame ? accepted : refused('uri', false));
  });

  it('pass nowhere twice even when more nonces are in use than are kept', () => {
    const bench = new Bench();
    const server = bench.server({ noncesMax: 10 });
    const seen: DigestCredentials[] = [];
    for (let index = 0; index < 50; index++) {
      bench.nowMs += 10;
      const given = credentials(nonceOf(server));
      seen.push(given);
      expect(verify(server, given)).toEqual(accepted);
      expect(server.usedNonces).toBeLessThanOrEqual(10);
    }
    for (const given of seen) expect(verify(server, given).kind).toBe('refused');
  });

  it('leave nothing behind once their nonces are old', () => {
    const bench = new Bench();
    const server = bench.server({ nonceLifetimeMs: 1_000 });
    for (let index = 0; index < 20; index++) verify(server, credentials(nonceOf(server)));
    expect(server.usedNonces).toBe(20);
    bench.nowMs += 2_000;
    server.sweep();
    expect(server.usedNonces).toBe(0);
  });
});

describe('reading credentials', () => {
  const tail = `realm="${REALM}", nonce="n", uri="sip:x", response="AB"`;

  it('undoes quoted escapes and knows an extended name', () => {
    expect(findCredentials([`Digest username="a\\"b\\\\", ${tail}`], REALM)?.username).toBe(
      'a"b\\',
    );
    expect(
      findCredentials([`Digest username*=UTF-8''J%C3%A4s%C3%B8n, ${tail}`], REALM)?.username,
    ).toBe('Jäsøn');
    expect(findCredentials([`Digest username="J\xc3\xa4s", ${tail}`], REALM)?.username).toBe('Jäs');
    expect(findCredentials([`Digest username="a", ${tail}`], REALM)?.response).toBe('ab');
  });

  it.each([
    '',
    'Digest',
    'Basic abc=',
    'NoOneKnowsThisScheme opaque-data=here',
    `Digest ${tail}`,
    `Digest username="a", username*=UTF-8''a, ${tail}`,
    `Digest username="a", userhash=true, ${tail}`,
    `Digest username="a, ${tail}`,
    `Digest username="a", realm="other", nonce="n", uri="u", response="r"`,
    `Digest username="a", qop=auth, ${tail}`,
    `Digest username="a", qop=auth, nc=1, cnonce="c", ${tail}`,
    `Digest username="a", qop=auth, nc=0000000g, cnonce="c", ${tail}`,
    `Digest username="a", qop=auth, nc=00000001, cnonce="", ${tail}`,
    `Digest username*=latin1''a, ${tail}`,
    `Digest username*=UTF-8''%zz, ${tail}`,
  ])('finds none in %j', (value) => {
    expect(findCredentials([value], REALM)).toBeUndefined();
  });

  it('finds those of its realm among others', () => {
    const values = [
      'Bearer abc',
      `Digest username="x", realm="other", nonce="n", uri="u", response="r"`,
      `Digest username="y", ${tail}`,
    ];
    expect(findCredentials(values, REALM)?.username).toBe('y');
  });
});
