import { objectOf, textOf } from './read-json.ts';

/** An answer that refuses, or no answer at all: what pages show of it. */
export class ApiProblem extends Error {
  /**
   * @param status of HTTP; 0: the node did not answer
   * @param code as the API names it, such as `CALL_UNKNOWN`
   * @param hint what to do, if the node said
   */
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly hint?: string,
  ) {
    super(message);
    this.name = 'ApiProblem';
  }

  /** The token is none of this node's, or none was sent. */
  get isUnauthorized(): boolean {
    return this.status === 401;
  }
}

/** Reads `{error: {code, message, hint?}}`; a body of another form still tells its status. */
export function problemOf(status: number, body: unknown): ApiProblem {
  const error = objectOf(objectOf(body)['error']);
  const message = textOf(error['message'], `the node answered with status ${status}`);
  const hint = textOf(error['hint']);
  const code = textOf(error['code'], `HTTP_${status}`);
  return new ApiProblem(status, code, message, hint === '' ? undefined : hint);
}

/** What a failed fetch becomes. */
export function problemOfThrow(thrown: unknown): ApiProblem {
  if (thrown instanceof ApiProblem) return thrown;
  const isLate = thrown instanceof Error && thrown.name === 'TimeoutError';
  const message = isLate ? 'the node did not answer in time' : 'the node cannot be reached';
  const hint = 'it may have ended, or the network between it and this browser is cut';
  return new ApiProblem(0, isLate ? 'NODE_LATE' : 'NODE_UNREACHABLE', message, hint);
}
