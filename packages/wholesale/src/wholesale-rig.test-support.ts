import { type CallFacts, Engine, ManualClock, type Trail } from '@tandem/engine';
import type {
  ApplyChange,
  ApplyIssue,
  CallBlock,
  Refusal,
  Route,
  WholesaleFacts,
} from '@tandem/messages';
import { openTestStore, type TestStore } from '@tandem/store/testing';
import type { CatalogueLoader } from './decks/worker-loader.ts';
import { loadCatalogue } from './decks/load-catalogue.ts';
import { wholesaleMigrations } from './migrations/index.ts';
import type { RouteTestFact } from './routing/route-test-fact.ts';
import { createWholesalePlugin, type WholesaleOptions } from './wholesale-plugin.ts';

/** The lists of a set-up file. */
export type SetupFile = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** What came of a call that was routed. */
export interface Routed {
  readonly answer: Route | Refusal | undefined;
  readonly facts: WholesaleFacts | undefined;
  /** callto of each group, in order. */
  readonly calltos: readonly string[];
}

/** The way out of a transaction that shall leave nothing behind. */
class RolledBack extends Error {}

/** Wholesale on an engine and a database of its own, with a clock that the test turns. */
export class WholesaleRig implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly engine = new Engine({ node: 'node1', clock: this.clock });

  private constructor(readonly database: TestStore) {}

  /** Opens one; loads in this thread unless told otherwise. */
  static async open(options: WholesaleOptions = {}): Promise<WholesaleRig> {
    const rig = new WholesaleRig(await openTestStore({ migrations: [wholesaleMigrations] }));
    const { store } = rig.database;
    const load: CatalogueLoader = async (known) => (await loadCatalogue(store, known)).load;
    await rig.engine.install(createWholesalePlugin(store, { load, seed: 1, ...options }));
    await rig.engine.start();
    return rig;
  }

  /** Reads a file by the sections' schemas and plans or applies it. */
  async apply(
    file: SetupFile,
    { prune = false, isPlan = false } = {},
  ): Promise<{ changes: ApplyChange[]; issues: ApplyIssue[] }> {
    const gathered = await this.engine.bus.gather('apply.sections', {});
    const sections = gathered.answers
      .flatMap(({ answer }) => answer)
      .toSorted((one, other) => one.order - other.order);
    const issues: ApplyIssue[] = [];
    const changes: ApplyChange[] = [];
    await this.database.store
      .transaction(async (transaction) => {
        const lists = sections.flatMap((section) => {
          const items = (file[section.name] ?? []).map((item, index) => {
            const read = section.item.safeParse(item);
            for (const { path, message } of read.error?.issues ?? []) {
              const place = path.map((key) =>
                typeof key === 'number' ? `[${key}]` : `.${String(key)}`,
              );
              issues.push({ path: `${section.name}[${index}]${place.join('')}`, message });
            }
            return read.data;
          });
          return file[section.name] === undefined ? [] : [{ section, items }];
        });
        if (issues.length > 0) return;
        for (const { section, items } of lists) {
          const planned = await section.plan(items, { prune, transaction });
          changes.push(...planned.changes);
          issues.push(...planned.issues);
          if (issues.length > 0) continue;
          await section.apply(items, { prune, transaction, actor: 'admin@test' });
        }
        if (issues.length === 0) {
          for (const { section } of lists.toReversed()) {
            issues.push(...((await section.finish?.({ transaction })) ?? []));
          }
        }
        if (isPlan || issues.length > 0) throw new RolledBack();
      })
      .catch((thrown: unknown) => {
        if (!(thrown instanceof RolledBack)) throw thrown;
      });
    await this.fresh();
    return { changes, issues };
  }

  /** Applies a file and removes what it does not name. */
  async replace(file: SetupFile): Promise<{ changes: ApplyChange[]; issues: ApplyIssue[] }> {
    return await this.apply(file, { prune: true });
  }

  /** Takes over what is in the database now. */
  async fresh(section: Record<string, string> = {}): Promise<void> {
    await this.engine.reload('wholesale', section);
  }

  /** Routes a call, as a switch does. */
  async route(
    part: Partial<CallBlock> & { readonly at?: string } = {},
    trail?: Trail,
    brought: CallFacts = {},
  ): Promise<Routed> {
    const { at, ...block } = part;
    const routeTest: RouteTestFact | undefined =
      at === undefined ? undefined : { at: Date.parse(at) };
    const facts: CallFacts = routeTest === undefined ? { ...brought } : { ...brought, routeTest };
    const params: CallBlock = {
      id: 'sip/node1-b1-1',
      module: 'sip',
      billid: 'node1-b1-1',
      callername: '',
      domain: 'example.com',
      listener: 'udp:192.0.2.1:5060',
      isPeer: false,
      hops: 0,
      username: '',
      caller: '12125550100',
      called: '4930123456',
      ip_host: '10.1.0.7',
      address: '10.1.0.7:5060',
      ...block,
    };
    const answer = await this.engine.bus.ask('call.route', params, { facts, trail });
    const groups = answer !== undefined && 'groups' in answer ? answer.groups : [];
    return { answer, facts: facts.wholesale, calltos: groups.flat().map(({ callto }) => callto) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine.stop();
    await this.database[Symbol.asyncDispose]();
  }
}

/** A set-up of one tenant and two carriers, as small as it works. */
export const smallSetup = {
  decks: [
    {
      name: 'sell-a',
      kind: 'sell',
      currency: 'USD',
      rates: [
        { prefix: '49', rate: '0.10' },
        { prefix: '4930', rate: '0.20', first: 30, next: 6, connectFee: '0.01' },
        { prefix: '1', rate: '0.05' },
      ],
    },
    { name: 'buy-a', kind: 'buy', currency: 'USD', rates: [{ prefix: '', rate: '0.02' }] },
  ],
  trunks: [
    { name: 'acme-in', direction: 'inbound', sources: ['10.1.0.0/16'] },
    {
      name: 'carrier-1',
      direction: 'outbound',
      address: 'sip:10.0.0.9:5060;transport=udp',
      deck: 'buy-a',
    },
    { name: 'carrier-2', direction: 'outbound', address: '10.0.0.10', deck: 'buy-a' },
  ],
  profiles: [
    {
      name: 'std',
      routes: [
        { trunk: 'carrier-1', priority: 1 },
        { trunk: 'carrier-2', priority: 2 },
      ],
    },
  ],
  tenants: [
    {
      name: 'acme',
      currency: 'USD',
      deck: 'sell-a',
      profile: 'std',
      trunks: ['acme-in'],
      countries: 'any',
    },
  ],
} as const satisfies SetupFile;
