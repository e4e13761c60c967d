import { definePlugin, Engine, z } from '@tandem/engine';
import type { ApplySection } from '@tandem/messages';
import { createRegistrarPlugin, registrarMigrations } from '@tandem/registrar';
import { openTestStore } from '@tandem/store/testing';
import { describe, expect, test } from 'vitest';
import { checkDocument } from './check-document.ts';
import { readPath, writePath } from './document-path.ts';
import { runSetUp } from './run-set-up.ts';
import { readSetUpFile, type SetUpFile } from './set-up-file.ts';

const users: ApplySection = {
  name: 'users',
  order: 50,
  item: z.object({
    name: z.string(),
    rates: z.array(z.object({ prefix: z.string() })).optional(),
  }),
  plan: async () => ({ changes: [], issues: [] }),
  apply: async () => [],
};

describe('a document', () => {
  test.each([
    [{ usres: [] }, 'usres', 'unknown key "usres"', 'did you mean "users"?'],
    [{ users: 'alice' }, 'users', 'expected a list of at most 100000 items', undefined],
    [
      { users: [{ nme: 'a', name: 'b' }] },
      'users[0].nme',
      'unknown key "nme"',
      'did you mean "name"?',
    ],
    [{ users: [{}] }, 'users[0].name', 'expected text, got nothing', undefined],
    [{ users: [{ name: 7 }] }, 'users[0].name', 'expected text, got number', undefined],
    [{ users: ['alice'] }, 'users[0]', 'expected object, got string', undefined],
    [
      { users: [{ name: 'a', rates: [{ prefix: '1' }, { prefix: 4 }] }] },
      'users[0].rates[1].prefix',
      'expected text, got number',
      undefined,
    ],
    [[], '', 'expected lists by name, such as users', undefined],
    [null, '', 'expected lists by name, such as users', undefined],
    ['users', '', 'expected lists by name, such as users', undefined],
  ])('%j is refused at its place', (document, path, message, hint) => {
    const { issues } = checkDocument(document, [users]);
    expect(issues).toEqual([{ path, message, ...(hint === undefined ? {} : { hint }) }]);
  });

  test('a list that is absent is no list that is empty', () => {
    expect(checkDocument({}, [users]).lists).toEqual([]);
    expect(checkDocument({ users: [] }, [users]).lists).toMatchObject([{ items: [] }]);
  });

  test('paths survive being written and read', () => {
    const path = ['users', 3, 'rates', 0, 'prefix'];
    expect(readPath(writePath(path))).toEqual(path);
  });
});

describe('a file', () => {
  const yaml = `# people
users:
  - name: alice
    password: secret
  - {name: bob,
     pasword: x}
`;

  test('knows the line of every path, or of what is nearest to it', () => {
    const file = readSetUpFile(yaml) as SetUpFile;
    expect(file.lineOf('users[0].password')).toBe(4);
    expect(file.lineOf('users[1].pasword')).toBe(6);
    expect(file.lineOf('users[1].absent')).toBe(5);
    expect(file.lineOf('users')).toBe(2);
    expect(file.lineOf('nowhere')).toBe(1);
  });

  test('may be JSON', () => {
    expect(readSetUpFile('{"users": [{"name": "a"}]}')).toMatchObject({
      document: { users: [{ name: 'a' }] },
    });
  });

  test('names the line of a fault of form', () => {
    expect(readSetUpFile('users:\n  - {name: a\nx')).toMatchObject([{ line: 3 }, { line: 3 }]);
    expect(readSetUpFile('users: []\nusers: []\n')).toMatchObject([{ line: 2 }]);
  });

  test('cannot be blown up by aliases', () => {
    const bomb = Array.from({ length: 12 }, (_, n) => {
      const items = n === 0 ? 'x' : `*a${n - 1},`.repeat(9);
      return `a${n}: &a${n} [${items}]`;
    });
    expect(readSetUpFile(bomb.join('\n'))).toMatchObject([{ line: 1 }]);
  });
});

describe('a set-up', () => {
  test('is made whole or not at all, and a plan keeps nothing', async () => {
    await using test = await openTestStore({ migrations: [registrarMigrations] });
    const { store } = test;
    await using engine = new Engine({ node: 'node1' });
    await engine.install(createRegistrarPlugin(store));
    const nothing: ApplySection['plan'] = async () => ({ changes: [], issues: [] });
    let later = nothing;
    const section: ApplySection = {
      ...users,
      name: 'tenants',
      order: 60,
      plan: (...args) => later(...args),
    };
    const plugin = definePlugin({
      name: 'tenants',
      setup: (scope) => scope.handle('apply.sections', {}, () => [section]),
    });
    await engine.install(plugin);
    const ground = { bus: engine.bus, store };
    const document = {
      users: [{ name: 'alice', password: 'secret' }],
      tenants: [{ name: 'acme' }],
    };
    const count = async (): Promise<unknown> =>
      (await store.call<{ count: number }>('select count(*)::int as count from users'))[0]?.count;
    const apply = { mode: 'apply', prune: false, actor: 'test' } as const;

    expect(await runSetUp(ground, document, { ...apply, mode: 'plan' })).toMatchObject({
      changes: [{ section: 'users', name: 'alice', action: 'create' }],
      issues: [],
    });
    expect(await count()).toBe(0);

    later = async () => ({ changes: [], issues: [{ path: 'tenants[0]', message: 'no deck' }] });
    expect(await runSetUp(ground, document, apply)).toEqual({
      changes: [],
      issues: [{ path: 'tenants[0]', message: 'no deck' }],
    });
    expect(await count()).toBe(0);

    later = async () => {
      throw new Error('on purpose');
    };
    await expect(runSetUp(ground, document, apply)).rejects.toThrow('on purpose');
    expect(await count()).toBe(0);

    later = nothing;
    expect(await runSetUp(ground, document, apply)).toMatchObject({ issues: [] });
    expect(await count()).toBe(1);
    expect(await runSetUp(ground, document, apply)).toEqual({ changes: [], issues: [] });
  });
});
