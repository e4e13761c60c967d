import type {
  Dialog,
  DigestAnswer,
  DigestClient,
  HeaderLine,
  OutgoingRequestUser,
  RequestContent,
} from '@tandem/sip-stack';

/** A request other than INVITE, and who answers challenges to it. */
export interface InDialogRequest {
  readonly method: string;
  readonly content: RequestContent;
  /** Credentials towards this peer; undefined: challenges are final. */
  readonly digest: DigestClient | undefined;
  /** Hears the CSeq number of each time it goes out: more than one where it is challenged. */
  readonly onSent?: (sequence: number) => void;
}

/**
 * Sends a request within a dialog; a challenge is answered within the same request, so that the
 * user hears one final answer only (RFC 3261 §22.2).
 */
export function sendInDialog(
  dialog: Dialog,
  request: InDialogRequest,
  user: OutgoingRequestUser,
  previous = request.digest?.preempt(describe(dialog, request)),
): void {
  const content = withHeaders(request.content, previous?.headers);
  dialog.sendRequest(request.method, content, {
    onFinal(response) {
      const isChallenge = response.status === 401 || response.status === 407;
      const outcome = isChallenge
        ? request.digest?.answerChallenges(response, describe(dialog, request), previous)
        : undefined;
      if (outcome?.kind === 'answered') sendInDialog(dialog, request, user, outcome.answer);
      else user.onFinal(response);
    },
    onFailed: (failure) => user.onFailed(failure),
  });
  request.onSent?.(dialog.localSequence);
}

/** The content with the header lines that answer challenges. */
export function withHeaders(
  content: RequestContent,
  lines: DigestAnswer['headers'] | readonly HeaderLine[] | undefined,
): RequestContent {
  if (lines === undefined || lines.length === 0) return content;
  return { ...content, headers: [...(content.headers ?? []), ...lines] };
}

function describe(
  dialog: Dialog,
  { method, content }: InDialogRequest,
): { method: string; uri: string; body: string } {
  return { method, uri: dialog.remoteTarget, body: content.body?.content ?? '' };
}
