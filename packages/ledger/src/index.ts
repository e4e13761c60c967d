/** Admission, extension, settlement, orphans, reconciliation, bills. */
export {};
