/** Keeps the load of each replica near a target. */
import { defineScalingPolicy, number, SettingsError, table } from "sdlc-sdk";

/** The plugin's own table of `sdlc.toml`. */
const settings = table({
  tolerance: number({ default: 0.1, summary: "No change while the load is this near its target, as a share of it." }),
});

export const { plugin, scalingPolicy } = defineScalingPolicy({
  info: { name: "{{name}}", version: "0.1.0", summary: "keeps the load of each replica near a target" },
  settings,
  create({ tolerance }) {
    if (!(tolerance >= 0 && tolerance < 1)) {
      throw new SettingsError([{ key: "tolerance", message: "must be at least 0 and below 1" }]);
    }
    return {
      decide({ target, samples }) {
        const now = samples.at(-1);
        if (now === undefined) return { replicas: target.min, reason: "nothing was measured yet" };
        const wanted = target.cpu ?? 70;
        const ratio = now.cpu / wanted;
        const [cpu, near] = [now.cpu.toFixed(0), wanted.toFixed(0)];
        if (Math.abs(ratio - 1) <= tolerance) {
          return { replicas: now.replicas, reason: `cpu ${cpu} % is near ${near} %` };
        }
        return { replicas: Math.ceil(now.replicas * ratio), reason: `cpu ${cpu} % where ${near} % is wanted` };
      },
    };
  },
});
