import { describe, expect, test } from 'vitest';
import { freePort } from '@tandem/testing';
import { eventually } from '../harness/eventually.ts';
import { hasNats, ProcessCluster } from '../harness/process-cluster.ts';
import { hasSipp, Sipp } from '../harness/sipp.ts';

const CALLS = 1_000;
const CALLS_PER_SECOND = 100;

if (!hasSipp) console.warn('SKIPPED, LOUDLY: no sipp on this machine; run npm run setup -- --test');

describe.skipIf(!hasNats || !hasSipp)('SIPp at a hundred calls a second', () => {
  test(
    'through node1 to a phone at node2: none fails, nothing is left',
    { timeout: 120_000 },
    async () => {
      await using cluster = await ProcessCluster.start({
        nodes: 2,
        users: ['caller', 'phone'],
        // Transactions live for 64·T1 behind the last call: nobody has to wait for 32 s.
        settings: ['sip.t1Ms=200'],
      });
      const phone = { localHost: '127.0.0.21', localPort: await freePort('127.0.0.21') };
      const registered = await Sipp.run({
        scenario: 'register',
        remote: cluster.node(2).sip,
        service: 'phone',
        user: 'phone',
        password: 'secret-phone',
        calls: 1,
        ...phone,
      });
      expect(registered, registered.errors).toMatchObject({ code: 0 });
      await using _answering = await Sipp.start({ scenario: 'answer', ...phone });
      const result = await Sipp.run({
        scenario: 'call-with-digest',
        remote: cluster.node(1).sip,
        service: 'phone',
        user: 'caller',
        password: 'secret-caller',
        localHost: '127.0.0.22',
        localPort: await freePort('127.0.0.22'),
        calls: CALLS,
        callsPerSecond: CALLS_PER_SECOND,
      });
      expect(result, result.errors).toMatchObject({ code: 0, successful: CALLS, failed: 0 });

      await eventually(
        'legs and transactions are gone',
        async () => {
          const legs = await cluster.metric('tandem_sip_legs');
          const crossing = await cluster.metric('tandem_cluster_legs');
          const transactions = await cluster.metric('tandem_sip_transactions');
          return legs + crossing + transactions === 0;
        },
        45_000,
      );
      const cdrs = await cluster.node(1).cdrs();
      const finals = cdrs.filter(
        ({ operation, direction }) => operation === 'finalize' && direction === 'incoming',
      );
      expect(finals).toHaveLength(CALLS);
    },
  );
});
