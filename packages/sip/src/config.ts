import { duration, flag, list, z } from '@tandem/engine';
import { isToken } from '@tandem/sip-stack';
import { isAddressRange } from './address-ranges.ts';
import { isAddressPort } from './address-port.ts';
import { parseListenItem } from './listen-item.ts';

const listenItem = z.string().transform((text, context) => {
  const item = parseListenItem(text);
  if (typeof item !== 'string') return item;
  context.addIssue({ code: 'custom', message: item });
  return z.NEVER;
});

const addressRange = z.string().refine(isAddressRange, {
  error: ({ input }) =>
    `expected an address or a network such as 10.1.0.0/16, got ${JSON.stringify(input)}`,
});

const headerName = z.string().refine(isToken, {
  error: ({ input }) => `expected the name of a header, got ${JSON.stringify(input)}`,
});

const expectedServer = ({ input }: { input: unknown }): string =>
  `expected address or address:port, got ${JSON.stringify(input)}`;

const milliseconds = (fallback: number) => z.coerce.number().int().min(1).default(fallback);

/** `[sip]` of clustering.conf. */
export const sipConfig = z.object({
  listen: list(listenItem)
    .prefault('udp:0.0.0.0:5060, tcp:0.0.0.0:5060')
    .describe(
      'list: sockets as udp|tcp|tls|ws|wss:address:port, each may carry advertise=host:port name=text role=cluster clientCertificate=required; a wildcard opens one per local address',
    ),
  peers: list(addressRange)
    .prefault('')
    .describe(
      'list: addresses and networks of cluster peers, believed on listeners of role=cluster',
    ),
  trustedProxies: list(addressRange)
    .prefault('')
    .describe('list: addresses and networks of our own load balancers, whose Via and Path count'),
  unknownSource: z
    .enum(['challenge', 'drop', 'forbid'])
    .optional()
    .describe(
      'word: challenge, drop or forbid requests of strangers; default challenge while users exist, else drop',
    ),
  headers: list(headerName)
    .prefault('')
    .describe('list: further headers that cross a call and are shown to handlers as sip_name'),
  digestAlgorithms: list(z.enum(['MD5', 'SHA-256', 'SHA-512-256']))
    .prefault('MD5')
    .describe(
      'list: digest algorithms in the order they are offered, of MD5, SHA-256 and SHA-512-256; many phones look at the first only, and some give up at any that they do not know',
    ),
  nonceLifetime: duration().default(300_000).describe('span: how long a digest nonce may be used'),
  minExpires: duration().default(60_000).describe('span: shortest registration that is granted'),
  maxExpires: duration().default(3_600_000).describe('span: longest registration that is granted'),
  defaultExpires: duration()
    .default(3_600_000)
    .describe('span: registration granted where the phone asks for none'),
  contactsMax: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(10)
    .describe('number: contacts that one REGISTER may bring'),
  nat: flag()
    .default(true)
    .describe('yes/no: rewrite contacts of phones behind NAT to the address they came from'),
  natExpires: duration()
    .default(120_000)
    .describe('span: longest registration granted to a phone behind NAT'),
  natKeepAlive: z
    .enum(['crlf', 'options', 'off'])
    .default('crlf')
    .describe('word: what keeps the way to phones behind NAT open: crlf, options or off'),
  natKeepAliveInterval: duration()
    .default(30_000)
    .describe('span: how often each phone behind NAT is sent a keep-alive'),
  auditSeconds: duration()
    .default(300_000)
    .describe('span: how often a call without session timer is asked whether it lives; 0: never'),
  sessionExpires: duration()
    .default(1_800_000)
    .describe('span: session timer offered to peers (RFC 4028); 0: none'),
  minSessionExpires: duration()
    .default(90_000)
    .describe('span: shortest session timer that is accepted'),
  earlyDialogs: z
    .enum(['each', 'single'])
    .default('each')
    .describe(
      'word: each: an early dialog per branch and fork towards the caller; single: one for all',
    ),
  transfers: z
    .enum(['pass', 'refuse'])
    .default('pass')
    .describe('word: pass: REFER within a call goes to the other party; refuse: it is declined'),
  messages: z
    .enum(['refuse', 'users'])
    .default('refuse')
    .describe('word: users: a MESSAGE goes to the phones of the user it is for; refuse: none does'),
  eventServer: z
    .string()
    .refine(isAddressPort, { error: expectedServer })
    .optional()
    .describe(
      'text: address:port that SUBSCRIBE and PUBLISH are redirected to; default none: they are refused',
    ),
  rateLimit: z.coerce
    .number()
    .min(0)
    .default(0)
    .describe(
      'number: messages a second of one address that is neither peer, proxy nor trunk, running calls apart; 0: no limit',
    ),
  rateBurst: z.coerce
    .number()
    .int()
    .min(1)
    .default(200)
    .describe('number: messages that one address may send at once'),
  banTime: duration()
    .default(600_000)
    .describe('span: how long nothing is heard of an address that goes on beyond its limit'),
  wrongPasswordsMax: z.coerce
    .number()
    .int()
    .min(0)
    .max(100_000)
    .default(50)
    .describe(
      'number: wrong passwords of one address within ten minutes, beyond which it is banned; 0: any',
    ),
  overloadLag: duration()
    .default(1_000)
    .describe(
      'span: lag of the event loop above which new calls and registrations get 503, as they do when messages wait for 300 ms to be handled; 0: never',
    ),
  datagramMax: z.coerce
    .number()
    .int()
    .min(0)
    .default(1_300)
    .describe(
      'number: bytes above which a request goes by TCP where the peer takes it (RFC 3261 18.1.1); 0: never',
    ),
  dnsServers: list(z.string().refine(isAddressPort, { error: expectedServer }))
    .prefault('')
    .describe('list: servers of names, as address or address:port; empty: those of the system'),
  hep: z
    .string()
    .refine(isAddressPort, { error: expectedServer })
    .optional()
    .describe(
      'text: address:port of a HOMER that gets a copy of every message (HEP3); default none',
    ),
  hepId: z.coerce
    .number()
    .int()
    .min(0)
    .max(0xff_ff_ff_ff)
    .default(2_001)
    .describe('number: number of this node at the HOMER'),
  hepKey: z.string().optional().describe('text: secret that the HOMER asks for'),
  connectionsMax: z.coerce
    .number()
    .int()
    .min(1)
    .default(20_000)
    .describe('number: connections of tcp, tls, ws and wss at once'),
  connectionsPerAddressMax: z.coerce
    .number()
    .int()
    .min(1)
    .default(1_000)
    .describe('number: connections of one address at once'),
  connectionIdle: duration()
    .default(600_000)
    .describe('span: how long a connection may bring nothing before it is closed'),
  connectionKeepAlive: duration()
    .default(100_000)
    .describe('span: how often our own connections show a sign of life (RFC 5626 4.4.1); 0: never'),
  product: z
    .string()
    .default('Tandem')
    .describe('text: what User-Agent and Server say; empty: nothing'),
  wsOrigins: list(z.string())
    .prefault('')
    .describe('list: origins that browsers may connect from; empty: any'),
  tlsCertificate: z
    .string()
    .optional()
    .describe('file: certificate chain of tls and wss listeners, PEM'),
  tlsKey: z.string().optional().describe('file: private key of that certificate, PEM'),
  tlsAuthorities: z
    .string()
    .optional()
    .describe('file: authorities that certificates of others must come from, PEM'),
  tlsRequireClient: flag()
    .default(false)
    .describe(
      'yes/no: refuse clients without a certificate of those authorities, where the listener does not say',
    ),
  t1Ms: milliseconds(500).describe('ms: timer T1, the estimated round trip (RFC 3261)'),
  t2Ms: milliseconds(4_000).describe('ms: timer T2, the longest interval between repeats'),
  t4Ms: milliseconds(5_000).describe('ms: timer T4, how long a message may stay in the network'),
  priority: z.coerce
    .number()
    .int()
    .default(100)
    .describe('number: place of the driver among handlers of call.execute'),
});

/** The settings of `[sip]`, read. */
export type SipSettings = z.output<typeof sipConfig>;
