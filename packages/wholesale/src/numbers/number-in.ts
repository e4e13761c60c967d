import { parseNumberForm } from '@tandem/messages';

/** Reads the numbers of a trunk that calls come in by. */
export type NumberReader = (number: string) => string;

const asItIs: NumberReader = (number) => number;

/**
 * What makes numbers of the world out of those that a trunk sends (`numberIn`): with
 * `national:49:0` `0301234567` is `49301234567`, and what comes with `+`, or with the
 * international prefix, stays for the one who takes those away. Short numbers stay as they are. The other
 * forms need no reading: they lead into the world as they are.
 */
export function numberReader(numberIn: string, internationalPrefix: string): NumberReader {
  const form = parseNumberForm(numberIn);
  if (form?.kind !== 'national') return asItIs;
  const { country, prefix } = form;
  return (number) => {
    if (number.startsWith('+')) return number;
    if (internationalPrefix !== '' && number.startsWith(internationalPrefix)) return number;
    if (!number.startsWith(prefix)) return number;
    const rest = number.slice(prefix.length);
    // Without a prefix of their own, national numbers are told from short ones by their length.
    return rest.length >= NATIONAL_DIGITS_MIN ? country + rest : number;
  };
}

/** The shortest number within a country that is no short code. */
const NATIONAL_DIGITS_MIN = 5;
