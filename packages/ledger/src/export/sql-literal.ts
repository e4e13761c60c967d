/**
 * A text as part of a statement that takes no parameters, such as COPY. It travels as digits, so
 * that nothing in it can end the literal, whatever the server's settings for strings are.
 */
export function textLiteral(text: string): string {
  return `convert_from(decode('${Buffer.from(text).toString('hex')}', 'hex'), 'UTF8')`;
}
