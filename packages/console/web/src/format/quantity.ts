/** Whole numbers with narrow spaces between thousands: `10 000`. The same in every locale. */
export function formatCount(count: number): string {
  return String(Math.round(count)).replaceAll(/\B(?=(?:\d{3})+$)/g, '\u202f');
}

/** Calls per second: one decimal below 100. */
export function formatRate(perSecond: number): string {
  return perSecond < 100 ? perSecond.toFixed(1) : formatCount(perSecond);
}

/** A part of a hundred: `97.5 %`; `–` where there is none. */
export function formatPercent(percent: number | null): string {
  if (percent === null) return '–';
  const text = percent === 0 || percent === 100 ? String(percent) : percent.toFixed(1);
  return `${text} %`;
}

/** Memory in MiB, from 1 GiB on in GiB; `–` where a node told none. */
export function formatBytes(bytes: number): string {
  if (bytes <= 0) return '–';
  const mebibytes = bytes / 1_048_576;
  return mebibytes < 1_024
    ? `${Math.round(mebibytes)} MiB`
    : `${(mebibytes / 1_024).toFixed(1)} GiB`;
}
