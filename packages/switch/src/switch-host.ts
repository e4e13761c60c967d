import type { Bus, Clock, Log, TimerWheel } from '@tandem/engine';
import type { NodeIdentity } from '@tandem/messages';
import type { FinalRecords } from './final-records.ts';
import type { Meters } from './meters.ts';
import type { Outcomes } from './outcomes.ts';
import type { SwitchSettings } from './settings.ts';

/** What every call of a node shares. */
export interface SwitchHost {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly wheel: TimerWheel;
  readonly log: Log;
  readonly identity: NodeIdentity;
  readonly meters: Meters;
  readonly outcomes: Outcomes;
  readonly finalRecords: FinalRecords;
  /** As the section says now; a running timer keeps what it was started with. */
  readonly settings: SwitchSettings;
}
