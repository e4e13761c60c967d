import type { Gather, z } from '@tandem/engine';
import { declareMessage } from '../declaration.ts';

/** What a role may do: each includes those behind it. */
export type ApiRole = 'admin' | 'billing' | 'read' | 'public';

/** A request as a resource sees it. */
export interface ApiRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Who asks, for audit rows: the role, and the address. */
  readonly actor: string;
}

/** An answer: a status and a JSON body, a text of another type, or lines as they come. */
export interface ApiAnswer {
  readonly status: number;
  /** Undefined beside a stream. */
  readonly body: unknown;
  /** Given, the body is a text that is sent as it is; absent, it is sent as JSON. */
  readonly contentType?: string;
  /**
   * Given, these are sent instead of the body, one JSON text a line, as they come. Whoever asked
   * and goes away ends them; they never throw.
   */
  readonly lines?: AsyncGenerator<unknown, void>;
  /**
   * Given, it is sent in place of the body, as the reader takes it: it is asked for the next piece
   * when the last one is gone, and told (`return`) when the reader has left. A throw breaks the
   * connection off, so that nobody takes half of it for the whole.
   */
  readonly stream?: AsyncIterable<Uint8Array>;
  /** Headers beside those that every answer has, names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** One HTTP resource that a feature contributes under /api/v1. */
export interface ApiResource {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below /api/v1, with `{name}` for params: `/calls/{id}`. */
  readonly path: string;
  readonly role: ApiRole;
  /** One sentence for the OpenAPI page. */
  readonly summary: string;
  /** Query parameters and their meanings; the console's pages offer them as filters. */
  readonly query?: Readonly<Record<string, string>>;
  /** Reading it is written down as writes are: it takes much out at once. */
  readonly isAudited?: boolean;
  /** What statuses beside 200 mean. */
  readonly refusals?: Readonly<Record<number, string>>;
  handle(request: ApiRequest): Promise<ApiAnswer>;
}

/** One difference that `plan` shows and `apply` makes. */
export interface ApplyChange {
  readonly section: string;
  readonly name: string;
  readonly action: 'create' | 'update' | 'delete';
  /** Fields as they were and will be; secrets are never among them. */
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
}

/** Something wrong with a set-up file: where and what. */
export interface ApplyIssue {
  /** Path inside the file, such as `users[3].name`. */
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
}

/** One list of the declarative set-up: who reads it, compares it and writes it. */
export interface ApplySection {
  /** The list's key in the file: `users`. */
  readonly name: string;
  /** Lower ones are written first: a tenant names a deck, so decks come before tenants. */
  readonly order: number;
  /** Schema of one item. */
  readonly item: z.ZodType;
  /**
   * Compares items with what is stored; nothing is written. `transaction` is the store's handle,
   * the same for all sections of one file.
   */
  plan(
    items: readonly unknown[],
    options: { prune: boolean; transaction: unknown },
  ): Promise<{ changes: readonly ApplyChange[]; issues: readonly ApplyIssue[] }>;
  /** Writes what `plan` of the same items would show; one transaction over all sections. */
  apply(
    items: readonly unknown[],
    options: { prune: boolean; transaction: unknown; actor: string },
  ): Promise<readonly ApplyChange[]>;
  /**
   * Called once all lists of the file are written, for the sections in reverse order: removes what
   * prune takes away, now that nothing else names it, and looks at the whole again. An issue
   * rolls everything back.
   */
  finish?(options: { transaction: unknown }): Promise<readonly ApplyIssue[]>;
  /**
   * Called after the commit: waits until the nodes go by what was written, at most `withinMs`.
   * Rejects when the database cannot be asked any more.
   */
  follow?(options: { withinMs: number }): Promise<NodesFollowing>;
}

/** Which nodes go by a change that was committed. */
export interface NodesFollowing {
  readonly inForce: readonly string[];
  /** Those that still go by what was before. */
  readonly behind: readonly string[];
}

/** One verb of bin/tandem that a feature contributes. */
export interface CliCommand {
  /** yargs form: `recharge <tenant> <amount>`. */
  readonly command: string;
  readonly describe: string;
  readonly options: Readonly<
    Record<
      string,
      {
        readonly type: 'string' | 'number' | 'boolean' | 'array';
        readonly describe: string;
        readonly demandOption?: boolean;
        readonly default?: unknown;
        readonly choices?: readonly string[];
      }
    >
  >;
  /** Prints through `print`; the exit code: 0 ok, 1 failed, 2 wrong use. */
  run(
    args: Readonly<Record<string, unknown>>,
    print: { line(text: string): void; json(value: unknown): void; error(text: string): void },
  ): Promise<number>;
}

declare module '@tandem/engine' {
  interface MessageMap {
    'console.resources': Gather<Record<never, never>, readonly ApiResource[]>;
    'cli.commands': Gather<Record<never, never>, readonly CliCommand[]>;
    'apply.sections': Gather<Record<never, never>, readonly ApplySection[]>;
  }
}

/** Which HTTP resources are there? */
export const consoleResources = declareMessage({
  name: 'console.resources',
  kind: 'gather',
  summary: 'Collects the HTTP resources that features contribute.',
  sentBy: 'console, at its start',
  heardBy: 'features',
  sample: {},
});

/** Which verbs are there? */
export const cliCommands = declareMessage({
  name: 'cli.commands',
  kind: 'gather',
  summary: 'Collects the verbs that features contribute to bin/tandem.',
  sentBy: 'node',
  heardBy: 'features',
  sample: {},
});

/** Which lists of the declarative set-up are there? */
export const applySections = declareMessage({
  name: 'apply.sections',
  kind: 'gather',
  summary: 'Collects the lists that plan and apply know.',
  sentBy: 'node',
  heardBy: 'features that own tables',
  sample: {},
});
