/** A session description cut at its m-lines (RFC 4566 §5); lines keep their ends. */
export interface MediaSections {
  /** Everything before the first m-line. */
  readonly session: string;
  /** One for each stream, from its m-line on. */
  readonly media: readonly string[];
}

/** Cuts a session description into what is said of all streams, and of each one. */
export function cutSections(content: string): MediaSections {
  const [session = '', ...media] = content.split(/^(?=m=)/m);
  return session.startsWith('m=')
    ? { session: '', media: [session, ...media] }
    : { session, media };
}

/** Puts a session description together again. */
export function joinSections({ session, media }: MediaSections): string {
  return session + media.map(withLineEnd).join('');
}

/** How many streams it describes. */
export function countMedia(content: string): number {
  return cutSections(content).media.length;
}

/**
 * The description with so many streams: missing ones are added as rejected, surplus ones left
 * out. An answer has as many as its offer, and no later offer fewer (RFC 3264 §6, §8).
 */
export function fitMedia(content: string, count: number): string {
  const { session, media } = cutSections(content);
  if (media.length === count) return content;
  const missing = Array.from(
    { length: Math.max(0, count - media.length) },
    () => 'm=audio 0 RTP/AVP 0\r\n',
  );
  return joinSections({ session, media: [...media.slice(0, count), ...missing] });
}

/** The lines of a section without their ends. */
export function linesOf(section: string): readonly string[] {
  return section.split(/\r?\n/).filter((line) => line !== '');
}

function withLineEnd(section: string): string {
  return section.endsWith('\n') ? section : `${section}\r\n`;
}
