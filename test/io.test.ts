import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { tell, withJsonLines, type Screen } from '../src/io.js';

/** A stream, and all that was written to it. */
function sink(): { stream: PassThrough; lines: () => string[] } {
  const stream = new PassThrough();
  const all = (): string => {
    const chunks: unknown[] = [];
    // What one `read` returns is one chunk or all of them: Node differs from version to version.
    for (let chunk: unknown = stream.read(); chunk !== null; chunk = stream.read()) chunks.push(chunk);
    return chunks.join('');
  };
  return { stream, lines: () => all().trimEnd().split('\n') };
}

/** The same stream as `--log-format json` has it. */
function jsonLines(stderr: PassThrough): Screen {
  const nothing = new PassThrough();
  const io = { stdin: nothing, stdout: nothing, stderr, env: {}, onInterrupt: () => () => undefined };
  return withJsonLines(io).stderr;
}

const TIME: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

test('every line that is said becomes one object, whatever is in it', () => {
  const { stream, lines } = sink();
  jsonLines(stream).write('two lines, one with "quotes"\nand a second\n\n');
  expect(lines().map((line): unknown => JSON.parse(line))).toEqual([
    { time: TIME, level: 'info', event: 'message', message: 'two lines, one with "quotes"' },
    { time: TIME, level: 'info', event: 'message', message: 'and a second' },
  ]);
});

test('an event keeps its fields for programs', () => {
  const { stream, lines } = sink();
  tell(jsonLines(stream), 'paused', 'Bond asks to wait 2 s', { forMs: 2000 });
  expect(lines().map((line): unknown => JSON.parse(line))).toEqual([
    { time: TIME, level: 'info', event: 'paused', message: 'Bond asks to wait 2 s', forMs: 2000 },
  ]);
});

test('to people it is a line with its time', () => {
  const { stream, lines } = sink();
  tell(stream, 'paused', 'Bond asks to wait 2 s', { forMs: 2000 });
  const [line, ...others] = lines();
  expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z Bond asks to wait 2 s$/);
  expect(others).toEqual([]);
});
