/** `SourceFile`: an entry of the tree that a file gate judges. */
import type { Span } from "./data.ts";
import { PluginError } from "./errors.ts";
import { Offsets } from "./offsets.ts";
import { encodeUtf8, tryDecodeUtf8 } from "./utf8.ts";

/** What an entry of the tree is, as git tells files apart. */
export type FileKind = "regular" | "executable" | "symlink" | "broken-symlink";

export class SourceFile {
  /** Relative to the workspace root, with `/` between its parts. */
  readonly path: string;
  readonly kind: FileKind;
  /** Bytes. */
  readonly size: number;
  /** Null: larger than the host hands over. */
  readonly content: Uint8Array | null;
  #text: string | undefined;
  #offsets: Offsets | undefined;

  constructor(path: string, content: Uint8Array | string | null, kind: FileKind = "regular", size?: number) {
    this.path = path;
    this.kind = kind;
    this.content = typeof content === "string" ? encodeUtf8(content) : content;
    this.size = size ?? this.content?.length ?? 0;
  }

  /** The last part of the path. */
  get name(): string {
    return this.path.slice(this.path.lastIndexOf("/") + 1);
  }

  /** The whole content. */
  bytes(): Uint8Array {
    if (this.content === null) {
      const message = `file of ${this.size} bytes is larger than \`limits.file-size\``;
      throw new PluginError("exceeded", `${message}; hint: raise it, or exclude the file`);
    }
    return this.content;
  }

  /** The whole content as text. Its indexes are not byte offsets: see `span`. */
  text(): string {
    if (this.#text === undefined) {
      const text = tryDecodeUtf8(this.bytes());
      if (typeof text === "number") throw new PluginError("invalid-input", `not UTF-8 at byte ${text}`);
      this.#text = text;
    }
    return this.#text;
  }

  /** From indexes of `text()` to bytes of the file. */
  get offsets(): Offsets {
    this.#offsets ??= new Offsets(this.text());
    return this.#offsets;
  }

  /** The bytes of `text().slice(start, end)`. */
  span(start: number, end: number): Span {
    return this.offsets.span(start, end);
  }
}
