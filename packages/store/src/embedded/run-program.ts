import { type SpawnOptions, spawn } from 'node:child_process';

/** How a program ended, and the last of what it printed. */
export interface ProgramEnd {
  /** Exit code; -1 when a signal ended it, 127 when it could not be started. */
  readonly code: number;
  readonly output: string;
}

/** What is kept of a program's output: its end, where the reason stands. */
const OUTPUT_CHARS_MAX = 4_000;

/** Runs a short program to its end. Never throws: one that cannot be started ends with 127. */
export async function runProgram(
  file: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<ProgramEnd> {
  return await new Promise((resolve) => {
    let output = '';
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-OUTPUT_CHARS_MAX);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.on('error', (error) => resolve({ code: 127, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? -1, output: output.trim() }));
  });
}
