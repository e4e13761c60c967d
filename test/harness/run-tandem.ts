import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The program as an operator starts it. */
export const tandemProgram = fileURLToPath(new URL('../../bin/tandem', import.meta.url));

/** How a command ended. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one verb of bin/tandem to its end. */
export async function runTandem(
  args: readonly string[],
  options: { readonly cwd: string; readonly input?: string },
): Promise<CommandResult> {
  const child = spawn(process.execPath, [tandemProgram, ...args], { cwd: options.cwd });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => void (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => void (stderr += String(chunk)));
  child.stdin.end(options.input ?? '');
  const code = await new Promise<number | null>((resolve) => void child.once('close', resolve));
  return { code, stdout, stderr };
}
