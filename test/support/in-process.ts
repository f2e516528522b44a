import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { cli } from '../../src/cli.js';
import type { Env, Io } from '../../src/io.js';

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A world outside that says nothing and hears nothing. */
export const silentIo: Io = {
  stdin: Readable.from([]),
  stdout: new PassThrough(),
  stderr: new PassThrough(),
  env: {},
  onInterrupt: () => () => undefined,
};

/** One command line, obeyed in this process; `columns` are those of its terminal, when it has one. */
export async function obey(
  args: readonly string[],
  { env = {}, columns }: { env?: Env; columns?: number | undefined } = {},
): Promise<Said> {
  const stdout = Object.assign(new PassThrough(), columns === undefined ? {} : { columns });
  const stderr = new PassThrough();
  const said = Promise.all([text(stdout), text(stderr)]);
  const io = { stdin: Readable.from([]), stdout, stderr, env, onInterrupt: () => () => undefined };
  const code = await cli(args, io);
  stdout.end();
  stderr.end();
  const [out, err] = await said;
  return { code, stdout: out, stderr: err };
}
