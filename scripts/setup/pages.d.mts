/** Builds the console's web pages when their sources have changed. */
export function buildPages(): void;
