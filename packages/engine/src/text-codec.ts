import type { Extra, Message } from './message.ts';
import type { AnswerOf, MessageName, ParamsOf } from './message-map.ts';
import { paramText } from './param-text.ts';

/** A message as Yate's scripts and nodes speak it: everything is text. */
export interface TextMessage {
  readonly name: string;
  readonly params: readonly Extra[];
}

/** An answer as text: `retvalue`, and params that the answer sets. */
export interface TextAnswer {
  readonly retvalue: string;
  readonly params: readonly Extra[];
}

/** What one message's declaration says of its text; what is left out follows the general rules. */
export interface TextCodec<N extends MessageName> {
  /** Params that are not plain text: how each is written, and read (undefined: not readable). */
  readonly params?: {
    readonly [K in keyof ParamsOf<N>]?: {
      readonly toText: (value: NonNullable<ParamsOf<N>[K]>) => string;
      readonly fromText: (text: string) => ParamsOf<N>[K] | undefined;
    };
  };
  readonly answerToText?: (answer: AnswerOf<N>) => TextAnswer;
  /** Undefined: not an answer. */
  readonly textToAnswer?: (retvalue: string, params: TextReader) => AnswerOf<N> | undefined;
}

/** Reads text params: the first of a name counts, absent differs from empty. */
export interface TextReader {
  get(name: string): string | undefined;
}

interface LooseCodec {
  readonly toText: (value: unknown) => string;
  readonly fromText: (text: string) => unknown;
}

/** Writes a message as ordered text params: typed ones first, then the extra ones. */
export function toText<N extends MessageName>(
  message: Message<N>,
  codec: TextCodec<N> = {},
): TextMessage {
  const codecs = (codec.params ?? {}) as Readonly<Record<string, LooseCodec | undefined>>;
  const params: Extra[] = [];
  for (const [key, value] of Object.entries(message.params)) {
    if (value === undefined || value === null) continue;
    params.push([key, codecs[key]?.toText(value) ?? paramText(value)]);
  }
  return { name: message.name, params: [...params, ...message.extra] };
}

/**
 * Splits text params into typed ones and extra: `sample` names the typed params and shows which
 * are numbers and flags. A value that does not read as its type stays text, in extra.
 */
export function fromText<N extends MessageName>(
  text: readonly Extra[],
  sample: ParamsOf<N>,
  codec: TextCodec<N> = {},
): { params: Partial<ParamsOf<N>>; extra: readonly Extra[] } {
  const codecs = (codec.params ?? {}) as Readonly<Record<string, LooseCodec | undefined>>;
  const known = sample as Readonly<Record<string, unknown>>;
  const params: Record<string, unknown> = {};
  const extra: Extra[] = [];
  // The first of a name counts, readable or not: a second one must never overtake it.
  const seen = new Set<string>();
  for (const [key, value] of text) {
    const isFirst = Object.hasOwn(known, key) && !seen.has(key);
    if (isFirst) seen.add(key);
    const read = isFirst ? readAs(known[key], value, codecs[key]) : undefined;
    if (read === undefined) extra.push([key, value]);
    else params[key] = read;
  }
  return { params: params as Partial<ParamsOf<N>>, extra };
}

/** A reader over ordered params, first match. */
export function textReader(params: readonly Extra[]): TextReader {
  return { get: (name) => params.find(([key]) => key === name)?.[1] };
}

const TRUE_TEXT = /^(true|yes|on|enable|t)$/i;
const FALSE_TEXT = /^(false|no|off|disable|f)$/i;

/** Undefined: the text does not read as the sample's type. Never throws. */
function readAs(sample: unknown, text: string, codec: LooseCodec | undefined): unknown {
  if (codec) return readBy(codec, text);
  if (typeof sample === 'string') return text;
  if (typeof sample === 'number') {
    const number = Number(text) + 0; // Plus 0: there is no negative zero in telephony.
    return text.trim() !== '' && Number.isFinite(number) ? number : undefined;
  }
  if (typeof sample === 'bigint') return /^-?\d{1,40}$/.test(text) ? BigInt(text) : undefined;
  if (typeof sample !== 'boolean') return undefined;
  if (TRUE_TEXT.test(text)) return true;
  return FALSE_TEXT.test(text) ? false : undefined;
}

function readBy(codec: LooseCodec, text: string): unknown {
  try {
    return codec.fromText(text);
  } catch {
    return undefined; // Text comes from outside: a codec that stumbles over it has not read it.
  }
}
