/** Where the program speaks: a terminal, or whatever takes lines. */
export interface Screen extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export type Env = Readonly<Record<string, string | undefined>>;

/** The world outside, as the program is given it. */
export interface Io {
  readonly stdin: NodeJS.ReadableStream;
  /** Only what was asked for. */
  readonly stdout: Screen;
  /** Everything else: progress, warnings, the summary. */
  readonly stderr: Screen;
  readonly env: Env;
  /** Calls back at the first SIGINT, SIGTERM or SIGHUP; from then on a second one ends the process at once. Returns how to stop listening. */
  onInterrupt(listener: (signal: string) => void): () => void;
}

export function say(stream: NodeJS.WritableStream, text: string): void {
  stream.write(`${text}\n`);
}
