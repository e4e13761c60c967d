import { definePlugin } from '@tandem/engine';
import { GapMeter } from './gap-meter.mjs';

/** For benches: `/metrics` tells the longest pause of a node's main thread since it was last read. */
export const plugin = definePlugin({
  name: 'gap-meter',
  setup(scope) {
    const meter = scope.keep('meter', () => new GapMeter());
    scope.handle('metrics.collect', { as: 'gap-meter' }, () => {
      const { gapMs, delayMs } = meter.take();
      const help = 'Longest pause of the main thread since this was last read.';
      return [
        { name: 'bench_longest_gap_ms', help, kind: 'gauge', value: gapMs },
        { name: 'bench_longest_delay_ms', help, kind: 'gauge', value: delayMs },
      ];
    });
  },
});
