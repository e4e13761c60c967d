import { addressBytes, isSix } from '../wire/address-bytes.ts';
import type { HepOptions } from './hep-options.ts';
import type { TracedMessage } from './traced-message.ts';

/** Kinds of chunk of HEP3 (HEP3 network protocol specification, revision 36, generic chunks). */
const CHUNK = {
  family: 1,
  protocol: 2,
  source4: 3,
  destination4: 4,
  source6: 5,
  destination6: 6,
  sourcePort: 7,
  destinationPort: 8,
  seconds: 9,
  microseconds: 10,
  payloadType: 11,
  captureId: 12,
  key: 14,
  payload: 15,
  correlation: 17,
  nodeName: 19,
} as const;

const FAMILY_4 = 2;
const FAMILY_6 = 10;
const PROTOCOL_UDP = 17;
const PROTOCOL_TCP = 6;
const PAYLOAD_SIP = 1;
/** Vendor 0, the kind and the length stand before the content of each chunk. */
const CHUNK_HEAD_BYTES = 6;
/** The largest datagram that UDP over IPv4 carries. */
const PACKET_BYTES_MAX = 65_507;

/** The packet for one message; undefined where it would be too large for a datagram. */
export function encodeHep3(message: TracedMessage, options: HepOptions): Buffer | undefined {
  const { flow, at, direction, text, callId } = message;
  const local = { address: message.localAddress, port: message.localPort };
  const remote = { address: flow.remoteAddress, port: flow.remotePort };
  const [source, destination] = direction === 'in' ? [remote, local] : [local, remote];
  const isOfSix = isSix(source.address);
  const chunks = [
    chunk(CHUNK.family, byte(isOfSix ? FAMILY_6 : FAMILY_4)),
    chunk(CHUNK.protocol, byte(flow.transport === 'udp' ? PROTOCOL_UDP : PROTOCOL_TCP)),
    chunk(isOfSix ? CHUNK.source6 : CHUNK.source4, addressBytes(source.address)),
    chunk(isOfSix ? CHUNK.destination6 : CHUNK.destination4, addressBytes(destination.address)),
    chunk(CHUNK.sourcePort, short(source.port)),
    chunk(CHUNK.destinationPort, short(destination.port)),
    chunk(CHUNK.seconds, word(Math.floor(at / 1_000))),
    chunk(CHUNK.microseconds, word(Math.floor((at % 1_000) * 1_000))),
    chunk(CHUNK.payloadType, byte(PAYLOAD_SIP)),
    chunk(CHUNK.captureId, word(options.captureId)),
  ];
  if (options.key !== undefined) chunks.push(chunk(CHUNK.key, Buffer.from(options.key)));
  if (options.nodeName !== undefined) {
    chunks.push(chunk(CHUNK.nodeName, Buffer.from(options.nodeName)));
  }
  if (callId !== '') chunks.push(chunk(CHUNK.correlation, Buffer.from(callId, 'latin1')));
  const partBytes = chunks.reduce((sum, { length }) => sum + length, 6 + CHUNK_HEAD_BYTES);
  if (partBytes + text.length > PACKET_BYTES_MAX) return undefined;
  chunks.push(chunk(CHUNK.payload, Buffer.from(text, 'latin1')));
  const head = Buffer.from('HEP3\0\0', 'latin1');
  head.writeUInt16BE(partBytes + text.length, 4);
  return Buffer.concat([head, ...chunks]);
}

function chunk(kind: number, content: Uint8Array | readonly number[]): Buffer {
  const bytes = Buffer.alloc(CHUNK_HEAD_BYTES + content.length);
  bytes.writeUInt16BE(kind, 2);
  bytes.writeUInt16BE(bytes.length, 4);
  bytes.set(content, CHUNK_HEAD_BYTES);
  return bytes;
}

function byte(value: number): readonly number[] {
  return [value];
}

function short(value: number): readonly number[] {
  return [value >> 8, value & 0xff];
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}
