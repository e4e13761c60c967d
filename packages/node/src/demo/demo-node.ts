import { createSocket } from 'node:dgram';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { systemClock, TandemError } from '@tandem/engine';
import type { CdrParams } from '@tandem/messages';
import { describeProblem } from '../conf/conf-problem.ts';
import { createPinoLog } from '../log/pino-log.ts';
import { readSettings } from '../node/settings.ts';
import { TandemNode } from '../node/tandem-node.ts';
import { readVersion } from '../version.ts';
import type { Narrator } from './narrator.ts';
import { storyPlugin } from './story-plugin.ts';

/** A node of the demonstration. */
export interface DemoNode {
  readonly name: string;
  /** `host:port` of its SIP listener. */
  readonly sip: string;
  readonly node: TandemNode;
  /** The last record of each leg on this node, as they are told. */
  readonly records: CdrParams[];
}

/** What the demonstration's nodes share. */
export interface DemoGround {
  readonly directory: string;
  readonly nats: string;
  readonly narrator: Narrator;
}

/** Ports that people expect, one after the other; another one where it is taken. */
const SIP_PORT_FIRST = 5061;
const HOST = '127.0.0.1';

/** Starts one node as `tandem start` would, with its log in a file. @throws TandemError */
export async function startDemoNode(ground: DemoGround, index: number): Promise<DemoNode> {
  const { directory, nats, narrator } = ground;
  const name = `node${index + 1}`;
  const sip = `${HOST}:${await udpPort(SIP_PORT_FIRST + index)}`;
  const overrides = [
    `sip.listen=udp:${sip}, tcp:${sip}`,
    `nats.servers=${nats}`,
    `database.directory=${join(directory, 'postgres')}`,
  ];
  // No file: a clustering.conf that lies about is not the demonstration's.
  const source = { file: join(directory, 'clustering.conf'), overrides, node: name };
  const { settings, problems } = await readSettings(source);
  if (settings === undefined) {
    throw new TandemError('CONFIG_INVALID', { issues: problems.map(describeProblem).join('; ') });
  }
  const file = createWriteStream(join(directory, `${name}.log`), { flags: 'w' });
  const log = createPinoLog({
    node: name,
    level: 'info',
    clock: systemClock,
    // Its connections may have a last word when the node has ended.
    write: (line) => void (file.writableEnded || file.write(line)),
  });
  const node = await TandemNode.start({ settings, source, version: readVersion(), log });
  const records: CdrParams[] = [];
  await node.engine.install(storyPlugin(narrator, records));
  void node.ended.then(() => file.end());
  return { name, sip, node, records };
}

/** That port if nobody has it, else any. */
async function udpPort(wanted: number): Promise<number> {
  return (await tryUdpPort(wanted)) ?? (await tryUdpPort(0)) ?? wanted;
}

function tryUdpPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => resolve(undefined));
    socket.bind(port, HOST, () => {
      const bound = socket.address().port;
      socket.close(() => resolve(bound));
    });
  });
}
