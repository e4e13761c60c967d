import { spawn, spawnSync } from 'node:child_process';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/*
 * How long the main thread of this process takes no event: a timer of one millisecond sees each
 * pause that it is late by, and Node's own histogram of the loop's delay is asked beside it.
 *
 * A thread that waits for a core looks as if it stalled. Where the system lets us (Linux, chrt,
 * root), the main thread goes before every other thread of the machine, and those that help it
 * (garbage, compiler, files) before all other programs: what is seen is its own work, its garbage,
 * and what its threads do to each other. A thread that has chosen a niceness of its own, as one
 * that computes for seconds does, stays an ordinary one: as a real-time thread it would have the
 * kernel stop all of those on its core, 50 ms in each second. Elsewhere the machine must be quiet.
 */

const TICK_MS = 1;
const [MAIN_PRIORITY, OTHERS_PRIORITY] = ['2', '1'];
/** Lifts the threads of a process as they come, from outside, until it is gone. */
const LIFT = `while kill -0 $1 2>/dev/null; do
  for task in /proc/$1/task/*; do
    [ "\${task##*/}" = $1 ] && continue
    read -r line < "$task/stat" 2>/dev/null || continue
    set -- $1 \${line##*)}
    if [ "\${18}" = 0 ]; then chrt -r -p ${OTHERS_PRIORITY} "\${task##*/}"
    else chrt -o -p 0 "\${task##*/}"
    fi 2>/dev/null
  done
  sleep 0.03
done`;

/** Puts this process before all others; false where that is not allowed. */
function goFirst() {
  if (process.platform !== 'linux') return false;
  const { status } = spawnSync('chrt', ['-R', '-r', '-p', MAIN_PRIORITY, String(process.pid)]);
  if (status !== 0) return false;
  spawn('sh', ['-c', LIFT, 'lift', String(process.pid)], { stdio: 'ignore' }).unref();
  return true;
}

/** Measures from its making on. */
export class GapMeter {
  #delay = monitorEventLoopDelay({ resolution: TICK_MS });
  #lastMs = performance.now();
  #longestMs = 0;

  constructor() {
    this.isFirst = goFirst();
    this.#delay.enable();
    this.#tick();
  }

  /** The longest pause since the last taking, by the timer and by Node's histogram, ms. */
  take() {
    const gapMs = Math.max(this.#longestMs, performance.now() - this.#lastMs);
    const delayMs = this.#delay.max / 1e6;
    this.#longestMs = 0;
    this.#delay.reset();
    return { gapMs, delayMs };
  }

  #tick() {
    const nowMs = performance.now();
    this.#longestMs = Math.max(this.#longestMs, nowMs - this.#lastMs - TICK_MS);
    this.#lastMs = nowMs;
    setTimeout(() => this.#tick(), TICK_MS).unref();
  }
}
