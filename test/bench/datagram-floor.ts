import { fork } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { cpuTimeMs } from '../harness/cpu-time.ts';
import { pause } from '../harness/eventually.ts';

const ECHO = fileURLToPath(new URL('datagram-echo.mjs', import.meta.url));
const HOST = '127.0.0.41';
/** About what a message of SIP with SDP has. */
const BYTES = 500;
const STEP_MS = 2;
const WARM_UP_SECONDS = 1;

/**
 * The floor under the cost of a call: CPU ms that a plain process of Node uses to take and send as
 * many datagrams as a call has, at that rate. Its sender's time is not counted.
 */
export async function datagramFloorMs(
  callsPerSecond: number,
  datagramsPerCall: number,
  seconds: number,
): Promise<number> {
  const echo = fork(ECHO, { execArgv: [] });
  const socket = createSocket('udp4');
  let heard = 0;
  socket.on('message', () => heard++);
  try {
    const [port] = (await once(echo, 'message')) as [number];
    // One that comes and one that goes for each that is sent.
    const perSecond = (callsPerSecond * datagramsPerCall) / 2;
    await send(socket, port, perSecond, WARM_UP_SECONDS);
    const beforeMs = await cpuTimeMs(echo.pid ?? 0);
    heard = 0;
    await send(socket, port, perSecond, seconds);
    const usedMs = (await cpuTimeMs(echo.pid ?? 0)) - beforeMs;
    return (usedMs * datagramsPerCall) / (2 * heard);
  } finally {
    socket.close();
    echo.kill();
  }
}

async function send(
  socket: Socket,
  port: number,
  perSecond: number,
  seconds: number,
): Promise<void> {
  const bytes = Buffer.alloc(BYTES, 'a');
  const startMs = performance.now();
  for (let sent = 0; sent < perSecond * seconds; await pause(STEP_MS)) {
    const due = ((performance.now() - startMs) * perSecond) / 1_000;
    for (; sent < Math.min(due, perSecond * seconds); sent++) socket.send(bytes, port, HOST);
  }
  await pause(100);
}
