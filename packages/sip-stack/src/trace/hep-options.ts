/** Where copies of all messages go: a HOMER (or any HEP3 collector) by UDP. */
export interface HepOptions {
  /** Literal address of the collector. */
  readonly address: string;
  /** Usually 9060. */
  readonly port: number;
  /** Number of this node in the collector, below 2^32. */
  readonly captureId: number;
  /** Shared secret, where the collector asks for one; sent in the clear, as HEP3 has it. */
  readonly key?: string;
  /** Name of this node as the collector shows it. */
  readonly nodeName?: string;
}
