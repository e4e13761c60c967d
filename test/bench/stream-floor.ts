import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import { fileURLToPath } from 'node:url';
import type { TestCertificate } from '@tandem/testing';
import { cpuTimeMs } from '../harness/cpu-time.ts';
import { pause } from '../harness/eventually.ts';

const ECHO = fileURLToPath(new URL('stream-echo.mjs', import.meta.url));
const HOST = '127.0.0.41';
/** About what a message of SIP with SDP has. */
const BYTES = 500;
const STEP_MS = 2;
const WARM_UP_SECONDS = 1;

/** What is sent and how: by TLS with a certificate, else by TCP. */
export interface StreamLoad {
  readonly callsPerSecond: number;
  /** Messages that a node takes and sends by the stream for each call. */
  readonly messagesPerCall: number;
  readonly seconds: number;
  readonly certificate?: TestCertificate;
}

/**
 * The floor under the cost of a call by TCP or TLS: CPU ms that a plain process of Node uses to
 * take and send as many messages on one connection at that rate. Its sender's time is not counted.
 */
export async function streamFloorMs(load: StreamLoad): Promise<number> {
  const { callsPerSecond, messagesPerCall, seconds, certificate } = load;
  const echo = fork(ECHO, { execArgv: [] });
  let socket: Socket | undefined;
  try {
    echo.send(
      certificate === undefined ? {} : { cert: certificate.certificate, key: certificate.key },
    );
    const [port] = (await once(echo, 'message')) as [number];
    const options = { host: HOST, port };
    socket =
      certificate === undefined
        ? connectPlain(options)
        : connectSecure({ ...options, rejectUnauthorized: false });
    await once(socket, certificate === undefined ? 'connect' : 'secureConnect');
    socket.setNoDelay(true);
    let heardBytes = 0;
    socket.on('data', (bytes: Buffer) => (heardBytes += bytes.length));
    // One that comes and one that goes for each that is sent.
    const perSecond = (callsPerSecond * messagesPerCall) / 2;
    await send(socket, perSecond, WARM_UP_SECONDS);
    const beforeMs = await cpuTimeMs(echo.pid ?? 0);
    heardBytes = 0;
    await send(socket, perSecond, seconds);
    const usedMs = (await cpuTimeMs(echo.pid ?? 0)) - beforeMs;
    return (usedMs * messagesPerCall * BYTES) / (2 * heardBytes);
  } finally {
    socket?.destroy();
    echo.kill();
  }
}

async function send(socket: Socket, perSecond: number, seconds: number): Promise<void> {
  const bytes = Buffer.alloc(BYTES, 'a');
  const startMs = performance.now();
  for (let sent = 0; sent < perSecond * seconds; await pause(STEP_MS)) {
    const due = ((performance.now() - startMs) * perSecond) / 1_000;
    for (; sent < Math.min(due, perSecond * seconds); sent++) socket.write(bytes);
  }
  await pause(100);
}
