/**
 * Default priorities: lower runs first. 50 and 25 are Yate's own for clustering; the conf's
 * `[priorities]` overrides those of the cluster, a plugin's own section the plugin's.
 */
export const priorities = {
  /** Before the registrar: what is stored must carry this node's name. */
  clusterPrefix: 50,
  /** Before anyone reads headers: a stranger's cluster headers are not there. */
  clusterTrust: 50,
  /** Before tenant, rate and routes: a call passed on by a sister was judged there. */
  clusterLocal: 50,
  /** Before tenant, rate and routes: who takes another's place goes where that one's call is. */
  replaces: 50,
  /** Before the ledger: what a sister has admitted is not admitted again. */
  clusterAdmitted: 50,
  /** Before limits and drivers: a call for another node is not placed here. */
  clusterForward: 50,
  /** Before anyone writes the record: it must say whose it is. */
  clusterStamp: 25,
  tenant: 60,
  /** On call.execute: breakers and limits of the trunk, before any driver. */
  trunkLimits: 60,
  rate: 65,
  routes: 70,
  /** On call.admit: the last word before the first execute. */
  ledgerAdmit: 75,
  /** Before plugins' own routing at 100: a registered user is where he registered. */
  location: 90,
  registrar: 100,
  drivers: 100,
  lease: 100,
  /** On call.cdr: the journal, before other writers. */
  ledgerJournal: 50,
  /** On call.cdr: files and others. */
  cdrWriters: 100,
} as const;
