import { hasOnlySigns } from './number-signs.ts';

/** Signs that people put into numbers and that mean nothing (RFC 3966 §5.1.1). */
const SEPARATORS = /[\s().-]+/g;
const SEPARATOR = /[\s().-]/;
/** The longest number for rating and routing. */
const SIGNS_MAX = 32;

/** A number without signs that mean nothing; a leading `+` stays. */
export function withoutSeparators(raw: string): string {
  if (hasOnlySigns(raw)) return raw;
  return SEPARATOR.test(raw) ? raw.replace(SEPARATORS, '') : raw;
}

/**
 * The form for rating and routing: without `+` or the international prefix (`00` by default) in
 * front. Undefined for what is no number, such as a name, or an empty text.
 */
export function routingNumber(number: string, internationalPrefix: string): string | undefined {
  let digits = number;
  if (digits.startsWith('+')) digits = digits.slice(1);
  else if (internationalPrefix !== '' && digits.startsWith(internationalPrefix)) {
    digits = digits.slice(internationalPrefix.length);
  }
  return isNumber(digits) ? digits : undefined;
}

/** The number behind a trunk's prefix; undefined if it does not bear it. A `+` may come before. */
export function behindPrefix(number: string, prefix: string): string | undefined {
  if (number.startsWith(prefix)) return number.slice(prefix.length);
  if (number.startsWith('+') && number.startsWith(prefix, 1))
    return number.slice(1 + prefix.length);
  return undefined;
}

/** A caller by which rates and routes may be found: empty for one that is no number. */
export function callerDigits(caller: string): string {
  return isNumber(caller) ? caller : '';
}

function isNumber(text: string): boolean {
  return text.length >= 1 && text.length <= SIGNS_MAX && hasOnlySigns(text);
}
