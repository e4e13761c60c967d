import type { ApiResource } from '@tandem/messages';

/** A resource of the console's own, with what the OpenAPI page says beyond its summary. */
export interface ConsoleResource extends ApiResource {
  /** Query parameters and their meanings. */
  readonly query?: Readonly<Record<string, string>>;
  /** What statuses beside 200 mean. */
  readonly refusals?: Readonly<Record<number, string>>;
}
