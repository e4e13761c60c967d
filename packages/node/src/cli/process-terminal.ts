import { systemClock } from '@tandem/engine';
import { MessageChannel } from 'node:worker_threads';
import type { Terminal } from './terminal.ts';

/** More is no list of calls. */
const INPUT_BYTES_MAX = 256_000_000;

/** The process's own terminal. A reader that went away (`tandem calls | head`) ends nothing. */
export const processTerminal: Terminal = {
  out: (text) => write(process.stdout, text),
  err: (text) => write(process.stderr, text),
  async readInput() {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of process.stdin) {
      const buffer = Buffer.from(chunk as Uint8Array);
      bytes += buffer.length;
      if (bytes > INPUT_BYTES_MAX) throw new Error('standard input is too large');
      chunks.push(buffer);
    }
    return Buffer.concat(chunks).toString('utf8');
  },
  get isWatched() {
    return process.stdout.isTTY;
  },
  env: process.env,
  onSignal(signal, listener) {
    process.on(signal, listener);
    return () => void process.off(signal, listener);
  },
  onBug(listener) {
    process.on('uncaughtException', listener);
    process.on('unhandledRejection', listener);
    return () => {
      process.off('uncaughtException', listener);
      process.off('unhandledRejection', listener);
    };
  },
  async pause(ms) {
    // Not by the engine's clock: its timers keep no process alive, and a verb that waits has
    // nothing else that does.
    await new Promise<void>((resolve) => void setTimeout(resolve, ms));
  },
  hold() {
    // A port that somebody may write to is all that Node needs to stay.
    const { port1 } = new MessageChannel();
    port1.ref();
    return () => port1.close();
  },
  exitAfter(withinMs, code) {
    systemClock.startTimer(withinMs, () => process.exit(code));
  },
};

function write(stream: NodeJS.WriteStream, text: string): void {
  if (stream.listenerCount('error') === 0) stream.on('error', () => undefined);
  stream.write(text);
}
