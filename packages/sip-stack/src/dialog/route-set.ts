import { keep } from '../wire/keep.ts';
import { isLooseRoute } from '../wire/route-set.ts';
import { parseNameAddr } from '../wire/name-addr.ts';

/** The proxies between us and the peer, in the order of our requests (RFC 3261 §12.1). */
export class RouteSet {
  static readonly empty = new RouteSet([]);
  /** URI of the first hop; undefined without routes. */
  readonly firstUri: string | undefined;
  readonly #isStrict: boolean;

  constructor(readonly routes: readonly string[]) {
    const first = parseNameAddr(routes[0] ?? '');
    this.firstUri = first?.uriText;
    this.#isStrict = first !== undefined && !isLooseRoute(first);
  }

  /**
   * From the Record-Route of a request: as it stands (§12.1.1). From an answer: reversed (§12.1.2).
   * What cannot be read is left out: whoever gets it as a Route could not either.
   */
  static fromRecordRoute(entries: readonly string[], isReversed: boolean): RouteSet {
    if (entries.length === 0) return RouteSet.empty;
    const kept = entries
      .filter((entry) => parseNameAddr(entry)?.uri?.kind === 'sip')
      .map((entry) => keep(entry));
    return new RouteSet(isReversed ? kept.reverse() : kept);
  }

  /**
   * Request-URI and Route for a request to `target`. A strict router gets its own URI as the
   * Request-URI and the target behind the last Route (§12.2.1.1).
   */
  apply(target: string): { readonly uri: string; readonly routes: readonly string[] } {
    if (!this.#isStrict || this.firstUri === undefined) return { uri: target, routes: this.routes };
    return { uri: this.firstUri, routes: [...this.routes.slice(1), `<${target}>`] };
  }
}
