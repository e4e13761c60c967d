import { type CustomTypesConfig, types } from 'pg';

/**
 * How columns become values: int8, and so count(*), as bigint; numeric as string, which money
 * needs; timestamptz as Date, in whole ms. The driver would make int8 a string, and adding
 * strings goes wrong silently.
 */
export const valueParsers: CustomTypesConfig = {
  getTypeParser(...[type, format]: Parameters<typeof types.getTypeParser>) {
    return type === types.builtins.INT8 ? BigInt : types.getTypeParser(type, format);
  },
};

/** Makes a column's text a value. */
export type ParseValue = (text: string) => unknown;

/** How a column of this type (its OID) becomes a value. */
export function valueParserOf(type: number): ParseValue {
  // The driver's enum names those that Postgres brings along; others are read as text.
  // oxlint-disable-next-line typescript/no-unsafe-enum-assignment
  const known = type as Parameters<typeof types.getTypeParser>[0];
  return valueParsers.getTypeParser(known) as ParseValue;
}
