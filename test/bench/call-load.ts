import { fileURLToPath } from 'node:url';
import { freePort } from '@tandem/testing';
import { cpuTimeMs } from '../harness/cpu-time.ts';
import { pause } from '../harness/eventually.ts';
import type { NodeProcess } from '../harness/node-process.ts';
import { Sipp } from '../harness/sipp.ts';

/** Calls talk for a second; then the last BYE is answered. */
const TAIL_MS = 3_000;

/** The longest that a phone waits for the caller to hang up. */
const ANSWERED_MAX_MS = 240_000;

/** What SIPp is to do, and whose CPU time counts. */
export interface LoadPlan {
  /** File of test/sipp. */
  readonly scenario: string;
  /** `host:port` that SIPp sends to: the node, or what stands before it. */
  readonly remote: string;
  /** The user called, or registering. */
  readonly service: string;
  readonly user: string;
  /** Where SIPp calls from. */
  readonly host: string;
  readonly transport?: 'u1' | 't1';
  /** Lines of SIPp's injection file. */
  readonly fields?: readonly string[];
  readonly callsPerSecond: number;
  readonly seconds: number;
  readonly counted: readonly NodeProcess[];
}

/** What it cost. */
export interface Load {
  readonly failed: number;
  readonly cpuMsPerCall: number;
}

/** Runs one load to its end. */
export async function runLoad(plan: LoadPlan): Promise<Load> {
  const { scenario, remote, service, user, host, transport, fields } = plan;
  const { callsPerSecond, seconds, counted } = plan;
  const beforeMs = await cpuOf(counted);
  const calls = callsPerSecond * seconds;
  const result = await Sipp.run({
    scenario,
    remote,
    service,
    user,
    password: `secret-${user}`,
    localHost: host,
    localPort: await freePort(host),
    calls,
    callsPerSecond,
    ...(transport !== undefined && { transport }),
    ...(fields !== undefined && { fields }),
  });
  await pause(TAIL_MS);
  const usedMs = (await cpuOf(counted)) - beforeMs;
  if (result.successful === 0) throw new Error(`no call went through: ${result.errors}`);
  return { failed: calls - result.successful, cpuMsPerCall: usedMs / calls };
}

/** Where a phone is. */
export interface PhonePlace {
  readonly localHost: string;
  readonly localPort: number;
}

/**
 * Sections of clustering.conf that let calls in from `source` without a password, and send those
 * for `known` to a phone that never registered.
 */
export function knownSourceConf(source: string, { localHost, localPort }: PhonePlace): string {
  const file = fileURLToPath(new URL('known-source-plugin.mjs', import.meta.url));
  const section = `source=${source}\ncalled=known\nphone=${localHost}:${localPort}`;
  return `[plugins]\nload=${file}\n[known-source]\n${section}`;
}

/** A phone that answers every call; with a registration it registers first. */
export async function answeringPhone(
  place: PhonePlace,
  registration?: { readonly node: NodeProcess; readonly name: string },
): Promise<Sipp> {
  if (registration !== undefined) {
    const { node, name } = registration;
    const registered = await Sipp.run({
      scenario: 'register',
      remote: node.sip,
      service: name,
      user: name,
      password: `secret-${name}`,
      calls: 1,
      ...place,
    });
    if (registered.code !== 0) throw new Error(`${name} cannot register: ${registered.errors}`);
  }
  return await Sipp.start({ scenario: 'answer', receiveTimeoutMs: ANSWERED_MAX_MS, ...place });
}

async function cpuOf(nodes: readonly NodeProcess[]): Promise<number> {
  const times = await Promise.all(nodes.map(async ({ pid }) => await cpuTimeMs(pid ?? 0)));
  return times.reduce((sum, time) => sum + time, 0);
}
