import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFaultPlan } from '../../src/sandbox/faults.js';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/server.js';
import { obey } from './in-process.js';
import { breachesOfLines, twice, type Breach } from './judge.js';
import { csvOf, type Person } from './people.js';
import { startProgram, type Ended, type Program, type ProgramOptions } from './program.js';
import { readLines, type Line } from './results.js';

/** Looked for in everything that is written: nothing else may look like them. */
export const CREDENTIALS = {
  identity: '7f3e9a52-4b6d-4c1e-8a90-d2c4b6a81357',
  authorization: 'wholly-secret-authorization',
};

type StartOptions = Partial<Pick<ProgramOptions, 'shell' | 'stdin'>> & {
  env?: Readonly<Record<string, string>>;
};

/** A working directory with a customer file in it, and a Bond of its own. */
export interface World {
  /** The people whom it began with. */
  readonly input: readonly Person[];
  readonly sandbox: Sandbox;
  readonly path: (name: string) => string;
  readonly write: (name: string, content: string | readonly Person[]) => Promise<void>;
  readonly read: (name: string) => Promise<string>;
  /** Every file there is, by name. */
  readonly files: () => Promise<Map<string, string>>;
  readonly lines: (name?: string) => Promise<Line[]>;
  /** What the results of an input and the record of Bond break of the contract. */
  readonly breaches: (input: readonly Person[]) => Promise<Breach[]>;
  readonly setFaults: (...faults: readonly object[]) => void;
  /** What kind of Bond it is from now on; the faults that are set begin anew. */
  readonly setTraits: (traits: object) => void;
  /** Starts the built program. */
  readonly start: (args: readonly string[], options?: StartOptions) => Program;
  /** `run customers.csv` by the built program, to its end. */
  readonly run: (args?: readonly string[], options?: StartOptions) => Promise<Ended>;
  /** A command in this process: quicker to start, the same code. Its paths are absolute. */
  readonly obeyInside: (args: readonly string[]) => Promise<Ended>;
  /** `run customers.csv` in this process. */
  readonly runInside: (args?: readonly string[]) => Promise<Ended>;
}

/** Gives a world to `act`, and takes it down after. */
export async function inWorld(
  input: readonly Person[],
  act: (world: World) => Promise<void>,
  options: Partial<SandboxOptions> = {},
): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'bond-import-test-'));
  const sandbox = await startSandbox({ ...CREDENTIALS, keepBodies: true, ...options });
  let plan: { traits: object; faults: readonly object[] } = { traits: {}, faults: [] };
  const setPlan = (changes: Partial<typeof plan>): void => {
    plan = { ...plan, ...changes };
    sandbox.setFaults(readFaultPlan(plan));
  };
  const running = new Set<Program>();
  const env = {
    BOND_API_URL: sandbox.url,
    BOND_IDENTITY: CREDENTIALS.identity,
    BOND_AUTHORIZATION: CREDENTIALS.authorization,
    BOND_RATE: '0',
  };
  const path = (name: string): string => join(dir, name);
  const write: World['write'] = (name, content) =>
    writeFile(path(name), typeof content === 'string' ? content : csvOf(content));
  const read = (name: string): Promise<string> => readFile(path(name), 'utf8');
  const lines = async (name = 'customers.results.csv'): Promise<Line[]> => readLines(await read(name));
  const start: World['start'] = (args, { env: more, ...rest } = {}) => {
    const program = startProgram(args, { cwd: dir, env: { ...env, ...more }, ...rest });
    running.add(program);
    void program.ended.then(() => running.delete(program));
    return program;
  };
  const obeyInside: World['obeyInside'] = async (args) => ({ ...(await obey(args, { env })), signal: null });
  try {
    await write('customers.csv', input);
    await act({
      input,
      sandbox,
      path,
      write,
      read,
      lines,
      start,
      files: async () => {
        const names = await readdir(dir);
        return new Map(await Promise.all(names.map(async (name) => [name, await read(name)] as const)));
      },
      breaches: async (people) => [...twice(sandbox), ...breachesOfLines(people, await lines(), sandbox)],
      setFaults: (...faults) => {
        setPlan({ faults });
      },
      setTraits: (traits) => {
        setPlan({ traits });
      },
      run: (args = [], more) => start(['run', 'customers.csv', ...args], more).ended,
      obeyInside,
      runInside: (args = []) => obeyInside(['run', path('customers.csv'), ...args]),
    });
  } finally {
    for (const program of running) program.kill('SIGKILL');
    await Promise.all([...running].map((program) => program.ended));
    await sandbox.close();
    await rm(dir, { recursive: true, force: true });
  }
}
