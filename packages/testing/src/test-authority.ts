import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { isIP } from 'node:net';
import { addressBytes } from '@tandem/sip-stack';

/** A certificate with its private key, PEM. */
export interface TestCertificate {
  readonly certificate: string;
  readonly key: string;
}

const ECDSA_WITH_SHA256 = [1, 2, 840, 10_045, 4, 3, 2];
const COMMON_NAME = [2, 5, 4, 3];
const SUBJECT_ALTERNATIVE_NAME = [2, 5, 29, 17];
const BASIC_CONSTRAINTS = [2, 5, 29, 19];

/**
 * An authority of a test's own (RFC 5280): issues certificates for names and addresses, good
 * for a hundred years, so that no test depends on a tool, a file or the date.
 */
export class TestAuthority {
  /** The authority's own certificate, PEM: what the other side trusts. */
  readonly certificate: string;
  readonly #key: KeyObject;
  #serial = 1;

  constructor(readonly name = 'Test Authority') {
    const { privateKey, publicKey } = keyPair();
    this.#key = privateKey;
    this.certificate = this.#sign(this.name, publicKey, [
      extension(BASIC_CONSTRAINTS, der(0x30, [der(0x01, [Buffer.from([0xff])])])),
    ]);
  }

  /** A certificate for these host names and addresses. */
  issue(...names: readonly string[]): TestCertificate {
    const { privateKey, publicKey } = keyPair();
    const alternatives = names.map((name) =>
      isIP(name) === 0
        ? der(0x82, [Buffer.from(name, 'latin1')])
        : der(0x87, [Buffer.from(addressBytes(name))]),
    );
    const certificate = this.#sign(names[0] ?? 'nobody', publicKey, [
      extension(SUBJECT_ALTERNATIVE_NAME, der(0x30, alternatives)),
    ]);
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    return { certificate, key };
  }

  #sign(subject: string, publicKey: KeyObject, extensions: readonly Buffer[]): string {
    const algorithm = der(0x30, [oid(ECDSA_WITH_SHA256)]);
    const body = der(0x30, [
      der(0xa0, [integer(2)]),
      integer(this.#serial++),
      algorithm,
      distinguishedName(this.name),
      der(0x30, [time('20200101000000Z'), time('21200101000000Z')]),
      distinguishedName(subject),
      publicKey.export({ type: 'spki', format: 'der' }),
      der(0xa3, [der(0x30, extensions)]),
    ]);
    const signature = der(0x03, [Buffer.from([0]), sign('sha256', body, this.#key)]);
    const whole = der(0x30, [body, algorithm, signature]).toString('base64');
    const lines = whole.match(/.{1,64}/g) ?? [];
    return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
  }
}

function keyPair(): { privateKey: KeyObject; publicKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
}

function der(tag: number, parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 0x80
      ? [length]
      : length < 0x100
        ? [0x81, length]
        : [0x82, Math.floor(length / 0x100), length % 0x100];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function integer(value: number): Buffer {
  return der(0x02, [Buffer.from([value])]);
}

function time(text: string): Buffer {
  return der(0x18, [Buffer.from(text, 'latin1')]);
}

function distinguishedName(name: string): Buffer {
  const value = der(0x0c, [Buffer.from(name, 'utf8')]);
  return der(0x30, [der(0x31, [der(0x30, [oid(COMMON_NAME), value])])]);
}

function extension(id: readonly number[], value: Buffer): Buffer {
  return der(0x30, [oid(id), der(0x04, [value])]);
}

function oid([first = 0, second = 0, ...rest]: readonly number[]): Buffer {
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const septets = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) {
      septets.unshift((left % 128) + 128);
    }
    bytes.push(...septets);
  }
  return der(0x06, [Buffer.from(bytes)]);
}
