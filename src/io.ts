import { Writable } from 'node:stream';

/** Where the program speaks: a terminal, or whatever takes lines. */
export interface Screen extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** Takes what happened as data, where lines are JSON. */
  readonly tell?: (event: string, text: string, facts: object) => void;
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

/** Says what happened: in text a line with its time, in JSON an object with its facts. */
export function tell(screen: Screen, event: string, text: string, facts: object = {}): void {
  if (screen.tell) screen.tell(event, text, facts);
  else say(screen, `${new Date().toISOString()} ${text}`);
}

/** `--log-format json`: every line is one JSON object, and there is no bar. */
export function withJsonLines(io: Io): Io {
  const { stderr } = io;
  const line = (event: string, message: string, facts: object): void => {
    const time = new Date().toISOString();
    const level = message.startsWith('bond-import: ') ? 'error' : 'info';
    stderr.write(`${JSON.stringify({ time, level, event, message, ...facts })}\n`);
  };
  const lines = new Writable({
    decodeStrings: false,
    write(text: string, _encoding, done) {
      for (const each of text.split('\n')) if (each.trim() !== '') line('message', each, {});
      done();
    },
  });
  return {
    // Opened when it is asked for.
    get stdin() {
      return io.stdin;
    },
    stdout: io.stdout,
    stderr: Object.assign(lines, { tell: line }),
    env: io.env,
    onInterrupt: (listener) => io.onInterrupt(listener),
  };
}

export function say(stream: NodeJS.WritableStream, text: string): void {
  stream.write(`${text}\n`);
}
