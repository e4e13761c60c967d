export {
  DIGEST_ALGORITHMS,
  type DigestAlgorithm,
  type NamedAlgorithm,
  parseAlgorithm,
} from './algorithm.ts';
export { type DigestChallenge, parseChallenges } from './challenge.ts';
export { type DigestCredentials, findCredentials } from './credentials.ts';
export {
  type AnsweredRequest,
  type AnswerOutcome,
  type ClientCredentials,
  type DigestAnswer,
  DigestClient,
} from './digest-client.ts';
export {
  type ChallengedRequest,
  type DigestRefusal,
  DigestServer,
  type DigestServerOptions,
  type DigestVerdict,
  type StoredHashes,
} from './digest-server.ts';
export { hashCredentials } from './response-hash.ts';
