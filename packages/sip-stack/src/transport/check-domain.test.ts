import type { PeerCertificate } from 'node:tls';

import { describe, expect, it } from 'vitest';

import { checkDomain } from './check-domain.ts';

function certificate(subjectaltname: string): PeerCertificate {
  return { subject: { CN: 'host-7.example.net' }, subjectaltname } as PeerCertificate;
}

describe('the domain a certificate speaks for (RFC 5922 §7)', () => {
  it.each([
    ['DNS:example.com', 'example.com'],
    ['DNS:other.com, DNS:EXAMPLE.com', 'example.com'],
    ['URI:sip:example.com', 'example.com'],
    ['DNS:host-7.example.net, URI:sip:example.com', 'example.com'],
    ['IP Address:192.0.2.7', '192.0.2.7'],
  ])('%s is good for %s', (names, domain) => {
    expect(checkDomain(domain, certificate(names))).toBeUndefined();
  });

  it.each([
    ['DNS:host-7.example.net', 'example.com'],
    ['URI:sips:example.com', 'example.com'],
    ['URI:sip:alice@example.com', 'example.com'],
    ['URI:sip:host-7.example.net', 'example.com'],
    ['DNS:"a, URI:sip:example.com, b"', 'example.com'],
    ['IP Address:192.0.2.8', '192.0.2.7'],
    ['DNS:example.com.evil.net', 'example.com'],
  ])('%s is not good for %s', (names, domain) => {
    expect(checkDomain(domain, certificate(names))).toBeInstanceOf(Error);
  });
});
