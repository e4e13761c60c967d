/** Rows that are made ready in one piece; then other work of this thread has its turn. */
const PIECE_ROWS = 50;

/**
 * Makes something of each row, piece by piece: calls go on meanwhile, however large the set-up is.
 * Rejects with what `make` throws.
 */
export async function inPieces<Row, Made>(
  rows: readonly Row[],
  make: (row: Row) => Made,
): Promise<Made[]> {
  const made: Made[] = [];
  for (const row of rows) {
    made.push(make(row));
    if (made.length % PIECE_ROWS === 0) await turn();
  }
  return made;
}

/** Lets other work of this thread have its turn. */
export async function turn(): Promise<void> {
  await new Promise<void>((resolve) => void setImmediate(resolve));
}
