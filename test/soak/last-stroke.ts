import type { TestDatabase } from '@tandem/store/testing';
import { eventually, pause } from '../harness/eventually.ts';
import type { NodeProcess } from '../harness/node-process.ts';
import type { Chaos } from './chaos.ts';

/** Leases have to be unbroken for a while before anybody may judge, ms. */
const CALM_MS = 9_000;
/** The bound: by then a dead node's calls are closed and its limits freed, ms. */
const CLOSED_WITHIN_MS = 10_000;
const PATIENCE_MS = 40_000;

/** What the last stroke showed. */
export interface LastStroke {
  readonly calls: number;
  readonly closedMs: number;
  readonly violations: readonly string[];
}

/** Kills one node amid its calls when all else is well, and sees how soon its sisters close them. */
export async function strikeLast(
  chaos: Chaos,
  node: NodeProcess,
  database: TestDatabase,
): Promise<LastStroke> {
  await pause(CALM_MS);
  const heldBy = async (): Promise<number> => {
    const [row] = await database.query<{ n: number }>(
      `select count(*)::int as n from holds h join node_boots b on b.boot = h.boot
       where b.node = $1 and not h.is_void`,
      [node.name],
    );
    return row?.n ?? 0;
  };
  const calls = await heldBy();
  const violations: string[] = [];
  let closedMs = 0;
  await chaos.killUntil(node, async () => {
    const struckMs = performance.now();
    const isClosed = async (): Promise<boolean> => (await heldBy()) === 0;
    await eventually('its holds are gone', isClosed, PATIENCE_MS).catch(() => undefined);
    closedMs = performance.now() - struckMs;
  });
  if (closedMs > CLOSED_WITHIN_MS) {
    violations.push(`${calls} calls of ${node.name} were closed after ${Math.round(closedMs)} ms`);
  }
  return { calls, closedMs, violations };
}
