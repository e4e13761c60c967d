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
} from '@tandem/sip-stack';

// By hand, after tsc -b packages/sip-stack:
//   node --import tsx packages/sip-stack/bench/calls.ts [calls/s] [seconds]
// (--cpu-prof before --import writes a profile). SIPp calls SIPp through two legs of this stack,
// with nothing between them but SDP and status. Its rival in the same run throws back as many
// datagrams of the same size at the same rate, which is what sockets alone cost.
const callsPerSecond = Number(process.argv[2] ?? 1_000);
const seconds = Number(process.argv[3] ?? 15);
const calls = callsPerSecond * seconds;
/** A call of SIPp's as the stack sees it: six messages in, seven out. */
const EXCHANGES_PER_CALL = 6.5;
const MESSAGE_BYTES = 500;
const ECHO_SECONDS = 5;
const PEER = `
  const { ECHO_PORT, ECHO_PER_SECOND, ECHO_SECONDS, ECHO_BYTES } = process.env;
  const lookup = (address, options, found) => found(null, address, 4);
  const socket = require('node:dgram').createSocket({ type: 'udp4', lookup });
  const bytes = Buffer.alloc(Number(ECHO_BYTES), 'x');
  const startedAt = performance.now();
  let sent = 0;
  setInterval(() => {
    const seconds = (performance.now() - startedAt) / 1000;
    if (seconds > Number(ECHO_SECONDS)) process.exit(0);
    for (; sent < seconds * Number(ECHO_PER_SECOND); sent++) {
      socket.send(bytes, Number(ECHO_PORT), '127.0.0.1');
    }
  }, 1);
`;

const stack = createSipStack({ clock: systemClock, tagPrefix: 'n1-' });
const [listener] = await stack.listen({ transport: 'udp', host: '127.0.0.1', port: 0 });
if (listener === undefined) throw new Error('nothing listens');
const calleePort = await freePort();
stack.user = {
  onInvite: (invite) => carry(stack, invite, `sip:service@127.0.0.1:${calleePort}`),
  onRequest: (request) => request.respond(501),
};

const callee = spawn('sipp', [
  '-sn',
  'uas',
  '-i',
  '127.0.0.1',
  '-p',
  String(calleePort),
  '-nostdin',
  '-trace_err',
  '-error_file',
  '/dev/null',
]);
await new Promise((resolve) => void setTimeout(resolve, 500));
process.on('exit', () => {
  callee.kill('SIGKILL');
  caller.kill('SIGKILL');
});
const before = process.cpuUsage();
const startedAt = performance.now();
const caller = spawn('sipp', [
  '-sn',
  'uac',
  `127.0.0.1:${listener.port}`,
  '-i',
  '127.0.0.1',
  '-nostdin',
  '-r',
  String(callsPerSecond),
  '-m',
  String(calls),
  '-l',
  String(calls),
  '-d',
  '0',
  '-timeout',
  String(seconds + 40),
  '-trace_err',
  '-error_file',
  '/dev/null',
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
const floorMs = (await echoMs(callsPerSecond * EXCHANGES_PER_CALL)) * EXCHANGES_PER_CALL;
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
  return type === undefined || message.body === '' ? {} : { body: { type, content: message.body } };
}

/** CPU of one datagram received and one sent, ms, when another process sends them at that rate. */
async function echoMs(perSecond: number): Promise<number> {
  const socket = await boundSocket();
  let echoed = 0;
  socket.on('message', (heard, source) => {
    echoed++;
    socket.send(Buffer.from(heard), source.port, source.address);
  });
  const peer = spawn(process.execPath, ['-e', PEER], {
    env: {
      ...process.env,
      ECHO_PORT: String(socket.address().port),
      ECHO_PER_SECOND: String(perSecond),
      ECHO_SECONDS: String(ECHO_SECONDS),
      ECHO_BYTES: String(MESSAGE_BYTES),
    },
  });
  const begun = process.cpuUsage();
  await new Promise<void>((resolve) => void peer.once('exit', () => resolve()));
  const ms = cpuMs(begun) / echoed;
  socket.close();
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
