/** Gives a new version its share of requests step by step, and takes it back when requests fail. */
import {
  decodeUtf8,
  defineDeployStrategy,
  encodeUtf8,
  integer,
  list,
  number,
  SettingsError,
  table,
} from "sdlc-sdk";

/** The plugin's own table of `sdlc.toml`. */
const settings = table({
  steps: list(integer(), {
    default: [10, 50, 100],
    summary: "Per cent of requests, one step after the other; the last is 100.",
  }),
  hold: integer({ default: 30_000, summary: "Milliseconds that each step is watched." }),
  maxErrorRate: number({ default: 0.01, summary: "Share of requests that may fail, 0 to 1." }),
});

export const { plugin, deployStrategy } = defineDeployStrategy({
  info: { name: "{{name}}", version: "0.1.0", summary: "shifts requests step by step" },
  settings,
  create({ steps, hold, maxErrorRate }) {
    const problems = [];
    if (steps.at(-1) !== 100 || steps.some((step, at) => at > 0 && step < steps[at - 1])) {
      problems.push({ key: "steps", message: "must rise, and end with 100" });
    }
    if (hold < 0) problems.push({ key: "hold", message: "must not be negative" });
    if (!(maxErrorRate >= 0 && maxErrorRate <= 1)) {
      problems.push({ key: "max-error-rate", message: "must be between 0 and 1" });
    }
    if (problems.length > 0) throw new SettingsError(problems);
    return {
      next({ candidate, live, failure, replicas, elapsed, state }) {
        if (failure !== null) return { step: { rollBack: failure }, reason: failure };
        if (candidate === null) return { step: { start: replicas }, reason: "the candidate is started" };
        if (candidate.healthyFor === null) {
          return { step: { wait: 1_000 }, reason: "the candidate is not healthy yet", state };
        }
        if (live === null) return { step: "promote", reason: "there is no other version" };
        if (candidate.errors > candidate.requests * maxErrorRate) {
          const reason = `${candidate.errors} of ${candidate.requests} requests failed`;
          return { step: { rollBack: reason }, reason };
        }
        // The state is the time of the last shift, in digits.
        const rest = state.length > 0 ? Number(decodeUtf8(state)) + hold - elapsed : 0;
        if (rest > 0) return { step: { wait: rest }, reason: `${candidate.share} % is watched`, state };
        const share = steps.find((step) => step > candidate.share);
        if (share === undefined) return { step: "promote", reason: "all steps went well" };
        return { step: { shift: share }, reason: `${share} % is next`, state: encodeUtf8(String(elapsed)) };
      },
    };
  },
});
