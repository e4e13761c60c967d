import { createSocket, type Socket } from 'node:dgram';

import { ManualClock } from '@tandem/engine';
import { afterEach, describe, expect, it } from 'vitest';

import { SystemDns } from './system-dns.ts';

let server: Socket | undefined;

afterEach(() => {
  server?.close();
  server = undefined;
});

/** A name server on loopback that answers each question by the same records, or with a code. */
async function serve(answer: Buffer | undefined, code = 0): Promise<string> {
  const socket = createSocket('udp4');
  server = socket;
  socket.on('message', (query, { port, address }) => {
    const end = query.indexOf(0, 12) + 5;
    const head = Buffer.from(query.subarray(0, 12));
    head.writeUInt16BE(0x8180 | code, 2);
    head.writeUInt16BE(answer === undefined ? 0 : 1, 6);
    head.fill(0, 8);
    const parts = [head, query.subarray(12, end), answer ?? Buffer.alloc(0)];
    socket.send(Buffer.concat(parts), port, address);
  });
  await new Promise<void>((resolve) => void socket.bind(0, '127.0.0.1', resolve));
  return `127.0.0.1:${socket.address().port}`;
}

/** One resource record of the name that was asked for. */
function record(type: number, ttlSeconds: number, data: readonly number[]): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(ttlSeconds, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, Buffer.from(data)]);
}

const name = (text: string): number[] => [
  ...text.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]),
  0,
];

async function dnsWith(answer: Buffer | undefined, code?: number): Promise<SystemDns> {
  const address = await serve(answer, code);
  return new SystemDns(new ManualClock(), { servers: [address], timeoutMs: 200, tries: 1 });
}

describe('names asked of a real server', () => {
  it('brings addresses with their life', async () => {
    const dns = await dnsWith(record(1, 77, [192, 0, 2, 7]));
    expect(await dns.addresses('sip.example.com', 4)).toEqual([
      { address: '192.0.2.7', ttlSeconds: 77 },
    ]);
  });

  it('brings servers and services', async () => {
    const srv = record(33, 60, [0, 10, 0, 5, 0x13, 0xc4, ...name('a.example.com')]);
    expect(await (await dnsWith(srv)).srv('_sip._udp.example.com')).toEqual([
      { priority: 10, weight: 5, port: 5060, host: 'a.example.com' },
    ]);
    server?.close();
    const text = (value: string): number[] => [value.length, ...Buffer.from(value)];
    const data = [
      0,
      1,
      0,
      2,
      ...text('s'),
      ...text('SIP+D2U'),
      ...text(''),
      ...name('_sip._udp.x'),
    ];
    expect(await (await dnsWith(record(35, 60, data))).naptr('example.com')).toMatchObject([
      { order: 1, preference: 2, flags: 's', service: 'SIP+D2U', replacement: '_sip._udp.x' },
    ]);
  });

  it('tells "no such name" from "nobody could say"', async () => {
    const none = await dnsWith(undefined, 3);
    expect(await none.srv('_sip._udp.example.com')).toEqual([]);
    server?.close();
    const broken = await dnsWith(undefined, 2);
    await expect(broken.srv('_sip._udp.example.com')).rejects.toThrow('SERVFAIL');
  });

  it('takes what the hosts file says without asking anyone', async () => {
    const dns = new SystemDns(new ManualClock(), { servers: ['127.0.0.1:1'] });
    expect(await dns.naptr('localhost')).toEqual([]);
    expect(await dns.srv('_sip._udp.localhost')).toEqual([]);
    expect(await dns.addresses('localhost', 4)).toContainEqual({ address: '127.0.0.1' });
  });
});
