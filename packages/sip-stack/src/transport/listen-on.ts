import type { Server } from 'node:net';

import type { ConnectionHost } from './connection-host.ts';

/**
 * Binds a server, puts the gate before it, and gives the port it got. Rejects with the system's
 * error; later errors of the socket become notices.
 */
export async function listenOn(
  server: Server,
  address: string,
  port: number,
  host: ConnectionHost,
): Promise<number> {
  host.gate.guard(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address, port, ipv6Only: true, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const bound = server.address();
  const boundPort = bound !== null && typeof bound === 'object' ? bound.port : port;
  server.on('error', (cause) => {
    const message = `${address}:${boundPort}: ${cause.message}`;
    host.user.onNotice({ kind: 'socket-error', message, cause });
  });
  return boundPort;
}
