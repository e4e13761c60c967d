/** One media section of a session description (RFC 8866 §5.14), as its lines. */
export interface MediaSection {
  readonly media: string;
  /** 0: the section is refused, or was never wanted. */
  readonly port: number;
  readonly protocol: string;
  readonly formats: readonly string[];
  /** All lines behind `m=`, in order. */
  readonly lines: readonly string[];
}

/** A session description taken apart: the lines for all, and one section for each stream. */
export interface Description {
  readonly session: readonly string[];
  readonly sections: readonly MediaSection[];
}

/** Streams of one description; more are left out. */
const SECTIONS_MAX = 32;

/** Takes a description apart. What cannot be read of it is left out; never throws. */
export function readDescription(content: string): Description {
  const session: string[] = [];
  const sections: (MediaSection & { readonly lines: string[] })[] = [];
  for (const line of content.split(/\r\n|\n|\r/)) {
    if (line === '') continue;
    if (line.startsWith('m=')) {
      if (sections.length >= SECTIONS_MAX) break;
      sections.push(readMedia(line));
    } else (sections.at(-1)?.lines ?? session).push(line);
  }
  return { session, sections };
}

/** Puts a description together. */
export function writeDescription({ session, sections }: Description): string {
  const lines = [...session];
  for (const { media, port, protocol, formats, lines: rest } of sections) {
    lines.push(`m=${media} ${port} ${protocol} ${formats.join(' ')}`, ...rest);
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** The same stream, refused (RFC 3264 §6). */
export function refusedSection({ media, protocol, formats }: MediaSection): MediaSection {
  return { media, port: 0, protocol, formats, lines: [] };
}

function readMedia(line: string): MediaSection & { readonly lines: string[] } {
  const [media = '', port = '', protocol = '', ...formats] = line.slice('m='.length).split(' ');
  const number = Number.parseInt(port, 10);
  return { media, port: Number.isNaN(number) ? 0 : number, protocol, formats, lines: [] };
}
