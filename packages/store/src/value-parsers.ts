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
