import { type Migration, sql } from '@tandem/store';

/**
 * Settlement of records as the journal holds them: one JSON text instead of eleven arrays, each
 * value of which a node had to write, and its quotation marks to escape, once more.
 */
export const settlingTexts: Migration = {
  name: '018-settling-texts',
  async up(database) {
    await sql`
      create function close_calls_2(p_records json)
      returns table (charge_id text, outcome text) language sql as $body$
        select closed.charge_id, closed.outcome
        from (
          -- One scan feeds all of them: they are in one order, that of the text.
          select array_agg(charge) as charges,
            array_agg(side) as sides,
            array_agg(boot) as boots,
            array_agg("by") as closers,
            array_agg("tenantId") as tenants,
            array_agg("trunkId") as trunks,
            array_agg(currency) as currencies,
            array_agg(amount) as amounts,
            array_agg("billedSeconds") as billed,
            array_agg(to_timestamp(round("startedAt") / 1000)) as started,
            array_agg(cdr) as cdrs
          from json_to_recordset(p_records) as record (charge text, side text, boot text,
            "by" text, "tenantId" bigint, "trunkId" bigint, currency text, amount numeric,
            "billedSeconds" integer, "startedAt" double precision, cdr json)
        ) as batch,
        lateral close_calls_1(charges, sides, boots, closers, tenants, trunks, currencies, amounts,
          billed, started, cdrs) as closed
      $body$`.execute(database);
  },
};
