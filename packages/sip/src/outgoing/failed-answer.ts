import { describeRefusal, type FailedEvent, type RefusalWord, refuse } from '@tandem/messages';
import {
  contactPreference,
  keep,
  parseRetryAfter,
  reasonPhrase,
  type RequestFailure,
  type SipResponse,
} from '@tandem/sip-stack';
import { readReason } from '../headers/reason-lines.ts';
import { reasonOfStatus } from './status-reason.ts';

const CONTACTS_MAX = 8;

/**
 * A final refusal of the peer as the switch hears it. A challenge that could not be answered is
 * our own trouble: 503 `carrierauth`, so that it never becomes a question to the caller.
 */
export function failedAnswer(response: SipResponse): FailedEvent {
  const { status } = response;
  if (status === 401 || status === 407) return failedByUs('carrierauth', 'carrier');
  const reason = reasonOfStatus(status);
  const stated = readReason(response);
  const warning = response.get('Warning');
  const retryAfter = parseRetryAfter(response.get('Retry-After') ?? '');
  return {
    type: 'failed',
    status,
    phrase: response.reason === '' ? reasonPhrase(status) : keep(response.reason),
    reason,
    q850: stated.q850 ?? describeRefusal(refuse(reason)).q850,
    reasonHeaders: stated.reasonHeaders,
    ...(warning !== undefined && { warning: keep(warning) }),
    ...(retryAfter !== undefined && { retryAfterSeconds: retryAfter }),
    ...(status < 400 && { contacts: contactsOf(response) }),
    where: 'carrier',
  };
}

/** The peer gave no answer, or could not be reached. */
export function failedSilence(failure: RequestFailure): FailedEvent {
  const word = failure.kind === 'timeout' ? 'timeout' : 'unreachable';
  return failedByUs(word, failure.kind === 'refused' ? 'node' : 'carrier');
}

function failedByUs(word: RefusalWord, where: FailedEvent['where']): FailedEvent {
  const { status, phrase, q850 } = describeRefusal(refuse(word));
  return { type: 'failed', status, phrase, reason: word, q850, reasonHeaders: [], where };
}

function contactsOf(response: SipResponse): readonly string[] {
  const { contacts } = response;
  if (contacts === undefined || contacts === '*') return [];
  const preferred = contacts.toSorted((a, b) => contactPreference(b) - contactPreference(a));
  return preferred.slice(0, CONTACTS_MAX).map(({ uriText }) => keep(uriText));
}
