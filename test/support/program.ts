import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
/** A child that has not ended by then never will. */
const HUNG_AFTER_MS = 120_000;

/** How a program ended, and all that it said. */
export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built program as a process of its own. */
export interface Program {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Resolves once this has been said on stderr. */
  readonly says: (text: string) => Promise<void>;
  /** Waits for something to happen; rejects when the program ends before. */
  readonly until: <T>(something: Promise<T>) => Promise<T>;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Goes away as a reader of its stdout and stderr, as `| head` does. */
  readonly stopReading: () => void;
}

export interface ProgramOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** A shell command that is given the program as its arguments, e.g. `ulimit -f 1; exec "$@"`. */
  readonly shell?: string;
  readonly stdin?: string;
}

/** The environment of a program in which this ESM code runs first: another clock, another pid, a disk that is watched. */
export function preload(code: string): { readonly NODE_OPTIONS: string } {
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
}

/** @throws Error when there is no built program, or it cannot be started */
export function startProgram(args: readonly string[], { cwd, env, shell, stdin }: ProgramOptions): Program {
  if (!existsSync(MAIN)) throw new Error(`There is no ${MAIN}: npm run build makes it`);
  const plain = [process.execPath, MAIN, ...args];
  const [command = '', ...rest] = shell === undefined ? plain : ['sh', '-c', shell, 'sh', ...plain];
  const child = spawn(command, rest, {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    timeout: HUNG_AFTER_MS,
    killSignal: 'SIGKILL',
  });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (said[name] += text));
  }
  child.stdin.end(stdin ?? '');
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      // A warning of Node's own (a file that was not closed, a call that goes away) is a fault of the program's.
      if (/^\(node:\d+\) /m.test(said.stderr)) reject(new Error(said.stderr));
      resolve({ code, signal, ...said });
    });
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} could not be started`);
  return {
    pid,
    ended,
    says: async (text) => {
      while (!said.stderr.includes(text)) await once(child.stderr, 'data');
    },
    until: (something) =>
      Promise.race([
        something,
        ended.then(({ code, stderr }) => {
          throw new Error(`The program ended too early, with ${code}: ${stderr}`);
        }),
      ]),
    kill: (signal) => void child.kill(signal),
    stopReading: () => {
      child.stdout.destroy();
      child.stderr.destroy();
    },
  };
}
