import type { LinkFrame, LinkReport } from '@tandem/messages';

const KEY_CHARACTERS_MAX = 256;

/** Whether what another node sent is a frame of a link: checked at the rim, trusted inside. */
export function isLinkFrame(value: unknown): value is LinkFrame {
  if (!isRecord(value) || !isLinkEnd(value)) return false;
  const { seq, event, resendFrom } = value;
  if (resendFrom !== undefined && !isCount(resendFrom)) return false;
  if (seq === undefined && event === undefined) return true;
  return isCount(seq) && isRecord(event) && typeof event['type'] === 'string';
}

/** Whether what another node sent is a list of what it knows of some legs. */
export function areLinkReports(value: unknown): value is readonly LinkReport[] {
  return Array.isArray(value) && value.every((item) => isRecord(item) && isLinkEnd(item));
}

function isLinkEnd({ key, side, ack }: Readonly<Record<string, unknown>>): boolean {
  const isKey = typeof key === 'string' && key !== '' && key.length <= KEY_CHARACTERS_MAX;
  return isKey && (side === 'near' || side === 'far') && isCount(ack);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
