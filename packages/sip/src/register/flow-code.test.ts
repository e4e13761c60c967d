import { describe, expect, it } from 'vitest';
import { readFlow } from './flow-code.ts';

describe('a flow as a binding keeps it', () => {
  it('is read with its boot', () => {
    expect(readFlow('tcp;tcp:192.0.2.1:5060;[2001:db8::7]:4000;12;k3x9')).toEqual({
      description: {
        transport: 'tcp',
        listener: 'tcp:192.0.2.1:5060',
        remoteAddress: '2001:db8::7',
        remotePort: 4000,
        connectionId: 12,
      },
      boot: 'k3x9',
    });
  });

  it.each([
    '',
    'udp',
    'udp;a;192.0.2.7:5060;0',
    'sctp;a;192.0.2.7:5060;0;b',
    'udp;a;192.0.2.7;0;b',
    'udp;a;192.0.2.7:70000;0;b',
    'udp;a;192.0.2.7:5060;x;b',
    'udp;a;192.0.2.7:5060;0;b;more',
  ])('is none from %j', (text) => {
    expect(readFlow(text)).toBeUndefined();
  });
});
