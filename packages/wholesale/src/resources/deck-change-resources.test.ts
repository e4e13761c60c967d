import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeImportRequest } from '../import/import-request.ts';
import { WholesaleRig } from '../wholesale-rig.test-support.ts';

const SHEET = 'prefix,rate,increment\n,0.9,60/60\n49,0.05,1/1\n';

let rig: WholesaleRig;
beforeAll(async () => void (rig = await WholesaleRig.open()));
afterAll(async () => await rig[Symbol.asyncDispose]());

async function post(path: string, name: string, body: unknown) {
  const { answers } = await rig.engine.bus.gather('console.resources', {});
  const resource = answers
    .flatMap(({ answer }) => answer)
    .find((one) => one.method === 'POST' && one.path === path);
  if (resource === undefined) throw new Error(`no resource ${path}`);
  expect(resource.role).toBe('admin');
  const answer = await resource.handle({ params: { name }, query: {}, body, actor: 'admin@test' });
  return {
    status: answer.status,
    body: answer.body as Record<string, unknown>,
    lines: answer.lines as AsyncGenerator<Record<string, unknown>, void> | undefined,
  };
}

/** Whoever writes rates just now. */
const WRITERS = `select 1 from pg_locks l join pg_class c on c.oid = l.relation
  where c.relname = 'rates' and l.mode = 'RowExclusiveLock'`;

const sheetOf = (text: string): string => Buffer.from(text).toString('base64');

describe('a deck changed by HTTP', () => {
  test('takes a sheet in a thread of its own, and the next one, and goes back', async () => {
    const request = writeImportRequest(Buffer.from(SHEET), {
      deck: 'sell-h',
      kind: 'sell',
      file: 'sheet.csv',
      newCurrency: 'USD',
      at: 0,
      isComplete: false,
      isDryRun: false,
      goesOn: false,
      actor: '',
    });
    const imported = await post('/decks/{name}/import', 'sell-h', request);
    expect(imported).toMatchObject({ status: 200, body: { isApplied: true, new: 2 } });
    const wrong = { kind: 'sell', sheet: sheetOf('prefix,rate\n49,cheap\n') };
    expect(await post('/decks/{name}/import', 'sell-h', wrong)).toMatchObject({
      status: 422,
      body: { isApplied: false, error: { code: 'IMPORT_STOPPED' }, leftOut: 1 },
    });
    const rows = await rig.database.database.query(`select actor, action from audit`);
    expect(rows).toEqual([{ actor: 'admin@test', action: 'import' }]);
    expect(await post('/decks/{name}/rollback', 'sell-h', {})).toMatchObject({
      status: 422,
      body: { error: { code: 'ROLLBACK_IMPOSSIBLE' } },
    });
  });

  test('tells how far an import is, line by line, and then what came of it', async () => {
    const body = { kind: 'sell', sheet: sheetOf(SHEET), progress: true };
    const { lines } = await post('/decks/{name}/import', 'sell-lines', body);
    const told: Record<string, unknown>[] = [];
    const reading = (async () => {
      for await (const line of lines ?? []) told.push(line);
    })();
    // Between two looks at the nodes, and between two lines, time passes.
    await expect
      .poll(
        async () => {
          await rig.clock.advance(100);
          return told.at(-1);
        },
        { timeout: 20_000 },
      )
      .toMatchObject({ status: 200, body: { isApplied: true, new: 2 }, nodes: { behind: [] } });
    await reading;
    expect(told.length).toBeGreaterThan(1);
    expect(told.slice(0, -1).every(({ progress }) => progress !== undefined)).toBe(true);
  });

  test('writes nothing where whoever asked for the lines goes away', async () => {
    const rates = Array.from({ length: 60_000 }, (_, row) => `${100_000 + row},0.05,1/1\n`).join(
      '',
    );
    const sheet = sheetOf(`prefix,rate,increment\n${rates}`);
    const request = { kind: 'sell', sheet, progress: true };
    const { lines } = await post('/decks/{name}/import', 'sell-gone', request);
    await lines?.next();
    await lines?.return();
    const { database } = rig.database;
    // The worker's connection is gone as soon as Postgres has seen that; then nothing can follow.
    await expect.poll(async () => await database.query(WRITERS)).toEqual([]);
    expect(await database.query(`select 1 from rate_decks where name = 'sell-gone'`)).toEqual([]);
  });

  test.each([
    [undefined, 'sheet'],
    [{ kind: 'sell' }, 'sheet'],
    [{ kind: 'sell', sheet: '***' }, 'sheet'],
    [{ kind: 'rent', sheet: '' }, 'kind'],
    [{ kind: 'sell', sheet: '', effective: 'soon' }, 'effective'],
    [{ kind: 'sell', sheet: '', first: -1 }, 'first'],
    [{ kind: 'sell', sheet: '', shet: '' }, ''],
  ])('%j is refused at %j', async (body, where) => {
    expect(await post('/decks/{name}/import', 'sell-h', body)).toMatchObject({
      status: 400,
      body: { error: { code: 'IMPORT_INVALID', where } },
    });
  });
});
