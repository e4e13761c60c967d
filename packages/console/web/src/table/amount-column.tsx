import { formatMoney, fractionDigits, microsOf } from '../format/money.ts';
import type { Column } from './column.ts';

/** A column of money: what it shows of a row, and in which currency. */
export interface AmountOptions<Row> {
  readonly id: string;
  readonly title: string;
  /** Decimal text; null where there is none. */
  readonly value: (row: Row) => string | null;
  readonly currency: (row: Row) => string | null;
}

/** Amounts under each other with their points in one line, however many digits each has. */
export function amountColumn<Row>(options: AmountOptions<Row>): Column<Row> {
  const { id, title, value, currency } = options;
  return {
    id,
    title,
    isNumeric: true,
    digits: (row) => fractionDigits(value(row)),
    cell: (row, digits) => {
      const amount = value(row);
      if (amount === null) return '–';
      const missing = Math.max(0, digits - fractionDigits(amount));
      const unit = currency(row) ?? '';
      return (
        <>
          {formatMoney(amount, null)}
          {missing > 0 && (
            <span class="digits-missing" aria-hidden="true">
              {'0'.repeat(missing)}
            </span>
          )}
          {unit !== '' && ` ${unit}`}
        </>
      );
    },
    sortValue: (row) => {
      const amount = value(row);
      return amount === null ? null : microsOf(amount);
    },
  };
}
