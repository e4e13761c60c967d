import {
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  Metadata,
  parsePhoneNumber,
} from 'libphonenumber-js/max';

/** Digits that tell the country also where several share a code, as in +1, +7, +44 or +590. */
const TELLING_DIGITS = 8;
/** Answers kept; beyond it all are forgotten, and asked for again. */
const KEPT_MAX = 50_000;

/** The countries that share a calling code; the main one first. */
interface Sharers {
  readonly main: string;
  readonly others: readonly { readonly country: string; readonly leading: RegExp }[];
}

/**
 * The country that a number belongs to, by ISO 3166 code. Numbers of a shared code that are not
 * valid go by their leading digits, then to the code's main country: a digit too many must not
 * make Jamaica the United States.
 */
export class CountryFinder {
  readonly #kept = new Map<string, string | undefined>();
  readonly #byCode = new Map<string, Sharers>();

  /** Undefined for satellites, international services, and codes that nobody has. */
  countryOf(number: string): string | undefined {
    const key = `${number.length}:${number.slice(0, TELLING_DIGITS)}`;
    if (this.#kept.has(key)) return this.#kept.get(key);
    const country = this.#find(number);
    if (this.#kept.size >= KEPT_MAX) this.#kept.clear();
    this.#kept.set(key, country);
    return country;
  }

  #find(number: string): string | undefined {
    if (!/^\d{3,17}$/.test(number)) return this.#byLeadingDigits(number);
    try {
      const { country } = parsePhoneNumber(`+${number}`);
      return country ?? this.#byLeadingDigits(number);
    } catch {
      // Too short or too long: the leading digits still say where it would go.
      return this.#byLeadingDigits(number);
    }
  }

  #byLeadingDigits(number: string): string | undefined {
    if (this.#byCode.size === 0) this.#learnCodes();
    for (const length of [1, 2, 3]) {
      const sharers = this.#byCode.get(number.slice(0, length));
      if (sharers === undefined) continue;
      const national = number.slice(length);
      const other = sharers.others.find(({ leading }) => leading.test(national));
      return other?.country ?? sharers.main;
    }
    return undefined;
  }

  #learnCodes(): void {
    const metadata = new Metadata();
    // The library has the method and its types have not.
    const codes = metadata as unknown as {
      getCountryCodesForCallingCode(code: string): readonly CountryCode[];
    };
    for (const code of new Set(getCountries().map((country) => getCountryCallingCode(country)))) {
      const [main = '', ...rest] = codes.getCountryCodesForCallingCode(code);
      const others = rest.flatMap((country) => {
        metadata.selectNumberingPlan(country);
        const digits: unknown = metadata.numberingPlan?.leadingDigits();
        return typeof digits === 'string' ? { country, leading: new RegExp(`^(?:${digits})`) } : [];
      });
      this.#byCode.set(code, { main, others });
    }
  }
}

/** Whether a text is the ISO 3166 code of a country that has telephone numbers. */
export function isCountry(code: string): boolean {
  return (getCountries() as readonly string[]).includes(code);
}
