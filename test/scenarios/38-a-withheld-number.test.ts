import { type CallOptions, startCluster } from '@tandem/testing';
import { describe, expect, test } from 'vitest';
import { dial } from './connect.ts';

type Headers = NonNullable<CallOptions['headers']>;

const callers: readonly [
  string,
  { readonly isPeer: boolean; readonly headers: Headers },
  string,
][] = [
  [
    'a trusted peer vouches for',
    {
      isPeer: true,
      headers: [
        ['P-Asserted-Identity', '<sip:+15551234@example.com>'],
        ['Privacy', 'id'],
      ],
    },
    '+15551234',
  ],
  [
    'who says which number is meant',
    {
      isPeer: false,
      headers: [
        ['P-Preferred-Identity', '<sip:alice@example.com>'],
        ['Privacy', 'id'],
      ],
    },
    'alice',
  ],
  ['who proved who he is', { isPeer: false, headers: [['Privacy', 'id']] }, 'alice'],
];

describe.each(['node1', 'node2'])('with the phone at %s', (far) => {
  test.each(callers)(
    '38. a caller %s and who withholds his number stays unknown to the phone and known to the trusted carrier',
    async (_, { isPeer, headers }, number) => {
      await using cluster = await startCluster(2);
      const place = isPeer ? { server: '127.0.0.11:5070', host: '127.0.0.99' } : {};
      const alice = await cluster.phone('node1', 'alice', place);
      const bob = await cluster.phone(far, 'bob');
      const carrier = await cluster.phone('node1', 'carrier');
      const trusted = { driverOptions: { trusted: true } };
      cluster.routes.set('both', {
        groups: [[cluster.to(far, bob)], [cluster.to('node1', carrier, trusted)]],
      });
      const { caller, callee } = await dial(cluster, alice, bob, 'both', { headers });
      const shown = callee.incoming!.request;
      expect(shown.from.uriText).toBe('sip:anonymous@anonymous.invalid');
      const name = number.replace('+', '');
      for (const each of ['P-Asserted-Identity', 'P-Preferred-Identity', 'Contact', 'From']) {
        expect(shown.getAll(each).join()).not.toContain(name);
      }
      callee.reject(503);
      await cluster.until('the carrier has it', () => carrier.calls.length === 1);
      const told = carrier.calls[0]!.incoming!.request;
      expect(told.get('P-Asserted-Identity')).toContain(`sip:${number}@`);
      expect(told.get('Privacy')).toBe('id');
      expect(told.from.uriText).toBe('sip:anonymous@anonymous.invalid');
      carrier.calls[0]!.reject(486);
      await cluster.until('the caller is let go', caller.refused);
      expect(await cluster.faults()).toEqual([]);
    },
  );
});
