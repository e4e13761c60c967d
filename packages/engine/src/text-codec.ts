import type { Extra, Message } from './message.ts';
import type { AnswerOf, MessageName, ParamsOf } from './message-map.ts';

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
    params.push([key, codecs[key]?.toText(value) ?? plainText(value)]);
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
  for (const [key, value] of text) {
    const isKnown = Object.hasOwn(known, key) && !Object.hasOwn(params, key);
    const read = isKnown ? readAs(known[key], value, codecs[key]) : undefined;
    if (read === undefined) extra.push([key, value]);
    else params[key] = read;
  }
  return { params: params as Partial<ParamsOf<N>>, extra };
}

/** A reader over ordered params, first match. */
export function textReader(params: readonly Extra[]): TextReader {
  return { get: (name) => params.find(([key]) => key === name)?.[1] };
}

function plainText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object') return JSON.stringify(value);
  return `${value as number | boolean | bigint}`;
}

function readAs(sample: unknown, text: string, codec: LooseCodec | undefined): unknown {
  if (codec) return codec.fromText(text);
  if (typeof sample === 'number') {
    const number = Number(text);
    return text.trim() === '' || Number.isNaN(number) ? undefined : number;
  }
  if (typeof sample === 'boolean') {
    if (/^(true|yes|on|enable|t)$/i.test(text)) return true;
    return /^(false|no|off|disable|f)$/i.test(text) ? false : undefined;
  }
  return typeof sample === 'string' ? text : undefined;
}
