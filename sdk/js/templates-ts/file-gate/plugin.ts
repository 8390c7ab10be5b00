/** Finds words that should not be there. */
import { defineFileGate, type Finding, list, SettingsError, table, text } from "sdlc-sdk";

/** The plugin's own table of `sdlc.toml`. */
const settings = table({
  words: list(text(), { default: ["FIXME"], summary: "Words that are reported." }),
});

export const { plugin, fileGate } = defineFileGate({
  info: { name: "{{name}}", version: "0.1.0", summary: "finds words that should not be there" },
  rules: [
    {
      id: "banned-word",
      severity: "warning",
      summary: "a word that should not be there",
      explanation: "The setting `words` lists what is reported.",
    },
  ],
  settings,
  create({ words }) {
    const empty = [...words.keys()].filter((at) => words[at] === "");
    if (empty.length > 0) {
      throw new SettingsError(empty.map((at) => ({ key: `words[${at}]`, message: "must not be empty" })));
    }
    return {
      select: () => ({ check: ["**/*.{md,txt}"] }),
      *check(file): Iterable<Finding> {
        const text = file.text();
        for (const word of words) {
          for (let start = text.indexOf(word); start >= 0; start = text.indexOf(word, start + word.length)) {
            yield {
              rule: "banned-word",
              severity: "warning",
              message: `\`${word}\` should not be here`,
              // `span` turns indexes of the string into bytes, which the contract counts.
              location: { path: file.path, region: file.span(start, start + word.length) },
            };
          }
        }
      },
    };
  },
});
