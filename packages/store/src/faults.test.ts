import { expect, it } from 'vitest';
import { storeFaults } from './faults.ts';

it.each(Object.entries(storeFaults))('%s says what it means and what to do', (_, fault) => {
  expect(fault.meaning).toMatch(/^[A-Z].*\.$/u);
  expect(fault.remedy).toMatch(/^[A-Z].*\.$/u);
});
