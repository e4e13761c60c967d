/** The two streams that are used of the package, which brings no types. */
declare module 'pg-copy-streams' {
  import type { Readable, Writable } from 'node:stream';
  import type { Submittable } from 'pg';

  /** Takes the rows of a `COPY … FROM STDIN`. */
  export type CopyFromStream = Writable & Submittable & { readonly rowCount: number };
  /** Gives the rows of a `COPY … TO STDOUT`. */
  export type CopyToStream = Readable & Submittable & { readonly rowCount: number };

  export function from(statement: string): CopyFromStream;
  export function to(statement: string): CopyToStream;
}
