/** Tells the attempts of one call apart, in call.execute as in the records of their legs. */
export function attemptKey(attempt: { readonly attempt: number; readonly callto: string }): string {
  return `${attempt.attempt} ${attempt.callto}`;
}
