/** What scaling policies get and give. */

/** What was measured over one interval that ends at `at`: cpu and memory are means per replica in per cent. */
export interface Sample {
  at: number;
  replicas: number;
  cpu: number;
  memory: number;
  requestsPerSecond: number;
  latencyP95: number;
  errorRate: number;
}

/** What the environment asks for. The host clamps to `min` and `max` whatever the policy says. */
export interface Target {
  min: number;
  max: number;
  cpu: number | null;
  memory: number | null;
  latency: number | null;
  requestsPerSecondPerReplica: number | null;
  errorRate: number | null;
  startUp: number;
}

/** All that a policy gets to see; the newest sample is the last, times are milliseconds since the Unix epoch. */
export interface Observation {
  now: number;
  target: Target;
  samples: Sample[];
  /** What the policy returned as `state` last time; empty at first. */
  state: Uint8Array;
}

/** What a policy expects of one moment. */
export interface ForecastPoint {
  at: number;
  requestsPerSecond: number;
}

/** A number of replicas, and why. */
export interface ScalingDecision {
  replicas: number;
  reason: string;
  forecast?: ForecastPoint[];
  /** Given back at the next call; at most 64 KiB. */
  state?: Uint8Array;
}
