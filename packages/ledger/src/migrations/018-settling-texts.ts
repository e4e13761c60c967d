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
          select array_agg(charge order by place) as charges,
            array_agg(side order by place) as sides,
            array_agg(boot order by place) as boots,
            array_agg("by" order by place) as closers,
            array_agg("tenantId" order by place) as tenants,
            array_agg("trunkId" order by place) as trunks,
            array_agg(currency order by place) as currencies,
            array_agg(amount order by place) as amounts,
            array_agg("billedSeconds" order by place) as billed,
            array_agg(to_timestamp(round("startedAt") / 1000) order by place) as started,
            array_agg(cdr order by place) as cdrs
          from rows from (json_to_recordset(p_records) as (charge text, side text, boot text,
            "by" text, "tenantId" bigint, "trunkId" bigint, currency text, amount numeric,
            "billedSeconds" integer, "startedAt" double precision, cdr json)) with ordinality
            as record (charge, side, boot, "by", "tenantId", "trunkId", currency, amount,
              "billedSeconds", "startedAt", cdr, place)
        ) as batch,
        lateral close_calls_1(charges, sides, boots, closers, tenants, trunks, currencies, amounts,
          billed, started, cdrs) as closed
      $body$`.execute(database);
  },
};
