import { crc32 } from 'node:zlib';

import { addressBytes, isSix } from './address-bytes.ts';

const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const BINDING_ERROR = 0x0111;
const ERROR_CODE = 0x0009;
const UNKNOWN_ATTRIBUTES = 0x000a;
const XOR_MAPPED_ADDRESS = 0x0020;
const FINGERPRINT = 0x8028;
/** Attributes below this must be understood, or the request is refused (RFC 5389 §15). */
const OPTIONAL_FROM = 0x8000;
/** Of these we know enough to leave them aside: USERNAME, MESSAGE-INTEGRITY, PRIORITY, USE-CANDIDATE. */
const LEFT_ASIDE: ReadonlySet<number> = new Set([0x0006, 0x0008, 0x0024, 0x0025]);
const UNKNOWN_MAX = 8;

const HEAD_BYTES = 20;
const FINGERPRINT_BYTES = 8;
const FINGERPRINT_MASK = 0x5354554e;

/**
 * The answer to a STUN binding request that phones send for a keep-alive on a SIP port (RFC 5389
 * §7.3, RFC 5626 §3.5.2): the address it came from, or 420 for what we do not understand.
 * Undefined for anything else: nothing is said to it. At most 24 bytes longer than the request, so
 * nobody can be flooded with it.
 */
export function answerBinding(bytes: Buffer, address: string, port: number): Buffer | undefined {
  if (bytes.length < HEAD_BYTES || bytes.readUInt16BE(0) !== BINDING_REQUEST) return undefined;
  if (bytes.readUInt16BE(2) !== bytes.length - HEAD_BYTES) return undefined;
  const kinds = attributeKinds(bytes);
  if (kinds === undefined) return undefined;
  const unknown = kinds.filter((kind) => kind < OPTIONAL_FROM && !LEFT_ASIDE.has(kind));
  const isStamped = kinds.includes(FINGERPRINT);
  if (unknown.length === 0) {
    const mapped = attribute(XOR_MAPPED_ADDRESS, mappedAddress(bytes, address, port));
    return message(BINDING_SUCCESS, bytes, mapped, isStamped);
  }
  const list = Buffer.alloc(2 * Math.min(unknown.length, UNKNOWN_MAX));
  for (let at = 0; at < list.length; at += 2) list.writeUInt16BE(unknown[at / 2] ?? 0, at);
  const code = attribute(ERROR_CODE, Buffer.from([0, 0, 4, 20]));
  const refused = Buffer.concat([code, attribute(UNKNOWN_ATTRIBUTES, list)]);
  return message(BINDING_ERROR, bytes, refused, isStamped);
}

function attributeKinds(bytes: Buffer): number[] | undefined {
  const kinds: number[] = [];
  let at = HEAD_BYTES;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) return undefined;
    kinds.push(bytes.readUInt16BE(at));
    at += 4 + padded(bytes.readUInt16BE(at + 2));
  }
  return at === bytes.length ? kinds : undefined;
}

// Mixed with the cookie and the transaction's id, so that no box on the way rewrites it.
function mappedAddress(request: Buffer, address: string, port: number): Buffer {
  const plain = addressBytes(address);
  const content = Buffer.from([0, isSix(address) ? 2 : 1, port >> 8, port & 0xff, ...plain]);
  for (let at = 2; at < 4; at++) content[at] = (content[at] ?? 0) ^ (request[at + 2] ?? 0);
  for (let at = 4; at < content.length; at++) content[at] = (content[at] ?? 0) ^ (request[at] ?? 0);
  return content;
}

function message(kind: number, request: Buffer, attributes: Buffer, isStamped: boolean): Buffer {
  const head = Buffer.from(request.subarray(0, HEAD_BYTES));
  head.writeUInt16BE(kind, 0);
  head.writeUInt16BE(attributes.length + (isStamped ? FINGERPRINT_BYTES : 0), 2);
  const answer = Buffer.concat([head, attributes]);
  if (!isStamped) return answer;
  const stamp = Buffer.alloc(4);
  stamp.writeUInt32BE((crc32(answer) ^ FINGERPRINT_MASK) >>> 0);
  return Buffer.concat([answer, attribute(FINGERPRINT, stamp)]);
}

function attribute(kind: number, content: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + padded(content.length));
  bytes.writeUInt16BE(kind, 0);
  bytes.writeUInt16BE(content.length, 2);
  content.copy(bytes, 4);
  return bytes;
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}
