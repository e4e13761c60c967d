import { createServer } from 'node:net';

/**
 * A port of 127.0.0.1 that is free now: the `wanted` one if it is, else one of the system's.
 * Somebody may take it before the server does; then the server is started again with another.
 */
export async function findFreePort(wanted: number | undefined): Promise<number> {
  const kept = wanted === undefined ? undefined : await tryPort(wanted);
  const port = kept ?? (await tryPort(0));
  if (port === undefined) throw new Error('127.0.0.1 has no free port');
  return port;
}

async function tryPort(port: number): Promise<number | undefined> {
  return await new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen({ port, host: '127.0.0.1' }, () => {
      const address = probe.address();
      const taken = typeof address === 'object' && address !== null ? address.port : undefined;
      probe.close(() => resolve(taken));
    });
  });
}
