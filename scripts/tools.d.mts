/** A program on this machine: its path, and the variables to add to its environment. */
export interface Tool {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where set-up unpacked its package; undefined for the system's own. */
  readonly root?: string;
}

/** The programs that set-up knows how to fetch. */
export type ToolName = 'nats-server' | 'sipp' | 'kamailio' | 'chromium';

/** The root of this checkout. */
export declare const projectRoot: string;

/** Where set-up unpacks programs that the system lacks. */
export declare const localToolsFolder: string;

/** The Debian package that holds each program. */
export declare const toolPackages: Readonly<Record<ToolName, string>>;

/** Where a program is, or undefined: what set-up unpacked goes before the system's copy. */
export declare function findTool(name: ToolName): Tool | undefined;

/** The copy that set-up unpacked, or undefined. */
export declare function findLocalTool(name: ToolName): Tool | undefined;

/** The system's own copy, on PATH or where administrators' programs live, or undefined. */
export declare function findSystemTool(name: ToolName): Tool | undefined;
