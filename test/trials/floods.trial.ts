import { createSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { residentBytes } from '../harness/cpu-time.ts';
import { pause } from '../harness/eventually.ts';
import { isUp, Phones } from '../harness/phones.ts';
import type { NodeProcess } from '../harness/node-process.ts';
import { ProcessCluster } from '../harness/process-cluster.ts';

// npm run trial -- floods [--messages 100000]: INVITEs and REGISTERs that are never followed up, and
// connections that say nothing, in masses at one node. Shows its memory at the height of each and
// afterwards, how long a change of a running call took at most meanwhile, and whether a new call is
// taken behind it: 503 says that the node still lags. Ends with 1 where memory grows without bound or
// the running call suffers.

const { values } = parseArgs({ options: { messages: { type: 'string', default: '100000' } } });
const messages = Number(values.messages);
const CONNECTIONS = 3_000;
const BATCH = 200;
/** Half-open transactions end 64·T1 later. */
const REST_MS = 40_000;
const GROWTH_MAX_BYTES = 200 * 1_048_576;

await using cluster = await ProcessCluster.start({
  nodes: 1,
  users: ['alice', 'bob'],
  settings: ['sip.connectionsMax=1000', 'sip.unknownSource=challenge'],
});
const node = cluster.node(1);
await using phones = new Phones();
const bob = await phones.registeredAt(node, 'bob', '127.0.0.50');
bob.onCall = (call) => call.answer();
const alice = await phones.registeredAt(node, 'alice', '127.0.0.51');
const startBytes = await memory(node);
say('at rest', startBytes, '');

const running = alice.call('bob');
await isUp(running);
let isBounded = true;
for (const method of ['INVITE', 'REGISTER']) {
  const startMs = performance.now();
  const change = await whileRunning(flood(method));
  const seconds = (performance.now() - startMs) / 1_000;
  const transactions = await node.metric('tandem_sip_transactions');
  const bytes = await memory(node);
  isBounded &&= bytes - startBytes < GROWTH_MAX_BYTES;
  const rate = Math.round(messages / seconds);
  say(
    `${messages} ${method}`,
    bytes,
    `${rate}/s sent, ${transactions} transactions; ${change}; ${await calls()}`,
  );
}
const sockets = await connections();
const open = await node.metric('tandem_sip_connections');
const bytes = await memory(node);
isBounded &&= bytes - startBytes < GROWTH_MAX_BYTES && open <= 1_000;
say(`${CONNECTIONS} connections`, bytes, `${open} open; ${await calls()}`);
for (const socket of sockets) socket.destroy();
await pause(REST_MS);
const left = await node.metric('tandem_sip_transactions');
say('afterwards', await memory(node), `${left} transactions; ${await calls()}`);
const isAlive = (await running.hangUp()) === 200;
const isGood = isBounded && left < 10 && isAlive;
process.stdout.write(isGood ? 'bounded\n' : 'NOT bounded\n');
process.exitCode = isGood ? 0 : 1;

async function flood(method: string): Promise<void> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => void socket.bind(0, '127.0.0.66', resolve));
  const { sipHost, sipPort } = node.place;
  const { port } = socket.address();
  for (let sent = 0; sent < messages; sent += BATCH) {
    for (let at = sent; at < sent + BATCH; at++) {
      const text =
        `${method} sip:bob@${node.sip} SIP/2.0\r\n` +
        `Via: SIP/2.0/UDP 127.0.0.66:${port};branch=z9hG4bK${method}${at}\r\n` +
        `From: <sip:x${at}@x>;tag=${at}\r\nTo: <sip:x@x>\r\nCall-ID: ${method}-${at}\r\n` +
        `CSeq: 1 ${method}\r\nContact: <sip:x@127.0.0.66:${port}>\r\nContent-Length: 0\r\n\r\n`;
      socket.send(text, sipPort, sipHost);
    }
    await pause(1);
  }
  socket.close();
}

/**
 * Changes the running call again and again until that is over. Its datagrams get lost in the flood
 * as all others do; where an ACK was, the next change is put off (500) until its repeat has come.
 */
async function whileRunning(done: Promise<void>): Promise<string> {
  const over = done.then(() => true);
  let slowestMs = 0;
  let changes = 0;
  let putOff = 0;
  for (;;) {
    const startMs = performance.now();
    const status = await running.hold(changes % 2 === 0 ? 'sendonly' : 'sendrecv');
    if (status === 200) changes++;
    else if (status === 500) putOff++;
    else throw new Error(`the running call was answered ${status}`);
    slowestMs = Math.max(slowestMs, performance.now() - startMs);
    if (await Promise.race([over, pause(100).then(() => false)])) break;
  }
  return `${changes} changes of a running call (${putOff} put off), the slowest ${slowestMs.toFixed(0)} ms`;
}

async function connections(): Promise<Socket[]> {
  const { sipHost, sipPort } = node.place;
  const all: Socket[] = [];
  for (let count = 0; count < CONNECTIONS; count++) {
    const socket = connect(sipPort, sipHost);
    socket.on('error', () => undefined);
    all.push(socket);
    if (count % BATCH === 0) await pause(20);
  }
  await pause(1_000);
  return all;
}

async function calls(): Promise<string> {
  const call = alice.call('bob');
  try {
    await isUp(call);
    await call.hangUp();
    return 'a call passes';
  } catch (fault) {
    return `a call FAILS: ${String(fault)}`;
  }
}

async function memory({ pid }: NodeProcess): Promise<number> {
  return await residentBytes(pid ?? 0);
}

function say(what: string, residentSize: number, rest: string): void {
  const size = `${(residentSize / 1_048_576).toFixed(0)} MiB`;
  process.stdout.write(`${what.padEnd(20)} ${size.padStart(9)}  ${rest}\n`);
}
