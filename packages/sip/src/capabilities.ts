import type { HeaderLine } from '@tandem/sip-stack';

/** Methods that we answer ourselves, whatever the other side of the call can do. */
const OWN_METHODS = ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'PRACK', 'UPDATE'] as const;
/** Methods that only make sense when the other side of the call has them too. */
const CROSSING_METHODS = ['INFO', 'REFER', 'NOTIFY'] as const;
/** Outside of calls. */
const NODE_METHODS = ['REGISTER'] as const;

/** Extensions that a caller may require: we have them, or carry them across. */
const EXTENSIONS: ReadonlySet<string> = new Set(['100rel', 'timer', '199', 'replaces']);

/** Bodies that an INVITE may bring: descriptions, and what gateways put around them. */
const BODY_TYPES: ReadonlySet<string> = new Set([
  'application/sdp',
  'application/isup',
  'application/qsig',
  'multipart/mixed',
  'multipart/alternative',
  'multipart/related',
]);

/** What a node answers to OPTIONS and lists in a 405. */
export const nodeAllow: HeaderLine = [
  'Allow',
  [...OWN_METHODS, ...CROSSING_METHODS, ...NODE_METHODS].join(', '),
];

/** The body types of an INVITE, for OPTIONS and 415. */
export const nodeAccept: HeaderLine = ['Accept', [...BODY_TYPES].join(', ')];

/** Extensions that a node has, for OPTIONS. */
export const nodeSupported: HeaderLine = ['Supported', '100rel, timer, path, replaces'];

/** Extensions that an answered leg has, for the 2xx of its INVITE (RFC 3261 §13.3.1.4). */
export const legSupported: HeaderLine = ['Supported', 'timer, replaces'];

/**
 * Allow towards one side of a call: ours, and what the other side said it has. One that said
 * nothing (RFC 3261 §20.5: nothing follows from that) is taken to have it.
 */
export function allowTowards(other: readonly string[] | undefined): HeaderLine {
  const crossing = CROSSING_METHODS.filter((method) => !other?.length || other.includes(method));
  return ['Allow', [...OWN_METHODS, ...crossing].join(', ')];
}

/** Those of `required` that we do not have: what Unsupported lists. */
export function unsupportedExtensions(required: readonly string[]): string[] {
  return required.filter((extension) => !EXTENSIONS.has(extension.toLowerCase()));
}

/** Whether a body of that media type may be carried across a call. */
export function isCarriedType(mediaType: string): boolean {
  return BODY_TYPES.has(mediaType);
}
