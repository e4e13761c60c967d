import { type Bus, Engine, ManualClock, type Plugin, type RawSection } from '@tandem/engine';
import { LogBook, type LogLine } from './log-book.ts';

/** A node with nothing but the plugin under test, and a clock that the test turns. */
export interface TestBench extends AsyncDisposable {
  /** Ask, tell and gather as a sender does; `bus.handlersOf(name)` shows what was installed. */
  readonly bus: Bus;
  /** Stands still until `await clock.advance(ms)`; deadlines and timers come by it alone. */
  readonly clock: ManualClock;
  /** What the plugin and the engine wrote to the log. */
  readonly lines: readonly LogLine[];
  readonly engine: Engine;
  /** Installs another plugin beside it: whom it asks, or who answers before it. */
  install(plugin: Plugin, section?: RawSection): Promise<void>;
  /** Sets the plugin up anew with another section, as an operator's reload does. */
  reload(section?: RawSection): Promise<void>;
}

/**
 * Puts a plugin on a bench of its own, set up with its section as the ini file would give it.
 * Held by `await using`, the bench takes the plugin out at the test's end.
 *
 *   await using bench = await testBench(barring, { prefixes: '0900' });
 *   expect(await bench.bus.ask('call.route', { called: '0900123' })).toMatchObject({ … });
 *
 * @throws TandemError CONFIG_INVALID or PLUGIN_SETUP_FAILED, as at a node's start
 */
export async function testBench(plugin: Plugin, section: RawSection = {}): Promise<TestBench> {
  const clock = new ManualClock();
  const log = new LogBook();
  const engine = new Engine({ node: 'node1', clock, log });
  await engine.install(plugin, section);
  await engine.start();
  return {
    bus: engine.bus,
    clock,
    lines: log.lines,
    engine,
    install: (other, otherSection) => engine.install(other, otherSection),
    reload: (newSection) => engine.reload(plugin.name, newSection),
    [Symbol.asyncDispose]: () => engine.stop(),
  };
}
