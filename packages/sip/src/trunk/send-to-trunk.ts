import type {
  DigestAnswer,
  DigestClient,
  Flow,
  OutgoingRequestOptions,
  RequestFailure,
  SipResponse,
  SipStack,
} from '@tandem/sip-stack';

/** A request to the peer of a trunk that belongs to no call. */
export interface TrunkRequest {
  readonly options: OutgoingRequestOptions & { readonly callId: string; readonly localTag: string };
  /** Who answers challenges; undefined: they are final. */
  readonly digest: DigestClient | undefined;
  /** Numbers of further requests with the same Call-ID. */
  nextSequence(): number;
  /** Hears by which way a final answer came. */
  onHeard?(flow: Flow): void;
}

/** The final answer, or why there is none. */
export type TrunkAnswer = SipResponse | RequestFailure;

/** Whether an answer came at all. */
export function isResponse(answer: TrunkAnswer): answer is SipResponse {
  return 'headers' in answer;
}

/**
 * Sends it; a challenge is answered with the same Call-ID and the next CSeq (RFC 3261 §22.2), once
 * for each realm and once more where the nonce was stale. Never rejects.
 */
export function sendToTrunk(stack: SipStack, request: TrunkRequest): Promise<TrunkAnswer> {
  const { options, digest } = request;
  const asked = { method: options.method, uri: options.uri, body: '' };
  return new Promise((resolve) => {
    const send = (previous: DigestAnswer | undefined): void => {
      const headers = [...(options.headers ?? []), ...(previous?.headers ?? [])];
      const sequence = request.nextSequence();
      const sent = stack.sendRequest(
        { ...options, headers, sequence },
        {
          onFinal(response) {
            if (sent.flow !== undefined) request.onHeard?.(sent.flow);
            const isChallenge = response.status === 401 || response.status === 407;
            const outcome = isChallenge
              ? digest?.answerChallenges(response, asked, previous)
              : undefined;
            if (outcome?.kind === 'answered') {
              send(outcome.answer);
              return;
            }
            if (response.status < 300) digest?.noteAccepted(response);
            resolve(response);
          },
          onFailed: resolve,
        },
      );
    };
    send(digest?.preempt(asked));
  });
}
