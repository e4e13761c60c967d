import type { SrvRecord } from './dns-source.ts';

/** Servers taken of one service; the rest is not looked at. */
const SERVERS_MAX = 32;

/**
 * The servers in the order in which one request tries them (RFC 2782): by priority, and among
 * equals drawn by weight. A `.` for a host means that there is no such service, so none is left.
 */
export function orderServers(
  records: readonly SrvRecord[],
  randomBelow: (bound: number) => number,
): readonly SrvRecord[] {
  const real = records.slice(0, SERVERS_MAX).filter(({ host }) => host !== '' && host !== '.');
  const priorities = [...new Set(real.map(({ priority }) => priority))].toSorted((a, b) => a - b);
  return priorities.flatMap((priority) =>
    drawByWeight(
      real.filter((record) => record.priority === priority),
      randomBelow,
    ),
  );
}

function drawByWeight(
  equals: readonly SrvRecord[],
  randomBelow: (bound: number) => number,
): SrvRecord[] {
  // Those without weight stand first, which gives them the small chance the RFC wants for them.
  const left = equals.toSorted((a, b) => Math.min(a.weight, 1) - Math.min(b.weight, 1));
  const drawn: SrvRecord[] = [];
  while (left.length > 0) {
    const total = left.reduce((sum, { weight }) => sum + weight, 0);
    const mark = randomBelow(total + 1);
    let sum = 0;
    const at = left.findIndex(({ weight }) => (sum += weight) >= mark);
    drawn.push(...left.splice(Math.max(at, 0), 1));
  }
  return drawn;
}
