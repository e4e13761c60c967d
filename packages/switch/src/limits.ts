/** What waits of one call while a handler is awaited; beyond it the call is ended. */
export const EVENTS_WAITING_MAX = 64;
/** Groups of one route that are tried; the rest is left out. */
export const GROUPS_MAX = 32;
/** Branches of one group that ring together; the rest is left out. */
export const BRANCHES_MAX = 16;
/** Contacts of one 3xx that are asked for; the rest is left out. */
export const REDIRECT_CONTACTS_MAX = 4;
/** How often one caller is connected elsewhere when the called leg leaves. */
export const REROUTES_MAX = 8;
/** Early dialogs of one branch that the caller is told of (RFC 3261 §12.1); more are dropped. */
export const DIALOGS_MAX = 16;
/** Requests inside one call that wait for the other side's answer; more are refused. */
export const PENDING_MAX = 16;
/** A change of the session is answered within 64·T1 (RFC 3261 §17.1.1.2), or not at all. */
export const MODIFY_TIMEOUT_MS = 32_000;
/** An INFO is answered within this time, or with 408. */
export const INFO_TIMEOUT_MS = 4_000;
/** A call is over this long after its end, whatever its legs still wait for. */
export const LINGER_MS = 5_000;
/**
 * The last word of a branch given up comes within: INVITE unanswered (64·T1), then CANCEL
 * unanswered (64·T1), then a late 2xx with its BYE (64·T1).
 */
export const GIVEN_UP_MS = 100_000;
/** How often dead calls are looked for. */
export const AUDIT_PERIOD_MS = 30_000;
/** Calls looked at in one go; the rest follows after a pause. */
export const AUDIT_CHUNK = 1_000;
/** Calls ended in one go at shutdown, so that the loop still hears the answers. */
export const END_CHUNK = 500;
/** The pause between two goes. */
export const CHUNK_PAUSE_MS = 16;
