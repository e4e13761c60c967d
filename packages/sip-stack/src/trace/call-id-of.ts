/**
 * The Call-ID of a message that is only looked at, whole or broken; '' where there is none. Only
 * the head is searched: a body cannot pass for it.
 */
export function callIdOf(text: string): string {
  const headEnd = text.indexOf('\r\n\r\n');
  const head = headEnd < 0 ? text : text.slice(0, headEnd);
  return /\r\n(?:call-id|i)[ \t]*:[ \t]*([^\r\n]*)/i.exec(head)?.[1]?.trim() ?? '';
}
