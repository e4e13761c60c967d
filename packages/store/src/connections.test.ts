import { systemClock } from '@tandem/engine';
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { DEFAULT_BOUNDS } from './connection-bounds.ts';
import { Connections } from './connections.ts';

/** Postgres's protocol 3.0: a type, the length with itself, the content. */
function protocolMessage(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeInt32BE(content.length + 4, 1);
  return Buffer.concat([head, content]);
}

const AUTHENTICATED = protocolMessage('R', Buffer.alloc(4));
const READY = protocolMessage('Z', Buffer.from('I'));
const ENDED = protocolMessage(
  'E',
  Buffer.from('SFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0'),
);

/** A server that takes a connection and dies, both told in one packet. */
async function openDyingServer() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(Buffer.concat([AUTHENTICATED, READY, ENDED])));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `postgres://tandem:secret@127.0.0.1:${port}/tests`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('a server that dies in the moment in which it takes a connection ends no process', async () => {
  await using server = await openDyingServer();
  let troubles = 0;
  const watch = { fault: () => undefined, onTrouble: () => void troubles++ };
  const connections = new Connections(server.url, DEFAULT_BOUNDS, systemClock, watch);
  const uncaught: unknown[] = [];
  const hear = (fault: unknown): void => void uncaught.push(fault);
  const listeners = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', hear);
  try {
    await expect(connections.call('select 1', [])).rejects.toThrow();
    await connections.close();
  } finally {
    process.off('uncaughtException', hear);
    for (const listener of listeners) process.on('uncaughtException', listener);
  }
  expect(uncaught).toEqual([]);
  expect(troubles).toBeGreaterThan(0);
});
