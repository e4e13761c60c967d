import { describe, expect, test } from 'vitest';
import { Outcomes } from './outcomes.ts';

const phone = { driver: 'sip' };
const sister = { driver: 'nats' };

describe('the answered part of calls', () => {
  test('counts calls that were decided in the last minute, a sister’s at the sister', () => {
    const outcomes = new Outcomes();
    for (let call = 0; call < 3; call++) outcomes.answered(phone);
    outcomes.unanswered(phone);
    outcomes.answered(sister);
    outcomes.unanswered(sister);
    expect(outcomes.lastMinute).toEqual({ seizures: 4, answers: 3 });
  });

  test('what is older than a minute counts no more', () => {
    const outcomes = new Outcomes();
    const pass = (seconds: number): void => {
      for (let second = 0; second < seconds; second++) outcomes.sample();
    };
    outcomes.answered(phone);
    pass(30);
    outcomes.unanswered(phone);
    pass(29);
    expect(outcomes.lastMinute).toEqual({ seizures: 2, answers: 1 });
    pass(1);
    expect(outcomes.lastMinute).toEqual({ seizures: 1, answers: 0 });
    pass(30);
    expect(outcomes.lastMinute).toEqual({ seizures: 0, answers: 0 });
  });
});
