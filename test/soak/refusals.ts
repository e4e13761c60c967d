import type { TestDatabase } from '@tandem/store/testing';

/** Why calls were not answered, by their records: one line for each reason. */
export async function tellRefusals(database: TestDatabase): Promise<string[]> {
  const rows = await database.query<{ n: number; how: string }>(`
    select count(*)::int as n, concat_ws(' ', sip_code, reject_code, refused_limit, hangup_by) as how
    from cdrs where kind = 'call' and status <> 'answered' group by 2 order by 1 desc limit 20`);
  return rows.map(({ n, how }) => `${n} unanswered: ${how}`);
}
