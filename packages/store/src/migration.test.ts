import { isFault } from '@tandem/engine';
import { expect, it } from 'vitest';
import { type FeatureMigrations, planMigrations } from './migration.ts';

const feature = (name: string, ...names: string[]): FeatureMigrations => ({
  feature: name,
  migrations: names.map((one) => ({ name: one, up: async () => undefined })),
});
const applied = (name: string, ...names: string[]) =>
  names.map((one) => ({ feature: name, name: one }));
const faultOf = (plan: () => unknown) => {
  try {
    plan();
    return undefined;
  } catch (error) {
    return isFault(error) ? error : undefined;
  }
};

it('plans what is missing, feature by feature, in the order of the lists', () => {
  const features = [feature('registrar', '1', '2'), feature('ledger', '1')];
  const steps = planMigrations(features, applied('registrar', '1'));
  expect(steps.map((step) => `${step.feature} ${step.name}`)).toEqual(['registrar 2', 'ledger 1']);
});

it('leaves features alone that this node does not have', () => {
  expect(planMigrations([feature('registrar', '1')], applied('wholesale', '1', '2'))).toHaveLength(
    1,
  );
});

it('refuses a database that is ahead of the code, and names what is ahead', () => {
  const fault = faultOf(() =>
    planMigrations([feature('ledger', '1')], applied('ledger', '1', '2-later')),
  );
  expect(fault?.code).toBe('STORE_DATABASE_NEWER');
  expect(fault?.message).toContain('2-later');
});

it.each([
  ['inserted in the middle', ['1', '1a', '2'], ['1', '2']],
  ['moved', ['2', '1'], ['1']],
])('refuses a list where a migration was %s', (_, list, done) => {
  const fault = faultOf(() =>
    planMigrations([feature('ledger', ...list)], applied('ledger', ...done)),
  );
  expect(fault?.code).toBe('STORE_MIGRATIONS_INCONSISTENT');
});

it('refuses a list with a name twice', () => {
  const fault = faultOf(() => planMigrations([feature('ledger', '1', '1')], []));
  expect(fault?.code).toBe('STORE_MIGRATIONS_INCONSISTENT');
});
