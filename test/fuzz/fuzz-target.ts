/** One thing that is fed with mutated messages. */
export interface FuzzTarget {
  readonly name: string;
  /** Messages to begin from. */
  readonly seeds: readonly string[];
  /** Takes one input. @throws where it breaks a promise */
  feed(input: string): Promise<string> | string;
  /** Looks whether anything is wrong or left behind; called now and then. @throws if so */
  rest(): Promise<void>;
}
