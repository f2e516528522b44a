import { describe, expect, test } from 'vitest';
import type { Issue } from '../../src/issues/issue.js';
import type { Status } from '../../src/ledger/outcome.js';
import type { Verdict } from '../../src/report/result-lines.js';
import { summarise } from '../../src/report/summary.js';
import { Tally } from '../../src/report/tally.js';
import { JAMES, readRow } from '../customer/plan-of.js';

function verdict(status: Status, ...issues: Issue[]): Verdict {
  return { status, customerId: '', issues };
}

const issue = (column: string, code: string, args: Issue['args'] = {}): Issue => ({
  column,
  path: 'path',
  code,
  args,
});

function tallyOf(...statuses: Status[]): Tally {
  const tally = new Tally();
  statuses.forEach((status, at) => {
    tally.add(at + 1, verdict(status));
  });
  return tally;
}

describe('the exit code', () => {
  const cases: [Status[], number][] = [
    [[], 0],
    [['created', 'existing'], 0],
    [['created', 'invalid'], 2],
    [['created', 'duplicate'], 2],
    [['created', 'rejected'], 2],
    [['created', 'pending'], 75],
    [['created', 'failed'], 75],
    [['created', 'unknown'], 75],
    [['invalid', 'duplicate', 'rejected', 'failed'], 75],
  ];
  test.each(cases)('%j → %i', (statuses, code) => {
    expect(tallyOf(...statuses).exitCode).toBe(code);
  });

  const facts = { file: 'people.csv', given: [], durationMs: 1, files: {} };
  const stops: ['run' | 'validate', Status[], 1 | 75 | undefined, number][] = [
    ['run', ['created'], undefined, 0],
    ['run', ['invalid'], undefined, 2],
    ['run', ['pending'], 75, 75],
    ['run', ['pending'], 1, 1],
    ['run', ['created'], 1, 1],
    ['run', ['created'], 75, 0],
    ['validate', ['pending', 'created'], undefined, 0],
    ['validate', ['pending', 'invalid'], undefined, 2],
    ['validate', ['pending', 'duplicate'], undefined, 2],
  ];
  test.each(stops)('%s of %j, stopped with %j → %i', (command, statuses, stopped, code) => {
    const summary = summarise(tallyOf(...statuses), {
      ...facts,
      command,
      ...(stopped !== undefined && { stopped: { message: 'a cause', exitCode: stopped } }),
    });
    expect(summary.exitCode).toBe(code);
  });
});

describe('the commonest errors', () => {
  test('most first, then in the order of the file; each with its count and rows for example', () => {
    const tally = new Tally();
    tally.add(1, verdict('invalid', issue('Zip', 'zip_code_format')));
    tally.add(2, verdict('invalid', issue('SSN', 'ssn_format'), issue('Zip', 'zip_code_format')));
    tally.add(3, verdict('invalid', issue('SSN', 'required')));
    expect(
      tally.commonest(10).map(({ column, code, rows, exampleRows }) => [column, code, rows, exampleRows]),
    ).toEqual([
      ['Zip', 'zip_code_format', 2, [1, 2]],
      ['SSN', 'ssn_format', 1, [2]],
      ['SSN', 'required', 1, [3]],
    ]);
    expect(tally.commonest(1)).toHaveLength(1);
  });

  test('what each repair would mend', () => {
    const tally = new Tally();
    tally.add(
      1,
      verdict('invalid', { ...issue('Zip', 'a'), repair: 'zip' }, { ...issue('SSN', 'b'), repair: 'ssn' }),
    );
    tally.add(2, verdict('invalid', { ...issue('Zip', 'a'), repair: 'zip' }));
    expect(tally.repairs).toEqual({ zip: 2, ssn: 1 });
  });

  test('a Bond that words every refusal otherwise does not fill the memory', () => {
    const tally = new Tally();
    const words = Array.from({ length: 2000 }, (_, at) => String.fromCodePoint(0x4e00 + at));
    words.forEach((message, at) => {
      tally.add(at + 1, verdict('rejected', issue('Zip', 'schema', { message })));
    });
    expect(tally.commonest(5000)).toHaveLength(1001);
    expect(tally.commonest(1)[0]).toMatchObject({ code: 'schema', rows: 1000 });
  });
});

describe('no cell value gets into it', () => {
  const cells: [keyof typeof JAMES, string][] = [
    ['first_name', 'Zebulon-7'],
    ['first_name', 'Zeb "the quick" 7ulon'],
    ['dob', '03/04/1985'],
    ['dob', '31110'],
    ['dob', '1985-02-30'],
    ['dob', '4 March 85'],
    ['ssn', '12345678'],
    ['phone', '5.55987E+09'],
    ['phone', '555-987-6543 x12'],
    ['email', 'zebulon@@example'],
    ['email', 'a"quick"zebulon@@"example'],
    ['zip_code', '98765x'],
    ['state', 'Zebulonia'],
    ['country', 'Zebulonia'],
    ['external_id', '9.8765E+10'],
    ['is_primary', 'zebulon'],
    ['phone_country_code', '98765'],
  ];
  test.each(cells)('of %s %j', (field, cell) => {
    const reading = readRow({ ...JAMES, [field]: cell });
    if (reading.kind !== 'invalid') throw new Error('the cell is valid');
    const tally = new Tally();
    tally.add(1, verdict('invalid', ...reading.issues));
    const [error] = tally.commonest(1);
    expect(error?.column).toBe(`My ${field}`);
    expect(error?.message).toMatch(/^My \w+: ./);
    expect(error?.message).not.toMatch(/zeb|ulon|quick|98765|987-6543|1985|31110|12345678|March/i);
  });

  test('nor what Bond quotes, and a header keeps its quotes', () => {
    const tally = new Tally();
    const message = 'No customer "Zeb" with id 12ab-3456; see the docs';
    tally.add(1, verdict('rejected', issue('Name "as is"', 'x', { message })));
    expect(tally.commonest(1)[0]?.message).toBe('Name "as is": No customer … with id …; see the docs');
  });
});
