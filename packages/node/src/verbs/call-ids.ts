/**
 * Ids of calls in a text: the JSON that `tandem calls --json` prints (one body or several, one a
 * line), a JSON list, or one id a line. Undefined: JSON that holds no ids.
 */
export function readCallIds(text: string): readonly string[] | undefined {
  const trimmed = text.trim();
  if (!/^[{[]/.test(trimmed)) return lines(trimmed);
  const whole = parse(trimmed);
  if (whole !== undefined) return idsOf(whole);
  const bodies = lines(trimmed).map((line) => idsOf(parse(line)));
  return bodies.some((ids) => ids === undefined) ? undefined : bodies.flatMap((ids) => ids ?? []);
}

function idsOf(body: unknown): readonly string[] | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const list: unknown = Array.isArray(body) ? body : (body as { calls?: unknown }).calls;
  if (!Array.isArray(list)) return undefined;
  const ids = list.map((item: unknown) =>
    typeof item === 'object' && item !== null && 'id' in item ? item.id : item,
  );
  return ids.every((id) => typeof id === 'string') ? ids : undefined;
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
