import { isToken, trimmedSlice } from './characters.ts';
import { type Params, parseParams } from './params.ts';

/** A token with parameters: Event, Subscription-State, Content-Disposition, Replaces. */
export interface TokenParams {
  /** Lower case, for none of these headers minds. */
  readonly token: string;
  readonly params: Params;
}

/** Reads `token ;name=value …`; undefined where it is broken. */
export function parseTokenParams(value: string): TokenParams | undefined {
  const semicolon = value.indexOf(';');
  const end = semicolon < 0 ? value.length : semicolon;
  const token = trimmedSlice(value, 0, end);
  const params = parseParams(value, end);
  return !isToken(token) || params === undefined
    ? undefined
    : { token: token.toLowerCase(), params };
}

/** The dialog that a new call is to take over (RFC 3891 §6.1). */
export interface Replaces {
  readonly callId: string;
  readonly toTag: string;
  readonly fromTag: string;
  /** Whether only a dialog that is not yet answered may be taken. */
  readonly isEarlyOnly: boolean;
}

/** Reads a Replaces header, also as unescaped from a Refer-To; undefined where it is broken. */
export function parseReplaces(value: string): Replaces | undefined {
  const semicolon = value.indexOf(';');
  if (semicolon < 0) return undefined;
  const callId = trimmedSlice(value, 0, semicolon);
  const params = parseParams(value, semicolon);
  const toTag = params?.get('to-tag');
  const fromTag = params?.get('from-tag');
  if (callId === '' || /[\s,]/.test(callId) || !toTag || !fromTag || params === undefined) {
    return undefined;
  }
  return { callId, toTag, fromTag, isEarlyOnly: params.has('early-only') };
}
