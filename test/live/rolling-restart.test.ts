import { describe, expect, test } from 'vitest';
import { hasKamailio } from '../harness/kamailio.ts';
import { hasNats } from '../harness/process-cluster.ts';
import { restartInTurn } from '../harness/rolling-restart.ts';
import { hasSipp } from '../harness/sipp.ts';

const isPossible = hasNats && hasSipp && hasKamailio;
if (!isPossible) console.warn('SKIPPED, LOUDLY: needs nats-server, sipp and kamailio');

describe.skipIf(!isPossible)('calls through a load balancer', () => {
  // `npm run drill -- rolling-restart` does it with three nodes at fifty calls a second.
  test(
    'none fails while a node is drained, ends and is started again, and each is charged once',
    { timeout: 180_000 },
    async () => {
      const plan = { nodes: 2, restarted: [2], callsPerSecond: 20 };
      const { load, charged, isClean } = await restartInTurn(plan);
      expect(load, load.errors).toMatchObject({ failed: 0 });
      expect(charged).toBe(2 * load.successful);
      expect(isClean).toBe(true);
    },
  );
});
