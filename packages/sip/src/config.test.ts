import { readSection } from '@tandem/engine';
import { describe, expect, it } from 'vitest';
import { sipConfig } from './config.ts';
import { protectionSettings, sipKeysForRestart, stackSettings } from './stack-settings.ts';

const read = (section: Record<string, string>) => readSection('sip', sipConfig, section);

describe('[sip]', () => {
  it('has defaults for everything', () => {
    const result = read({});
    expect(result.ok && result.value.listen).toEqual([
      { transport: 'udp', host: '0.0.0.0', port: 5060 },
      { transport: 'tcp', host: '0.0.0.0', port: 5060 },
    ]);
    expect(result.ok && result.value).toMatchObject({
      auditSeconds: 300_000,
      minExpires: 60_000,
      earlyDialogs: 'each',
      t1Ms: 500,
    });
  });

  it('reads a list of listeners with what the world is told of each', () => {
    const result = read({
      listen:
        'udp:192.0.2.1 advertise=sip.example.com:5070 name=carriers, tls:[2001:db8::1]:5061, udp:10.0.0.1:5080 role=cluster',
    });
    expect(result.ok && result.value.listen).toEqual([
      {
        transport: 'udp',
        host: '192.0.2.1',
        port: 5060,
        advertise: 'sip.example.com:5070',
        name: 'carriers',
      },
      { transport: 'tls', host: '2001:db8::1', port: 5061 },
      { transport: 'udp', host: '10.0.0.1', port: 5080, role: 'cluster' },
    ]);
  });

  it.each([
    ['listen', 'sctp:127.0.0.1:5060'],
    ['listen', 'udp'],
    ['listen', 'udp:127.0.0.1:99999'],
    ['listen', 'udp:127.0.0.1 colour=red'],
    ['peers', 'node2'],
    ['trustedProxies', '10.0.0.0/40'],
    ['unknownSource', 'ignore'],
    ['headers', 'x account'],
    ['earlyDialogs', 'two'],
    ['minExpires', 'soon'],
    ['t1Ms', '0'],
  ])('refuses %s = %s, naming the key', (key, value) => {
    const result = read({ [key]: value });
    expect(result.ok).toBe(false);
    expect(!result.ok && result.issues[0]?.key).toBe(key);
  });

  it('says of every key what it is for', () => {
    for (const [key, schema] of Object.entries(sipConfig.shape)) {
      expect(schema.description, key).toMatch(/^[a-z/|]+: \S/);
    }
  });

  it('names every key that the stack takes only when it is made', () => {
    const read = (given: object) => {
      const settings = sipConfig.parse({ hep: '192.0.2.1', ...given });
      return JSON.stringify([
        stackSettings(settings, 'node1'),
        protectionSettings(settings, () => false),
      ]);
    };
    const others: Readonly<Record<string, unknown>> = {
      dnsServers: '192.0.2.53',
      hep: '192.0.2.2',
    };
    const fixed = Object.keys(sipConfig.shape).filter((key) => {
      const other = others[key] ?? '4321';
      const isKnown = sipConfig.safeParse({ [key]: other }).success;
      return isKnown && read({ [key]: other }) !== read({});
    });
    expect(fixed.length).toBeGreaterThan(12);
    expect(sipKeysForRestart).toEqual(expect.arrayContaining(fixed));
  });
});
