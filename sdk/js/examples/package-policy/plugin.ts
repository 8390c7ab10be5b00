/** What a package.json must and must not have. */
import { defineFileGate, flag, list, PluginError, SettingsError, table, text } from "sdlc-sdk";
import { JsonError, parseJson } from "./json.ts";
import { judge } from "./policy.ts";
import { RULES } from "./rules.ts";

const settings = table({
  licenses: list(text(), { default: [], summary: "SPDX identifiers that are allowed; empty: any." }),
  engines: list(text(), { default: ["node"], summary: "Entries that `engines` must have." }),
  allowInstallScripts: flag({ default: false, summary: "Whether scripts may run when the package is installed." }),
  allowDependencies: list(text(), { default: [], summary: "Dependencies from anywhere, in any version." }),
});

export const { plugin, fileGate } = defineFileGate({
  info: { name: "package-policy", version: "0.1.0", summary: "what a package.json must and must not have" },
  rules: RULES,
  settings,
  create(policy) {
    const lists = [policy.licenses, policy.engines, policy.allowDependencies];
    const names = ["licenses", "engines", "allow-dependencies"];
    const problems = lists.flatMap((items, at) =>
      items.flatMap((item, index) =>
        item.trim() === "" ? [{ key: `${names[at]}[${index}]`, message: "must not be empty" }] : [],
      ),
    );
    if (problems.length > 0) throw new SettingsError(problems);
    return {
      select: () => ({ check: ["**/package.json"] }),
      *check(file) {
        // Some editors begin files with a byte-order mark; npm takes them.
        const source = file.text();
        try {
          const root = parseJson(source, source.startsWith("\ufeff") ? 1 : 0);
          for (const { rule, severity, message, start, end } of judge(root, policy)) {
            yield { rule, severity, message, location: { path: file.path, region: file.span(start, end) } };
          }
        } catch (error) {
          if (!(error instanceof JsonError)) throw error;
          throw new PluginError("invalid-input", `no JSON at byte ${file.offsets.byte(error.at)}: ${error.message}`);
        }
      },
    };
  },
});
