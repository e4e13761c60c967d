import { existsSync, readdirSync, readFileSync } from 'node:fs';

const REGISTER = [
  'REGISTER sip:example.com SIP/2.0',
  'Via: SIP/2.0/TCP [2001:db8::9:1]:6050;received=[2001:db8::9:255];branch=z9hG4bKas3-111',
  'v: SIP/2.0/UDP 192.0.2.1;rport;branch=z9hG4bKx, SIP / 2.0 / TLS h.example:5061',
  'Max-Forwards: 70',
  'From: "A, \\"B\\" <c>" <sip:+12015550123;npdi;rn=+12025550000@example.com>;tag=81x2',
  't: sip:user@example.com;x="y;z"',
  'Call-ID: SSG9559905523997077@hlau_4100',
  'Contact: "Caller" <sip:caller@[2001:db8::1];transport=ws>;q=0.7;expires=60, <tel:+1-201>',
  'CSeq: 98176 REGISTER',
  'Authorization: Digest username="a\\"b", realm="example.com", nonce="n", uri="sip:example.com",',
  ' response="6629fae49393a05397450978507c4ef1", qop=auth, nc=00000001, cnonce="c"',
  'Route: <sip:p1.example.com;lr>, <sip:p2.example.com>',
  'Privacy: id;critical',
  'P-Asserted-Identity: "X" <sip:x@y>, <tel:+1201>',
  'l: 0',
  '',
  '',
].join('\r\n');

const BODY = [
  'v=0',
  'o=alice 2890844526 2890844526 IN IP4 192.0.2.101',
  's=-',
  'c=IN IP4 0.0.0.0',
  't=0 0',
  'm=audio 49172 RTP/AVP 0',
  'a=sendonly',
  '',
].join('\r\n');

const INVITE_OK = [
  'SIP/2.0 200 OK',
  'Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK74bf9;received=192.0.2.101',
  'Record-Route: <sip:ss1.example.com;lr>',
  'From: Alice <sip:alice@example.com>;tag=9fxced76sl',
  'To: Bob <sip:bob@example.com>;tag=314159',
  'i: 3848276298220188511@example.com',
  'CSeq: 2 INVITE',
  'm: <sip:bob@client.example.com;transport=tcp>',
  'x: 1800;refresher=uac',
  'WWW-Authenticate: Digest realm="a", nonce="1", algorithm=SHA-256, qop="auth,auth-int", stale=true',
  'Reason: SIP;cause=200;text="Call completed elsewhere", Q.850;cause=16',
  'Warning: 399 node1 "a, \\"b\\""',
  'RAck: 776656 1 INVITE',
  'Replaces: 98asjd8@h;to-tag=1;from-tag=2;early-only',
  'Event: refer;id=93809824',
  'Retry-After: 5 (x);duration=60',
  'Content-Type: application/sdp',
  `Content-Length: ${BODY.length}`,
  '',
  BODY,
].join('\r\n');

const STUN = Buffer.from(
  '000100102112a442b7e7a701bc34d686fa87dfae000600036162630080280004e57b1a9b',
  'hex',
).toString('latin1');

/** What mutations begin from: messages of our own and, where it lies beside, the torture set. */
export function fuzzSeeds(): string[] {
  const seeds = [STUN, REGISTER, INVITE_OK, `${REGISTER}\r\n\r\n${INVITE_OK}`];
  const torture = new URL('../../../../../shared/torture/', import.meta.url);
  if (existsSync(torture)) {
    for (const file of readdirSync(torture)) {
      if (file.endsWith('.dat')) seeds.push(readFileSync(new URL(file, torture), 'latin1'));
    }
  }
  return seeds;
}
