import { spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';

import { systemClock } from '@tandem/engine';

import {
  createSipStack,
  type Dialog,
  type DialogUser,
  type IncomingInvite,
  type SipBody,
  type SipRequest,
  type SipResponse,
  type SipStack,
} from '../src/index.ts';

// By hand: node --import tsx --conditions=tandem-source packages/sip-stack/bench/calls.ts [calls/s] [seconds]
// (--cpu-prof before --import writes a profile). SIPp calls SIPp through two legs of this stack,
// with nothing between them but SDP and status; beside it stands what the sockets alone cost.
const callsPerSecond = Number(process.argv[2] ?? 1_000);
const seconds = Number(process.argv[3] ?? 15);
const calls = callsPerSecond * seconds;
/** A call of SIPp's as the stack sees it: six messages in, seven out. */
const EXCHANGES_PER_CALL = 6.5;
const ECHOES = 60_000;
const ECHOES_AT_ONCE = 64;
const MESSAGE_BYTES = 500;

const stack = createSipStack({ clock: systemClock, tagPrefix: 'n1-' });
const [listener] = await stack.listen({ transport: 'udp', host: '127.0.0.1', port: 0 });
if (listener === undefined) throw new Error('nothing listens');
const calleePort = await freePort();
stack.user = {
  onInvite: (invite) => carry(stack, invite, `sip:service@127.0.0.1:${calleePort}`),
  onRequest: (request) => request.respond(501),
};

const callee = spawn('sipp', [
  ...['-sn', 'uas', '-i', '127.0.0.1', '-p', String(calleePort)],
  ...['-nostdin', '-trace_err', '-error_file', '/dev/null'],
]);
await new Promise((resolve) => void setTimeout(resolve, 500));
const before = process.cpuUsage();
const startedAt = performance.now();
const caller = spawn('sipp', [
  ...['-sn', 'uac', `127.0.0.1:${listener.port}`, '-i', '127.0.0.1', '-nostdin'],
  ...['-r', String(callsPerSecond), '-m', String(calls), '-l', String(calls), '-d', '0'],
  ...['-timeout', String(seconds + 40), '-trace_err', '-error_file', '/dev/null'],
]);
let output = '';
caller.stdout.on('data', (chunk: Buffer) => void (output = (output + String(chunk)).slice(-8_000)));
const status = await new Promise<number | null>((resolve) => void caller.once('exit', resolve));
const callMs = cpuMs(before) / calls;
const tookSeconds = (performance.now() - startedAt) / 1_000;
callee.kill('SIGKILL');

const counter = (name: string): string =>
  new RegExp(`${name}\\s*\\|[^|]*\\|\\s*(\\d+)`).exec(output)?.[1] ?? '?';
const { counters, gauges } = stack.stats();
await stack.close();
const floorMs = (await echoMs()) * EXCHANGES_PER_CALL;
console.log(
  [
    `${calls} calls at ${(calls / tookSeconds).toFixed(0)}/s, sipp ended with ${status}`,
    `successful ${counter('Successful call')}, failed ${counter('Failed call')}`,
    `repeats sent ${counters.repeatsSent}, received ${counters.repeatsReceived}`,
    `living transactions ${gauges.inviteServers + gauges.inviteClients + gauges.requestServers + gauges.requestClients}`,
    `${callMs.toFixed(3)} CPU-ms a call; the sockets alone ${floorMs.toFixed(3)}; ratio ${(callMs / floorMs).toFixed(2)}`,
    `memory ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`,
  ].join('\n'),
);

/** Two legs and nothing between them: what the caller says goes to the callee and back. */
function carry(on: SipStack, invite: IncomingInvite, uri: string): void {
  const { request } = invite;
  const near = invite.openDialog();
  const far: { dialog?: Dialog } = {};
  const outgoing = on.sendInvite(
    {
      uri,
      from: `<${request.from.uriText}>`,
      to: `<${uri}>`,
      maxForwards: 69,
      ...bodyOf(request),
    },
    {
      onProvisional: (response) => invite.respond(response.status, bodyOf(response)),
      onAnswered: (response, dialog) => {
        far.dialog = dialog;
        dialog.user = ending(near);
        outgoing.ack();
        invite.respond(200, bodyOf(response));
      },
      onRefused: (response) => invite.respond(response.status),
      onFailed: (failure) => invite.respond(failure.status),
    },
  );
  near.user = ending(() => far.dialog);
}

function ending(other: Dialog | (() => Dialog | undefined)): DialogUser {
  return {
    onRequest: (request) => request.respond(200),
    onInvite: (invite) => invite.respond(488),
    onBye: () => {
      const dialog = typeof other === 'function' ? other() : other;
      dialog?.sendBye();
    },
  };
}

function bodyOf(message: SipRequest | SipResponse): { body?: SipBody } {
  const type = message.get('Content-Type');
  return type === undefined || message.body === ''
    ? {}
    : { body: { type, content: message.body } };
}

/** CPU of one datagram received and one sent, ms: two sockets throw the same one to and fro. */
async function echoMs(): Promise<number> {
  const [one, two] = [await boundSocket(), await boundSocket()];
  const bytes = Buffer.alloc(MESSAGE_BYTES, 'x');
  let left = ECHOES;
  const begun = process.cpuUsage();
  await new Promise<void>((resolve) => {
    for (const socket of [one, two]) {
      socket.on('message', (heard, source) => {
        left--;
        if (left > 0) socket.send(Buffer.from(heard), source.port, source.address);
        else resolve();
      });
    }
    const { port } = two.address();
    for (let at = 0; at < ECHOES_AT_ONCE; at++) one.send(bytes, port, '127.0.0.1');
  });
  const ms = cpuMs(begun) / ECHOES;
  one.close();
  two.close();
  return ms;
}

function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
}

async function boundSocket(): Promise<Socket> {
  const socket = createSocket({
    type: 'udp4',
    lookup: (address, _options, found) => found(null, address, 4),
  });
  await new Promise<void>((resolve) => void socket.bind(0, '127.0.0.1', resolve));
  return socket;
}

async function freePort(): Promise<number> {
  const socket = await boundSocket();
  const { port } = socket.address();
  socket.close();
  return port;
}
