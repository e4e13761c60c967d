import { definePlugin, duration, type Plugin, TandemError, z } from '@tandem/engine';
import { handleParkDriver } from '../handlers/call-execute.park.ts';
import { handleParkRoute } from '../handlers/call-route.park.ts';
import { handleParkMetrics } from '../handlers/metrics-collect.park.ts';
import { compileBasic } from '../posix-regexp.ts';
import { OrbitTable, type OrbitTableOptions } from './orbit-table.ts';

/** Leases without a caller are looked for once in this time, ms. */
const SWEEP_PERIOD_MS = 10_000;
/** Before the registrar at 90: a number that parks is nobody's name. */
const PRIORITY = 85;

/** `[park]` of clustering.conf: places where a call waits until somebody takes it up. */
export const parkConfig = z.object({
  numbers: z
    .string()
    .default('')
    .describe(
      'regexp: POSIX basic expression of numbers that lead to an orbit, named by the first group or else by all of the match, as ^\\*7\\([0-9]*\\)$; empty: none',
    ),
  maxWait: duration()
    .default(3_600_000)
    .describe('span: how long a call may wait before it is ended'),
  priority: z.coerce
    .number()
    .int()
    .min(0)
    .max(10_000)
    .default(PRIORITY)
    .describe('number: place among those who route calls'),
});

/** What parking stands on. */
export interface ParkOptions extends OrbitTableOptions {
  /** `[general] prefix` with its slash; undefined while clustering is off. */
  readonly prefix: () => string | undefined;
}

/**
 * `park/<orbit>`: whoever calls a free orbit waits in it, the next caller is joined to him, from
 * whatever node either of them calls. Any plugin may route to `cluster/*\/park/<orbit>`.
 */
export function createParkPlugin(options: ParkOptions): Plugin<typeof parkConfig> {
  return definePlugin({
    name: 'park',
    config: parkConfig,
    setup(scope, config) {
      const table = scope.keep(
        'orbits',
        () => new OrbitTable(scope.bus, scope.log, options),
        (orbits) => orbits.stop(),
      );
      table.maxWaitMs = config.maxWait;
      scope.every(SWEEP_PERIOD_MS, () => table.sweep());
      handleParkDriver(scope, table);
      handleParkMetrics(scope, table);
      if (config.numbers === '') return;
      const numbers = compileBasic(config.numbers);
      if (typeof numbers === 'string') {
        const issues = `[park] numbers: expected a POSIX basic expression, got "${config.numbers}" (${numbers})`;
        throw new TandemError('CONFIG_INVALID', { issues });
      }
      const { priority } = config;
      handleParkRoute(scope, { priority, numbers, prefix: options.prefix });
    },
  });
}
