/** A random wait up to a bound that doubles ("full jitter"), so that the clients of a lost node do not return all at once. */
export const backoff = (attempt: number, first: number, max: number, random: () => number): number =>
  Math.min(first * 2 ** Math.min(Math.max(attempt - 1, 0), 30), max) * random();
