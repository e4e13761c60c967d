/**
 * Does all tasks, one behind the other in each lane; the outcome of each, which may still be to come.
 * A task that names no lane goes to one of those that have no name, in turn.
 */
export function playAll<T extends { readonly lane?: string }, Outcome>(
  tasks: readonly T[],
  lanes: number,
  perform: (task: T) => Promise<Outcome>,
): Map<T, Promise<Outcome>> {
  const ends = new Map<string | number, Promise<unknown>>();
  return new Map(
    tasks.map((task, index) => {
      const lane = task.lane ?? index % lanes;
      const outcome = (ends.get(lane) ?? Promise.resolve()).then(() => perform(task));
      ends.set(
        lane,
        outcome.catch(() => undefined),
      );
      return [task, outcome];
    }),
  );
}
