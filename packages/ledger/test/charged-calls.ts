import { definePlugin, type Plugin, type RawSection, type TandemError } from '@tandem/engine';
import type { FrozenTerms, WholesaleFacts } from '@tandem/messages';
import { createLedgerPlugin } from '@tandem/ledger';
import { SwitchRig } from '@tandem/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type MoneyBench, openMoneyBench, type TenantSetup } from './money-bench.ts';

/** Terms of 0.10 a minute, changed by `part`. */
export function terms(part: Partial<FrozenTerms> = {}): FrozenTerms {
  return {
    deck: 'sell-a',
    version: 7,
    prefix: '49',
    rateMicrosPerMinute: 100_000n,
    firstSeconds: 1,
    nextSeconds: 1,
    connectFeeMicros: 0n,
    currency: 'USD',
    rounding: 'halfUp',
    ...part,
  };
}

/** A switch whose calls are a tenant's, a ledger on a real database, and what both need. */
export interface ChargedCalls extends AsyncDisposable {
  readonly bench: MoneyBench;
  readonly rig: SwitchRig;
  readonly directory: string;
  /** What routing says of the next calls; change it at will. */
  facts: WholesaleFacts | undefined;
  /** Turns the clock, with time for the database after each step of a second. */
  pass(ms: number): Promise<void>;
  /** Waits, turning the clock by little, until nothing waits to be settled. */
  settle(): Promise<void>;
  /** One row of numbers and texts. */
  row(text: string): Promise<Record<string, unknown>>;
  /** Another node on the same database. */
  sister(name: string): Promise<ChargedCalls>;
}

/** Sets it up: a tenant `acme` with that balance, and a carrier `carrier-1` at 0.04 a minute. */
export async function openChargedCalls(
  balance: string,
  section: RawSection = {},
  setup: TenantSetup = {},
  bench?: MoneyBench,
  abandon?: (fault: TandemError) => void,
): Promise<ChargedCalls> {
  bench ??= await openMoneyBench();
  const tenantId = await bench.tenant('acme', { balance, ...setup });
  const trunkId = await bench.trunk('carrier-1');
  const facts: WholesaleFacts = {
    tenant: {
      id: BigInt(tenantId),
      name: 'acme',
      currency: 'USD',
      maxCalls: setup.maxCalls,
      maxCallsPerSecond: setup.callsPerSecondMax,
    },
    callerIn: '+49891',
    calledIn: '0049302',
    caller: '49891',
    called: '49302',
    sell: terms(),
    profile: { name: 'std', version: 3 },
    buy: new Map([
      [
        'carrier-1',
        {
          trunkId: BigInt(trunkId),
          trunk: 'carrier-1',
          terms: terms({ deck: 'buy-a', rateMicrosPerMinute: 40_000n }),
        },
      ],
    ]),
  };
  const calls = await openNode(bench, 'node1', section, facts, abandon);
  return Object.assign(calls, {
    [Symbol.asyncDispose]: async () => {
      await calls.stop();
      await calls.bench[Symbol.asyncDispose]();
    },
  });
}

async function openNode(
  bench: MoneyBench,
  node: string,
  section: RawSection,
  facts: WholesaleFacts,
  abandon?: (fault: TandemError) => void,
): Promise<ChargedCalls & { stop(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'tandem-ledger-'));
  const calls: { facts: WholesaleFacts | undefined } = { facts };
  const wholesale = definePlugin({
    name: 'wholesale',
    setup(scope) {
      scope.handle('call.route', { priority: 60 }, (message) => {
        if (calls.facts !== undefined) message.facts.wholesale = calls.facts;
      });
    },
  });
  const identity = { node, boot: `${node}b` };
  const ledger = createLedgerPlugin({ store: bench.store, identity, directory, abandon });
  const rig = await SwitchRig.create({}, wholesale, withSection(ledger, section));
  await rig.engine.install(rig.switch.plugin);
  rig.route = { groups: [[{ callto: 'test/bob', params: { trunk: 'carrier-1' } }]] };
  const stop = async (): Promise<void> => {
    const end = { isReached: false };
    const stopped = rig.engine.stop().finally(() => (end.isReached = true));
    while (!end.isReached) {
      await rig.clock.advance(100);
      await pause();
    }
    await stopped;
    await rm(directory, { recursive: true });
  };
  return Object.assign(calls, {
    bench,
    rig,
    directory,
    stop,
    pass: async (ms: number) => {
      for (let left = ms; left > 0; left -= 1_000) {
        await rig.clock.advance(Math.min(left, 1_000));
        await pause();
        // However busy the machine is: what was asked of the database before is answered.
        if (bench.store.isUp) await bench.store.call('select 1').catch(() => undefined);
        await pause();
      }
    },
    settle: async () => {
      await expect
        .poll(
          async () => {
            await rig.clock.advance(50);
            await pause();
            const { answers } = await rig.engine.bus.gather('node.status', {});
            return answers.find(({ answer }) => 'journalRecords' in answer)?.answer.journalRecords;
          },
          { timeout: 15_000 },
        )
        .toBe(0);
    },
    row: async (text: string) => {
      const [row = {}] = await bench.query<Record<string, unknown>>(text);
      return row;
    },
    sister: (name: string) => openNode(bench, name, section, facts),
    [Symbol.asyncDispose]: stop,
  });
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** The rig installs plugins without a section: this one has its own. */
function withSection(plugin: ReturnType<typeof createLedgerPlugin>, section: RawSection): Plugin {
  return definePlugin({
    name: plugin.name,
    setup: (scope) => plugin.setup(scope, plugin.config.parse(section)),
  });
}
