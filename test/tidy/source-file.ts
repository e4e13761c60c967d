import { blankSource, type BlankedSource } from './blank-source.ts';
import type { Finding } from './finding.ts';

/** One source text of a package, split into code and comments. */
export class SourceFile {
  #blanked: BlankedSource | undefined;

  constructor(
    /** Relative to the project's root, with slashes. */
    readonly path: string,
    readonly text: string,
  ) {}

  /** Code and comments apart; only made when asked for, since most texts are no programs. */
  get blanked(): BlankedSource {
    return (this.#blanked ??= blankSource(this.text));
  }

  /** The name of the file without its folders. */
  get name(): string {
    return this.path.slice(this.path.lastIndexOf('/') + 1);
  }

  /** Tests and type tests: they may use more than the package itself. */
  get isTest(): boolean {
    return /\.(test|types-test|bench)\.ts$/.test(this.name) || !this.path.includes('/src/');
  }

  get lineCount(): number {
    return this.text.split('\n').length - (this.text.endsWith('\n') ? 1 : 0);
  }

  /** A finding at an offset of the text. */
  finding(offset: number, message: string): Finding {
    return { path: this.path, line: this.text.slice(0, offset).split('\n').length, message };
  }

  /** A finding for every place where `pattern` (global) stands in the code. */
  findInCode(pattern: RegExp, message: string): Finding[] {
    return [...this.blanked.code.matchAll(pattern)].map((hit) => this.finding(hit.index, message));
  }
}
