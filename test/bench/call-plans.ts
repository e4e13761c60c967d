import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from '@tandem/testing';
import type { NodeProcess } from '../harness/node-process.ts';
import type { LoadPlan, PhonePlace } from './call-load.ts';

const BRIDGE = fileURLToPath(new URL('tls-bridge.mjs', import.meta.url));
const SECONDS = 20;
const CALLER_HOST = '127.0.0.33';
/** The source that needs no password. */
export const KNOWN_HOST = '127.0.0.34';
/** Where the calls of the tenant come from. */
export const TENANT_HOST = '127.0.0.36';

/** Registrations of the registration load in a second. */
export const REGISTERS_PER_SECOND = 200;
/** Each registers once a second: two at a time of one user would rightly refuse the older one. */
export const ROAMERS: readonly string[] = Array.from(
  { length: REGISTERS_PER_SECOND },
  (_, index) => `roamer${index}`,
);

/** The kinds of load that are measured. */
export type Plans = Readonly<
  Record<'local' | 'known' | 'billed' | 'forwarded' | 'tcp' | 'tls' | 'register', LoadPlan>
>;

/** What each kind of load does; `bridge`: where SIPp's TCP becomes the node's TLS. */
export function plansFor(one: NodeProcess, two: NodeProcess, bridge: string): Plans {
  const local: LoadPlan = {
    scenario: 'call-with-digest',
    remote: one.sip,
    service: 'near',
    user: 'caller',
    host: CALLER_HOST,
    callsPerSecond: 100,
    seconds: SECONDS,
    counted: [one],
  };
  const scenario = 'call-from-known-source';
  const callsPerSecond = REGISTERS_PER_SECOND;
  return {
    local,
    known: { ...local, scenario, service: 'known', host: KNOWN_HOST },
    billed: { ...local, scenario, service: '12025550123', host: TENANT_HOST },
    forwarded: { ...local, service: 'far', counted: [one, two] },
    tcp: { ...local, transport: 't1' },
    tls: { ...local, transport: 't1', remote: bridge },
    register: {
      ...local,
      scenario: 'register-many',
      fields: ROAMERS.map(fieldsOf),
      callsPerSecond,
    },
  };
}

/** Starts the way from TCP to the node's TLS listener. */
export async function openTlsBridge(
  node: NodeProcess,
): Promise<{ readonly address: string } & Disposable> {
  const { sipHost, tlsPort } = node.place;
  const bridge = fork(BRIDGE, [sipHost, String(tlsPort)], { execArgv: [] });
  const [port] = (await once(bridge, 'message')) as [number];
  return { address: `127.0.0.42:${port}`, [Symbol.dispose]: () => void bridge.kill() };
}

/** A free place for a phone. */
export async function phonePlace(localHost: string): Promise<PhonePlace> {
  return { localHost, localPort: await freePort(localHost) };
}

function fieldsOf(name: string): string {
  return `${name};[authentication username=${name} password=secret-${name}]`;
}
