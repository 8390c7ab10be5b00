/** What deploy strategies get and give. */

/** One version of the service: `share` is per cent of new requests, times are milliseconds. */
export interface Slot {
  version: string;
  replicas: number;
  healthy: number;
  share: number;
  healthyFor: number | null;
  requests: number;
  errors: number;
  latencyP50: number;
  latencyP95: number;
  latencyP99: number;
}

/** All that a strategy gets to see; times are milliseconds. */
export interface Rollout {
  elapsed: number;
  sinceLastStep: number;
  replicas: number;
  live: Slot | null;
  candidate: Slot | null;
  /** Why the last step could not be carried out; null: it was. */
  failure: string | null;
  /** What the strategy returned as `state` last time; empty at first. */
  state: Uint8Array;
}

/** What the host does next. */
export type Step =
  /** Starts the candidate with so many replicas, or changes their number. */
  | { start: number }
  /** Sends so many per cent of new requests to the candidate. Refused while it is unhealthy. */
  | { shift: number }
  /** Looks again after so many milliseconds. */
  | { wait: number }
  /** The candidate becomes the live version; the old one is drained, then stopped. */
  | "promote"
  /** All requests go back to the live version; the text says why. */
  | { rollBack: string };

/** A step, and why. */
export interface RolloutDecision {
  step: Step;
  reason: string;
  /** Given back at the next call; at most 64 KiB. */
  state?: Uint8Array;
}
