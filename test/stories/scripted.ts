import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { freePort } from '@tandem/testing';
import { Sipp, type SippResult } from '../harness/sipp.ts';
import { CALLER } from './stage.ts';
import type { Step } from './step.ts';
import { writeScenario } from './write-scenario.ts';

const PATIENCE_MS = 20_000;

/** Where a SIPp is. */
export interface Place {
  readonly localHost: string;
  readonly localPort: number;
}

/** Where scripts are written, and whom they call unless they say. */
export interface Ground {
  readonly directory: string;
  readonly cluster: { node(number: number): Server };
}

/** A node, or a proxy before it. */
export interface Server {
  /** `host:port`. */
  readonly sip: string;
}

/** How a phone registers. */
export interface Registering {
  readonly place: Place;
  readonly contact?: string;
  /** Seconds; 0 takes the registration back. */
  readonly expires?: number;
  readonly transport?: 'u1' | 't1';
  /** Of test/sipp; default `register-as`. */
  readonly scenario?: string;
  readonly fields?: readonly string[];
  readonly more?: readonly string[];
}

/** Registers a user's phone with SIPp, to its end; throws unless all went as the script says. */
export async function register(at: Server, user: string, registering: Registering): Promise<void> {
  await using sipp = await startRegistering(at, user, registering);
  prove(await sipp.result());
}

/** The same, and the phone stays with its connection until it is disposed of. */
export async function startRegistering(
  at: Server,
  user: string,
  registering: Registering,
  stayMs = 0,
): Promise<Sipp> {
  const { place, contact = '', expires = 300, fields, scenario = 'register-as' } = registering;
  const keys = ['-key', 'contact', contact, '-key', 'expires', String(expires)];
  return await Sipp.start({
    scenario,
    remote: at.sip,
    ...place,
    service: user,
    user,
    password: `secret-${user}`,
    calls: 1,
    transport: registering.transport ?? 'u1',
    talkMs: stayMs,
    ...(fields && { fields }),
    receiveTimeoutMs: PATIENCE_MS,
    more: [...keys, ...(registering.more ?? [])],
  });
}

/** A phone of a script that waits for calls. */
export interface WaitingPhone {
  /** Waits until it has had all its calls; throws unless all went as its script says. */
  ended(): Promise<void>;
}

/** Starts a phone that waits at that place. */
export async function startPhone(
  stage: Ground,
  name: string,
  place: Place,
  steps: readonly Step[],
  calls = 1,
): Promise<WaitingPhone> {
  const file = await write(stage, name, 'phone', steps);
  const sipp = await Sipp.start({ file, ...place, calls, receiveTimeoutMs: PATIENCE_MS });
  return {
    async ended() {
      const late = setTimeout(() => sipp.process.kill(), PATIENCE_MS);
      const result = await sipp.result();
      clearTimeout(late);
      await sipp[Symbol.asyncDispose]();
      prove(result);
    },
  };
}

/** Waits for both sides of a call; throws with what each has to say. */
export async function bothEnd(phone: WaitingPhone, calling: Promise<void>): Promise<void> {
  const outcomes = await Promise.allSettled([calling, phone.ended()]);
  const faults = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [String(outcome.reason)] : [],
  );
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

/** Where a script calls, and how often. */
export interface Calling {
  readonly node?: Server;
  /** Where the caller is; default: where stories have them. */
  readonly host?: string;
  readonly calls?: number;
}

/** Runs a caller's script to its end; throws unless all went as it says. */
export async function runScript(
  stage: Ground,
  name: string,
  called: string,
  steps: readonly Step[],
  { node = stage.cluster.node(1), calls = 1, host = CALLER }: Calling = {},
): Promise<void> {
  const result = await Sipp.run({
    file: await write(stage, name, 'caller', steps),
    remote: node.sip,
    service: called,
    localHost: host,
    localPort: await freePort(host),
    calls,
    callsPerSecond: 100,
    receiveTimeoutMs: PATIENCE_MS,
  });
  prove(result);
}

function prove({ code, failed, errors }: SippResult): void {
  if (code !== 0 || failed > 0) throw new Error(`SIPp ended with ${code}: ${errors}`);
}

async function write(
  { directory }: Ground,
  name: string,
  side: 'caller' | 'phone',
  steps: readonly Step[],
): Promise<string> {
  const file = path.join(directory, `${name}.xml`);
  await writeFile(file, writeScenario(name, side, steps));
  return file;
}
