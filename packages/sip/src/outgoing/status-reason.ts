import type { RefusalWord } from '@tandem/messages';

/** Our word for a status of the peer (Yate's table, read backwards). */
const WORDS: Readonly<Record<number, RefusalWord>> = {
  401: 'carrierauth',
  403: 'forbidden',
  404: 'noroute',
  406: 'unacceptable',
  407: 'carrierauth',
  408: 'timeout',
  410: 'moved',
  413: 'toolarge',
  415: 'nomedia',
  416: 'noroute',
  420: 'badextension',
  480: 'noanswer',
  481: 'nocall',
  482: 'looping',
  483: 'hops',
  484: 'incomplete',
  486: 'busy',
  487: 'cancelled',
  488: 'unacceptable',
  491: 'pending',
  503: 'unavailable',
  504: 'timeout',
  513: 'toolarge',
  600: 'busy',
  603: 'rejected',
  604: 'unallocated',
  606: 'unacceptable',
};

/** Our word for a final answer of a peer; what has none of its own is a failure. */
export function reasonOfStatus(status: number): RefusalWord {
  const word = WORDS[status];
  if (word !== undefined) return word;
  if (status < 400) return 'moved';
  return status >= 600 ? 'rejected' : 'failure';
}
