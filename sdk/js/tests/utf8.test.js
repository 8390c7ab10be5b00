/**
 * UTF-8 by hand against the platform's own, and offsets. Run as
 * `esbuild sdk/js/tests/utf8.test.js --bundle --platform=node --format=esm | node --input-type=module`
 */
import assert from "node:assert/strict";
import test from "node:test";
import { list, Offsets, oneOf, SettingsError, table, text } from "../src/index.ts";
import { parse } from "../src/settings.ts";
import { encodeUtf8, tryDecodeUtf8, utf8Length } from "../src/utf8.ts";

const TEXTS = ["", "plain", "Grüße — 𝒳\r\nß\n\u2028x", "\u07ff\u0800\uffff\u{10000}\u{10ffff}", "\ufeffa", "lone \ud800 half"];

test("texts become the bytes that the platform makes of them, and back", () => {
  for (const each of TEXTS) {
    const bytes = new TextEncoder().encode(each);
    assert.deepEqual(encodeUtf8(each), bytes);
    assert.equal(tryDecodeUtf8(bytes), new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
    assert.equal(utf8Length(each, 0, each.length), bytes.length);
  }
});

test("bytes are refused where the platform refuses them", () => {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let seed = 1;
  for (let round = 0; round < 200_000; round++) {
    const bytes = new Uint8Array(4);
    for (let at = 0; at < 4; at++) {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      bytes[at] = [0x41, 0x80 | (seed >>> 26), 0xc0 | (seed >>> 26), 0xe0 | (seed >>> 27)][(seed >>> 8) & 3];
    }
    let expected = null;
    try {
      expected = decoder.decode(bytes);
    } catch {}
    const actual = tryDecodeUtf8(bytes);
    assert.equal(typeof actual === "number" ? null : actual, expected, String(bytes));
  }
});

test("indexes become bytes, whatever the characters", () => {
  for (const each of TEXTS.slice(0, 5)) {
    const offsets = new Offsets(each);
    for (let at = 0; at <= each.length; at++) {
      // Between the halves of a pair there is no byte offset.
      if (at > 0 && each.codePointAt(at - 1) > 0xffff) continue;
      assert.equal(offsets.byte(at), new TextEncoder().encode(each.slice(0, at)).length);
    }
    assert.throws(() => offsets.byte(each.length + 1), RangeError);
  }
});

test("all problems of settings are reported by dotted key", () => {
  const setting = table({ rules: table({ maxLines: list(text()), mode: oneOf(["a", "b"], { default: "a" }) }) });
  const problems = (json) => {
    try {
      parse(setting, json);
    } catch (error) {
      assert.ok(error instanceof SettingsError);
      return error.problems.map(({ key, message }) => `${key}: ${message}`);
    }
  };
  assert.deepEqual(problems('{"rules": {"max-lines": [1], "mode": "c", "x": 1}, "y": 2}'), [
    "rules.max-lines[0]: must be a string",
    "rules.mode: must be one of `a`, `b`",
    "rules.x: unknown key; known are `max-lines`, `mode`",
    "y: unknown key; known are `rules`",
  ]);
  assert.deepEqual(problems("{}"), ["rules: is required"]);
  assert.deepEqual(problems('{"rules": {}}'), ["rules.max-lines: is required"]);
  assert.deepEqual(parse(setting, '{"rules": {"max-lines": []}}'), { rules: { maxLines: [], mode: "a" } });
});
