/** What a cell was read as: a value, perhaps with a remark for the reader, or why it is none. */
export type Reading<T> =
  | { readonly value: T; readonly remark?: string }
  | { readonly problem: string };
