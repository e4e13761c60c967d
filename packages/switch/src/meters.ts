import type { Reading } from '@tandem/messages';

/** What the switch counts since its start. */
export class Meters {
  /** Calls taken. */
  calls = 0;
  answered = 0;
  /** Calls refused at the door: too many, or the node is ending. */
  turnedAway = 0;
  branches = 0;
  lateAnswers = 0;
  /** Dead calls that the audit found. */
  audited = 0;
  /** Calls ended because too much waited of them. */
  overflowed = 0;
  /** Records of this boot, as Yate's cdrid. */
  records = 0;
  /** Final records told again. */
  recordsRepeated = 0;
  /** Final records given up: no journal took them. */
  recordsLost = 0;
  /** Messages that could not be dispatched. */
  messagesLost = 0;

  /** The counters by their Prometheus names. */
  get readings(): readonly Reading[] {
    return [
      counter('tandem_calls_taken_total', 'Calls taken.', this.calls),
      counter('tandem_calls_answered_total', 'Calls answered.', this.answered),
      counter('tandem_calls_turned_away_total', 'Calls refused at the door.', this.turnedAway),
      counter('tandem_branches_total', 'Branches placed.', this.branches),
      counter('tandem_late_answers_total', 'Branches answered after given up.', this.lateAnswers),
      counter('tandem_calls_audited_total', 'Dead calls found by the audit.', this.audited),
      counter('tandem_calls_overflowed_total', 'Calls ended by overflow.', this.overflowed),
      counter('tandem_cdr_repeated_total', 'Final records told again.', this.recordsRepeated),
      counter('tandem_cdr_lost_total', 'Final records no journal took.', this.recordsLost),
      counter('tandem_call_messages_lost_total', 'Messages not dispatched.', this.messagesLost),
    ];
  }
}

function counter(name: string, help: string, value: number): Reading {
  return { name, help, kind: 'counter', value };
}
