/** Looks for files that every repository should have. */
import { defineWorkspaceGate, type Finding, list, SettingsError, table, text } from "sdlc-sdk";
import { files } from "sdlc-sdk/workspace";

/** The plugin's own table of `sdlc.toml`. */
const settings = table({
  required: list(text(), { default: ["README.md"], summary: "Paths of files that must be there." }),
});

export const { plugin, workspaceGate } = defineWorkspaceGate({
  info: { name: "{{name}}", version: "0.1.0", summary: "looks for files that should be there" },
  rules: [{ id: "missing-file", severity: "error", summary: "a required file is not there" }],
  settings,
  create({ required }) {
    if (required.length === 0) throw new SettingsError([{ key: "required", message: "must name a file" }]);
    return {
      check() {
        const paths = new Set(files("**").map(({ path }) => path));
        const missing = required.filter((path) => !paths.has(path));
        const findings = missing.map((path): Finding => {
          return { rule: "missing-file", severity: "error", message: `\`${path}\` is not there` };
        });
        return { findings, metrics: [{ name: "tracked-files", value: paths.size }] };
      },
    };
  },
});
