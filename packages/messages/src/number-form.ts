/** A form of numbers, as a trunk's `numberIn` or `numberOut` names it. */
export type NumberFormName =
  /** Nothing is changed. */
  | { readonly kind: 'asIs' }
  /** `+49301234567` */
  | { readonly kind: 'plus' }
  /** `49301234567` */
  | { readonly kind: 'digits' }
  /** `tel:+49301234567` */
  | { readonly kind: 'tel' }
  /** `0301234567` within the country, `0044…` beyond it. */
  | {
      readonly kind: 'national';
      /** Country code, digits. */
      readonly country: string;
      /** What stands before a number within the country; may be empty. */
      readonly prefix: string;
    };

const NATIONAL = /^national:(\d{1,3})(?::(\d{0,3}))?$/;

/**
 * Reads `as is`, `+E164`, `E164`, `national:49:0` (country code, then what stands before a number
 * within the country; default 0) or `tel:`, upper and lower case the same. Undefined for any other
 * text.
 */
export function parseNumberForm(text: string): NumberFormName | undefined {
  const name = text.trim().toLowerCase();
  if (name === '' || name === 'as is' || name === 'as-is' || name === 'asis') {
    return { kind: 'asIs' };
  }
  if (name === '+e164' || name === '+e.164') return { kind: 'plus' };
  if (name === 'e164' || name === 'e.164') return { kind: 'digits' };
  if (name === 'tel' || name === 'tel:') return { kind: 'tel' };
  const [, country, prefix = '0'] = NATIONAL.exec(name) ?? [];
  return country === undefined ? undefined : { kind: 'national', country, prefix };
}
