import { definePlugin, silentLog } from '@tandem/engine';
import { readSettings, TandemNode } from '@tandem/node';
import { answered, arrivalOf, ScriptedLeg } from '@tandem/testing';

/*
 * One real node with real calls, as a process of its own: started by the bench of lists. Its
 * phones are played here, so that ten thousand calls stand up within seconds; switch, cluster
 * legs, ledger, NATS, Postgres and HTTP are those of any node.
 */

/** What the bench tells such a node at its start. */
export interface StandingOptions {
  readonly name: string;
  /** As `--set` would say it. */
  readonly overrides: readonly string[];
  /** Its clustering.conf. */
  readonly file: string;
}

/** What the bench asks for: calls of its own, a part of which goes on to a sister. */
export interface StandingOrder {
  readonly calls: number;
  readonly forwarded: number;
  readonly sister: string;
}

/** Calls begun at once; then others get their turn. */
const BATCH = 25;
const BATCH_PAUSE_MS = 20;

if (process.argv[1] === import.meta.filename) {
  await serve(JSON.parse(process.argv[2] ?? '') as StandingOptions);
}

async function serve({ name, overrides, file }: StandingOptions): Promise<void> {
  const source = { file, overrides, node: name };
  const { settings, problems } = await readSettings(source);
  if (settings === undefined) throw new Error(JSON.stringify(problems));
  const node = await TandemNode.start({ settings, source, version: 'bench', log: silentLog });
  await node.engine.install(phones());
  process.on('message', (order: StandingOrder | 'cpu') => {
    if (order === 'cpu') {
      const { user, system } = process.cpuUsage();
      process.send!({ cpuMs: (user + system) / 1_000 });
    } else void standUp(node, order);
  });
  process.send!({ url: node.consoleUrl });
}

/** Plays every phone: `test/…` answers at once, numbers lead there, here or at a sister. */
function phones() {
  let legs = 0;
  return definePlugin({
    name: 'standing-calls',
    setup(scope) {
      scope.handle('call.route', { priority: 40, where: { called: /^bench:/ } }, ({ params }) => ({
        groups: [[{ callto: params.called.slice('bench:'.length) }]],
      }));
      scope.handle('call.execute', { where: { callto: /^test\// } }, () => {
        const leg = new ScriptedLeg(`test/${scope.node}-${++legs}`, {
          driver: 'test',
          isQuick: true,
        });
        leg.tell(answered('d'));
        return leg;
      });
    },
  });
}

async function standUp(node: TandemNode, order: StandingOrder): Promise<void> {
  const { calls, forwarded, sister } = order;
  for (let call = 0; call < calls; call++) {
    const callto = call < forwarded ? `cluster/${sister}/test/phone` : 'test/phone';
    const id = `sip/standing-${node.identity.node}-${call}`;
    const leg = new ScriptedLeg(id, { direction: 'incoming', isQuick: true });
    const caller = `4420794600${String(call % 100).padStart(2, '0')}`;
    node.switch.receive(leg, arrivalOf({ caller, called: `bench:${callto}` }));
    if (call % BATCH === BATCH - 1) await pause(BATCH_PAUSE_MS);
  }
  const own = () => node.switch.list().filter((call) => !call.isForwarded && call.state === 'up');
  while (own().length < calls) await pause(100);
  process.send!({ up: own().length });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}
