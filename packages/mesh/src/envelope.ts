import type { CallFacts, Extra, TrailStep } from '@tandem/engine';

/** The version of the envelope; a reader takes what it knows and keeps what it does not. */
const VERSION = 1;
/** Texts longer than this are sent in parts: well below NATS's default of 1 MiB. */
const PART_CHARACTERS_MAX = 256 * 1024;
/** Parts of one answer: 64 MB. */
const PARTS_MAX = 256;

/** What one node sends another. */
export type Envelope =
  | {
      readonly kind: 'ask' | 'tell' | 'gather';
      /** The question's id; empty for a notice. */
      readonly id: string;
      readonly boot: string;
      readonly name: string;
      readonly params: Readonly<Record<string, unknown>>;
      readonly extra: readonly Extra[];
      readonly facts: CallFacts;
      /** How deep the question nests in the handlers of others, on all nodes. */
      readonly depth?: number | undefined;
    }
  | {
      readonly kind: 'answer';
      readonly answer?: unknown;
      readonly params: Readonly<Record<string, unknown>>;
      readonly extra?: readonly Extra[] | undefined;
      readonly steps: readonly TrailStep[];
    }
  | { readonly kind: 'answers'; readonly answers: readonly unknown[] }
  | { readonly kind: 'fault'; readonly code: string; readonly text: string }
  /** Wants no answer: only the transport's word that nobody listens. */
  | { readonly kind: 'probe' }
  | { readonly kind: 'part'; readonly index: number; readonly of: number; readonly text: string };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Writes an envelope as one datagram, or as several parts where it is long. */
export function encode(envelope: Envelope): readonly Uint8Array[] {
  const text = JSON.stringify({ v: VERSION, ...envelope }, bigintsAsText);
  if (text.length <= PART_CHARACTERS_MAX) return [encoder.encode(text)];
  const of = Math.ceil(text.length / PART_CHARACTERS_MAX);
  return Array.from({ length: of }, (_, index) => {
    const part = text.slice(index * PART_CHARACTERS_MAX, (index + 1) * PART_CHARACTERS_MAX);
    return encoder.encode(JSON.stringify({ v: VERSION, kind: 'part', index, of, text: part }));
  });
}

/** Reads one datagram; undefined if it is no envelope. Never throws. */
export function decode(data: Uint8Array): Envelope | undefined {
  return parse(decoder.decode(data));
}

/** Puts the parts of one long envelope together. */
export class PartCollector {
  readonly #parts: (string | undefined)[] = [];
  #missing = -1;

  /** The whole envelope once the last part came, undefined until then; `broken` for nonsense. */
  add(part: Envelope & { kind: 'part' }): Envelope | undefined | 'broken' {
    const { index, of, text } = part;
    if (!(of > 0 && of <= PARTS_MAX && index >= 0 && index < of)) return 'broken';
    if (this.#missing < 0) this.#missing = of;
    if (this.#parts[index] === undefined) {
      this.#parts[index] = text;
      this.#missing--;
    }
    return this.#missing > 0 ? undefined : (parse(this.#parts.join('')) ?? 'broken');
  }
}

function parse(text: string): Envelope | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('v' in value)) return undefined;
  return isEnvelope(value) ? value : undefined;
}

/** Checked at the rim: inside, an envelope has the form its kind says. */
function isEnvelope(value: object): value is Envelope {
  const fields = value as Readonly<Record<string, unknown>>;
  switch (fields['kind']) {
    case 'ask':
    case 'tell':
    case 'gather':
      return (
        typeof fields['name'] === 'string' &&
        typeof fields['id'] === 'string' &&
        typeof fields['boot'] === 'string' &&
        isRecord(fields['params']) &&
        isRecord(fields['facts']) &&
        Array.isArray(fields['extra']) &&
        fields['extra'].every(isExtra)
      );
    case 'answer':
      return isRecord(fields['params']) && Array.isArray(fields['steps']);
    case 'probe':
      return true;
    case 'answers':
      return Array.isArray(fields['answers']);
    case 'fault':
      return typeof fields['code'] === 'string' && typeof fields['text'] === 'string';
    case 'part':
      return (
        Number.isInteger(fields['index']) &&
        Number.isInteger(fields['of']) &&
        typeof fields['text'] === 'string'
      );
    default:
      return false;
  }
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isExtra(value: unknown): boolean {
  return Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'string';
}

function bigintsAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
