/** Replaces a word that a gate reported, and restarts replicas that do not answer. */
import { decodeUtf8, defineHealer, encodeUtf8, SettingsError, table, text } from "sdlc-sdk";
import { read } from "sdlc-sdk/workspace";

/** The plugin's own table of `sdlc.toml`. */
const settings = table({
  rule: text({ default: "banned-word", summary: "Rule whose findings are healed." }),
  word: text({ default: "colour", summary: "Word that is replaced." }),
  replacement: text({ default: "color", summary: "What it is replaced by." }),
});

export const { plugin, healer } = defineHealer({
  info: { name: "{{name}}", version: "0.1.0", summary: "replaces a word that a gate reported" },
  settings,
  create({ rule, word, replacement }) {
    if (word === "") throw new SettingsError([{ key: "word", message: "must not be empty" }]);
    return {
      *healFindings(findings) {
        const ours = findings.filter((finding) => finding.rule === rule);
        const paths = new Set(ours.flatMap(({ location }) => (location === undefined ? [] : [location.path])));
        for (const path of [...paths].sort()) {
          const text = decodeUtf8(read(path));
          if (!text.includes(word)) continue;
          yield {
            summary: `replace \`${word}\` by \`${replacement}\` in \`${path}\``,
            actions: [{ write: { path, content: encodeUtf8(text.replaceAll(word, () => replacement)) } }],
          };
        }
      },
      *healIncident({ kind, replica, service }) {
        // For anything else there is nothing to offer.
        if (kind !== "unreachable" || replica === null) return;
        yield {
          summary: `restart replica \`${replica}\` of \`${service}\``,
          actions: [{ restartReplica: replica }],
        };
      },
    };
  },
});
