import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { cli } from '../../src/cli.js';

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One command line, obeyed in this process on a terminal of so many columns: for what no file has to be read for. */
export async function obey(args: readonly string[], columns?: number): Promise<Said> {
  const stdout = Object.assign(new PassThrough(), columns === undefined ? {} : { columns });
  const stderr = new PassThrough();
  const io = { stdin: Readable.from([]), stdout, stderr, env: {}, onInterrupt: () => () => undefined };
  const code = await cli(args, io);
  stdout.end();
  stderr.end();
  return { code, stdout: await text(stdout), stderr: await text(stderr) };
}
