import { checkServerIdentity, type PeerCertificate } from 'node:tls';

/**
 * Whether a server's certificate speaks for the domain that was configured (RFC 5922 §7): by a SIP
 * URI, DNS name or address among its alternative names. Undefined for yes, else the fault. SRV
 * targets are never asked for: whoever answers DNS wrongly could name any.
 */
export function checkDomain(domain: string, certificate: PeerCertificate): Error | undefined {
  const fault = checkServerIdentity(domain, certificate);
  if (fault === undefined) return undefined;
  return namesSipUri(certificate.subjectaltname ?? '', domain) ? undefined : fault;
}

// A name with a comma in it is written in quotes and could pass for two: then none is believed.
function namesSipUri(alternativeNames: string, domain: string): boolean {
  if (alternativeNames.includes('"')) return false;
  const wanted = `uri:sip:${domain.toLowerCase()}`;
  return alternativeNames.split(', ').some((name) => name.toLowerCase() === wanted);
}
