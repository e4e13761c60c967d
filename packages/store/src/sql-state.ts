/**
 * The SQLSTATE of an error of Postgres, five characters, or undefined: PostgreSQL manual,
 * Appendix A. Looks through causes, so a wrapped error keeps its class.
 */
export function sqlStateOf(error: unknown): string | undefined {
  let current = error;
  for (let depth = 0; depth < CAUSES_MAX && current instanceof Error; depth++) {
    const { code } = current as { code?: unknown };
    if (typeof code === 'string' && SQLSTATE.test(code)) return code;
    current = current.cause;
  }
  return undefined;
}

const CAUSES_MAX = 5;
/** Digit first or class letters; keeps EPIPE and the like apart, which have no digit. */
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/;
