/** A whole number from 0 to `bound` − 1 (at most 65,536), near enough to even for waiting times. */
export function randomBelow(bound: number, random: (bytes: number) => Uint8Array): number {
  const [high = 0, low = 0] = random(2);
  return (high * 256 + low) % bound;
}
