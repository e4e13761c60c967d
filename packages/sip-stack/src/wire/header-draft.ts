import { isToken } from './characters.ts';
import { type HeaderName, headerKey, headerName } from './header-names.ts';
import type { MessageHeaders } from './message-headers.ts';
import { lineText } from './wire-text.ts';

/**
 * The header lines of a message that is being built, in order. Every value passes `lineText`, so
 * none can make a second line; a name that is no token is left out. Content-Length is none of
 * these: it is written with the body.
 */
export class HeaderDraft {
  #names: string[] = [];
  #keys: string[] = [];
  #values: string[] = [];

  /** Adds a line at the end. */
  add(name: string, value: string): this {
    const both = headerName(name);
    if (isWritable(both)) {
      this.#names.push(both.name);
      this.#keys.push(both.key);
      this.#values.push(lineText(value));
    }
    return this;
  }

  /** Adds a line at the top: Via, or the first Route. */
  addFirst(name: string, value: string): this {
    const both = headerName(name);
    if (isWritable(both)) {
      this.#names.unshift(both.name);
      this.#keys.unshift(both.key);
      this.#values.unshift(lineText(value));
    }
    return this;
  }

  /** Puts one line in the place of all lines of that name. */
  set(name: string, value: string): this {
    const at = this.#keys.indexOf(headerKey(name));
    if (at < 0) return this.add(name, value);
    this.#values[at] = lineText(value);
    return this.#removeFrom(headerKey(name), at + 1);
  }

  /** Takes away all lines of that name. */
  remove(name: string): this {
    return this.#removeFrom(headerKey(name), 0);
  }

  /** Takes away the first line of that name. */
  removeFirst(name: string): this {
    const at = this.#keys.indexOf(headerKey(name));
    if (at >= 0) this.#cut(at);
    return this;
  }

  /** Adds all lines of those names as they stand in `headers`, in the order of the names. */
  copy(headers: MessageHeaders, ...names: readonly string[]): this {
    for (const name of names) {
      const key = headerKey(name);
      for (let at = headers.indexOf(key, 0); at >= 0; at = headers.indexOf(key, at + 1)) {
        this.add(name, headers.valueAt(at));
      }
    }
    return this;
  }

  /** Whether a line of that name is there. */
  has(name: string): boolean {
    return this.#keys.includes(headerKey(name));
  }

  /** Value of the first line of that name. */
  get(name: string): string | undefined {
    const at = this.#keys.indexOf(headerKey(name));
    return at < 0 ? undefined : this.#values[at];
  }

  /** Values of all lines of that name in order. */
  getAll(name: string): string[] {
    const key = headerKey(name);
    return this.#values.filter((_, index) => this.#keys[index] === key);
  }

  /** The same lines, to be changed apart from these. */
  clone(): HeaderDraft {
    const copy = new HeaderDraft();
    copy.#names = this.#names.slice();
    copy.#keys = this.#keys.slice();
    copy.#values = this.#values.slice();
    return copy;
  }

  /** All lines as they go on the wire, each with its CRLF. */
  toWire(): string {
    let text = '';
    for (let at = 0; at < this.#names.length; at++) {
      text += `${this.#names[at]}: ${this.#values[at]}\r\n`;
    }
    return text;
  }

  #removeFrom(key: string, start: number): this {
    for (let at = this.#keys.indexOf(key, start); at >= 0; at = this.#keys.indexOf(key, at)) {
      this.#cut(at);
    }
    return this;
  }

  #cut(at: number): void {
    this.#names.splice(at, 1);
    this.#keys.splice(at, 1);
    this.#values.splice(at, 1);
  }
}

function isWritable(both: HeaderName): boolean {
  return both.key !== 'content-length' && (both.isKnown || isToken(both.name));
}
