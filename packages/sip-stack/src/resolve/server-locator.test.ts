import { describe, expect, it } from 'vitest';

import type { TransportName } from '../transport/flow.ts';
import { DnsTable } from './dns-table.test-support.ts';
import { ServerLocator } from './server-locator.ts';

function locator(
  source: DnsTable,
  spoken: readonly TransportName[] = ['udp', 'tcp', 'tls'],
  families: readonly (4 | 6)[] = [4],
): ServerLocator {
  return new ServerLocator({
    source,
    randomBelow: () => 0,
    speaks: (transport, family) => spoken.includes(transport) && families.includes(family),
  });
}

async function find(from: ServerLocator, uri: string): Promise<string[]> {
  const targets = await from.locate(uri);
  return targets.map(({ transport, address, port }) => `${transport} ${address} ${port}`);
}

const naptr = (order: number, service: string, replacement: string, flags = 's') => ({
  order,
  preference: 10,
  flags,
  service,
  replacement,
});
const srv = (priority: number, host: string, port = 5060, weight = 0) => ({
  priority,
  weight,
  port,
  host,
});

describe('the servers of a SIP URI (RFC 3263 §4)', () => {
  it.each([
    ['sip:bob@192.0.2.1', 'udp 192.0.2.1 5060'],
    ['sip:bob@192.0.2.1:5070;transport=tcp', 'tcp 192.0.2.1 5070'],
    ['sips:bob@192.0.2.1', 'tls 192.0.2.1 5061'],
    ['sip:bob@[2001:db8::1]', 'udp 2001:db8::1 5060'],
    ['sip:bob@example.com;maddr=192.0.2.9', 'udp 192.0.2.9 5060'],
  ])('%s never touches DNS', async (uri, target) => {
    const dns = new DnsTable();
    expect(await find(locator(dns), uri)).toEqual([target]);
    expect(dns.asked).toEqual([]);
  });

  it('skips NAPTR and SRV where a port is written', async () => {
    const dns = new DnsTable().host('example.com', ['192.0.2.1', '192.0.2.2']);
    expect(await find(locator(dns), 'sip:example.com:5080')).toEqual([
      'udp 192.0.2.1 5080',
      'udp 192.0.2.2 5080',
    ]);
    expect(await find(locator(dns), 'sips:example.com:5081')).toEqual([
      'tls 192.0.2.1 5081',
      'tls 192.0.2.2 5081',
    ]);
    expect(new Set(dns.asked)).toEqual(new Set(['a example.com']));
  });

  it('asks SRV alone where the transport is written', async () => {
    const dns = new DnsTable().host('a.example.com', ['192.0.2.1']);
    dns.srvs.set('_sip._tcp.example.com', [srv(1, 'a.example.com', 5099)]);
    expect(await find(locator(dns), 'sip:example.com;transport=TCP')).toEqual([
      'tcp 192.0.2.1 5099',
    ]);
    dns.srvs.set('_sips._tcp.example.com', [srv(1, 'a.example.com', 5098)]);
    expect(await find(locator(dns), 'sip:example.com;transport=tls')).toEqual([
      'tls 192.0.2.1 5098',
    ]);
    expect(await find(locator(dns), 'sips:example.com;transport=tcp')).toEqual([
      'tls 192.0.2.1 5098',
    ]);
    expect(dns.asked.some((question) => question.startsWith('naptr'))).toBe(false);
  });

  it("follows NAPTR in the domain's order, leaving out what we do not speak", async () => {
    const dns = new DnsTable()
      .host('t.example.com', ['192.0.2.1'])
      .host('u.example.com', ['192.0.2.2']);
    dns.naptrs.set('example.com', [
      naptr(30, 'SIP+D2U', '_sip._udp.example.com'),
      naptr(10, 'SIP+D2S', '_sip._sctp.example.com'),
      naptr(20, 'sip+d2t', '_sip._tcp.example.com'),
      naptr(5, 'SIPS+D2T', '_sips._tcp.example.com'),
      naptr(1, 'E2U+sip', '!^.*$!sip:x@example.com!', 'u'),
    ]);
    dns.srvs.set('_sip._tcp.example.com', [srv(1, 't.example.com')]);
    dns.srvs.set('_sip._udp.example.com', [srv(1, 'u.example.com')]);
    const from = locator(dns, ['udp', 'tcp']);
    expect(await find(from, 'sip:example.com')).toEqual([
      'tcp 192.0.2.1 5060',
      'udp 192.0.2.2 5060',
    ]);
    expect(dns.asked).not.toContain('srv _sips._tcp.example.com');
  });

  it('takes only TLS from NAPTR for sips', async () => {
    const dns = new DnsTable().host('s.example.com', ['192.0.2.3']);
    dns.naptrs.set('example.com', [
      naptr(1, 'SIP+D2U', '_sip._udp.example.com'),
      naptr(2, 'SIPS+D2T', '_sips._tcp.example.com'),
    ]);
    dns.srvs.set('_sips._tcp.example.com', [srv(1, 's.example.com', 5061)]);
    const targets = await locator(dns).locate('sips:Example.com');
    expect(targets).toEqual([
      { transport: 'tls', address: '192.0.2.3', port: 5061, domain: 'example.com' },
    ]);
  });

  it('without NAPTR asks SRV for all that we speak, and without SRV takes the name itself', async () => {
    const dns = new DnsTable().host('example.com', ['192.0.2.1']);
    expect(await find(locator(dns), 'sip:example.com')).toEqual(['udp 192.0.2.1 5060']);
    expect([...new Set(dns.asked)]).toEqual([
      'naptr example.com',
      'srv _sip._udp.example.com',
      'srv _sip._tcp.example.com',
      'srv _sips._tcp.example.com',
      'a example.com',
    ]);
    dns.srvs.set('_sip._tcp.example.com', [srv(1, 'example.com', 5066)]);
    expect(await find(locator(dns), 'sip:example.com')).toEqual(['tcp 192.0.2.1 5066']);
  });

  it('finds no server where SRV says that there is none', async () => {
    const dns = new DnsTable().host('example.com', ['192.0.2.1']);
    dns.srvs.set('_sip._udp.example.com', [srv(0, '.')]);
    expect(await find(locator(dns), 'sip:example.com;transport=udp')).toEqual([]);
  });

  it('goes on to the other servers where one has no address, or nobody can say', async () => {
    const dns = new DnsTable().host('b.example.com', ['192.0.2.2']);
    dns.srvs.set('_sip._udp.example.com', [srv(1, 'a.example.com'), srv(2, 'b.example.com')]);
    expect(await find(locator(dns), 'sip:example.com;transport=udp')).toEqual([
      'udp 192.0.2.2 5060',
    ]);
    dns.isUp = false;
    await expect(find(locator(dns), 'sip:example.com;transport=udp')).rejects.toThrow('ESERVFAIL');
  });

  it('gives addresses of the families we have sockets for, IPv4 first', async () => {
    const dns = new DnsTable().host('example.com', ['2001:db8::1', '192.0.2.1']);
    const both = await find(locator(dns, ['udp'], [4, 6]), 'sip:example.com:5060');
    expect(both).toEqual(['udp 192.0.2.1 5060', 'udp 2001:db8::1 5060']);
    expect(await find(locator(dns, ['udp'], [6]), 'sip:example.com:5060')).toEqual([
      'udp 2001:db8::1 5060',
    ]);
  });

  it('stops at sixteen targets, whatever a zone lists', async () => {
    const dns = new DnsTable();
    const names = Array.from({ length: 100 }, (_, index) => `h${index}.example.com`);
    for (const name of names) dns.host(name, ['192.0.2.1']);
    dns.srvs.set(
      '_sip._udp.example.com',
      names.map((name, index) => srv(index, name)),
    );
    expect(await find(locator(dns), 'sip:example.com;transport=udp')).toHaveLength(16);
    expect(dns.asked.length).toBeLessThan(20);
  });

  it.each(['tel:+4930123', 'http://example.com', 'sip:', 'sip:a@b;transport=carrier-pigeon'])(
    'finds none for %s',
    async (uri) => {
      expect(await find(locator(new DnsTable()), uri)).toEqual([]);
    },
  );
});
