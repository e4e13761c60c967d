/** How far an import is: of the sheet that is read first, then of the rates that are written. */
export interface ImportProgress {
  readonly stage: 'read' | 'written';
  /** 0 to 1. */
  readonly share: number;
}
