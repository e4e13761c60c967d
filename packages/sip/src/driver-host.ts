import type { Clock, Log, TimerWheel } from '@tandem/engine';
import type { SipStack, TimerValues } from '@tandem/sip-stack';
import type { SipSettings } from './config.ts';
import { crossingKeys } from './headers/crossing-headers.ts';
import type { LegHost } from './leg/leg-host.ts';
import { LegTable } from './leg/leg-table.ts';
import type { SipCounters } from './sip-counters.ts';

/** What a host is made of. */
export type DriverHostParts = Omit<LegHost, 'legs' | 'crossingKeys'>;

/** What the legs of a driver share; its settings change with a reload. */
export class DriverHost implements LegHost {
  readonly stack: SipStack;
  readonly clock: Clock;
  readonly wheel: TimerWheel;
  readonly log: Log;
  readonly counters: SipCounters;
  readonly timers: TimerValues;
  readonly random: (bytes: number) => Uint8Array;
  readonly legs = new LegTable();
  #settings: SipSettings;
  #crossingKeys: ReadonlySet<string>;

  constructor(parts: DriverHostParts) {
    this.stack = parts.stack;
    this.clock = parts.clock;
    this.wheel = parts.wheel;
    this.log = parts.log;
    this.counters = parts.counters;
    this.timers = parts.timers;
    this.random = parts.random;
    this.#settings = parts.settings;
    this.#crossingKeys = crossingKeys(parts.settings.headers);
  }

  get settings(): SipSettings {
    return this.#settings;
  }

  set settings(settings: SipSettings) {
    this.#settings = settings;
    this.#crossingKeys = crossingKeys(settings.headers);
  }

  get crossingKeys(): ReadonlySet<string> {
    return this.#crossingKeys;
  }
}
