import { type NumberFormName, parseNumberForm } from '@tandem/messages';
import { formatNameAddr, parseNameAddr } from '@tandem/sip-stack';

/** How a peer wants to see numbers. */
export interface NumberForm {
  /** Writes a number, its parameters kept; what is no number of the world stays as it is. */
  write(number: string): string;
  /** Numbers of callers are written as `tel:` URIs, and `user=phone` stands in the Request-URI. */
  readonly isTel: boolean;
}

/** A number of the world, with the digits that lead into it or none: 7 to 15 digits (E.164). */
const GLOBAL = /^(?:\+|00)?([1-9]\d{6,14})$/;

const asIs: NumberForm = { write: (number) => number, isTel: false };

/** The form that a trunk's `numberOut` names; undefined for a text that names none. */
export function readNumberForm(text: string): NumberForm | undefined {
  const name = parseNumberForm(text);
  return name === undefined ? undefined : formOf(name);
}

function formOf(name: NumberFormName): NumberForm {
  if (name.kind === 'asIs') return asIs;
  if (name.kind === 'digits') return form((digits) => digits, false);
  if (name.kind !== 'national') return form((digits) => `+${digits}`, name.kind === 'tel');
  const { country, prefix } = name;
  return form(
    (digits) =>
      digits.startsWith(country) ? prefix + digits.slice(country.length) : `00${digits}`,
    false,
  );
}

/** An address of the caller's in that form: the number in its URI, or a `tel:` URI in its place. */
export function addressInForm(value: string, numbers: NumberForm): string {
  const address = parseNameAddr(value);
  const uri = address?.uri;
  if (address === undefined || uri?.kind !== 'sip' || uri.user === undefined) return value;
  const written = numbers.write(uri.user);
  if (numbers.isTel && written.startsWith('+')) {
    return formatNameAddr(address.displayName, `tel:${written}`);
  }
  if (written === uri.user) return value;
  const rest = address.uriText.slice(address.uriText.indexOf('@'));
  return formatNameAddr(address.displayName, `${uri.scheme}:${written}${rest}`);
}

function form(write: (digits: string) => string, isTel: boolean): NumberForm {
  return {
    isTel,
    write: (number) => {
      // Parameters in the user part (rn, npdi, cic, …) stay behind the number.
      const semicolon = number.indexOf(';');
      const end = semicolon < 0 ? number.length : semicolon;
      const digits = GLOBAL.exec(number.slice(0, end))?.[1];
      return digits === undefined ? number : write(digits) + number.slice(end);
    },
  };
}
