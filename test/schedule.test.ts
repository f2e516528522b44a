import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CronJob } from 'kubernetes-models/batch/v1/CronJob';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { metricsText } from '../src/report/metrics.js';
import { csvOf, people, person } from './support/people.js';
import { CREDENTIALS, inWorld, type World } from './support/world.js';

const SCHEDULE = fileURLToPath(new URL('../samples/schedule/', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const sample = (name: string): Promise<string> => readFile(join(SCHEDULE, name), 'utf8');

/** A home as the examples want it: bond-import on the PATH, import-inbox in bin/, two people and a wrong row in inbox/. */
async function home(world: World): Promise<string> {
  const folder = world.path('home');
  await mkdir(join(folder, 'bin'), { recursive: true });
  await mkdir(join(folder, 'inbox'));
  await symlink(PROGRAM, join(folder, 'bin', 'bond-import'));
  await cp(join(SCHEDULE, 'import-inbox'), join(folder, 'bin', 'import-inbox'));
  await writeFile(
    join(folder, 'inbox', 'customers.csv'),
    csvOf([...people(2), person(3, { 'E-mail': 'none' })]),
  );
  return folder;
}

interface Spoken {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script of an example as its scheduler would. */
function obey(
  world: World,
  folder: string,
  command: readonly string[],
  more: Record<string, string> = {},
): {
  readonly pid: number | undefined;
  readonly ended: Promise<Spoken>;
  /** Resolves when this has been said on stderr. */
  readonly heard: (words: string) => Promise<void>;
} {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: folder,
    env: {
      PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
      BOND_API_URL: world.sandbox.url,
      BOND_IDENTITY: CREDENTIALS.identity,
      BOND_AUTHORIZATION: CREDENTIALS.authorization,
      BOND_RATE: '0',
      ...more,
    },
  });
  const spoken = async (): Promise<Spoken> => {
    const [stdout, stderr] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    return { code: child.exitCode, stdout, stderr };
  };
  const heard = (words: string): Promise<void> =>
    new Promise((resolve) => {
      child.stderr.on('data', (bytes: Buffer) => {
        if (bytes.includes(words)) resolve();
      });
    });
  return { pid: child.pid, ended: spoken(), heard };
}

test('import-inbox moves what is done to done/, tells of a wrong row once, and takes its correction', async () => {
  await inWorld([], async (world) => {
    const folder = await home(world);
    const first = await obey(world, folder, ['import-inbox', '1h']).ended;
    expect(first.code, first.stderr).toBe(2);
    expect(await readdir(join(folder, 'inbox'))).toEqual([]);
    expect(await readdir(join(folder, 'done'))).toEqual([
      expect.stringMatching(/^\d{8}T\d{6}Z-customers\.csv$/),
    ]);
    expect((await readdir(join(folder, 'out'))).sort()).toEqual([
      'bond-import-customers.prom',
      'customers.html',
      'customers.rejects.csv',
      'customers.results.csv',
    ]);

    const second = await obey(world, folder, ['import-inbox', '1h']).ended;
    expect(second, 'a start with nothing to do').toEqual({ code: 0, stdout: '', stderr: '' });

    const rejects = await readFile(join(folder, 'out', 'customers.rejects.csv'), 'utf8');
    await writeFile(join(folder, 'inbox', 'corrected.csv'), rejects.replace('none', 'quilla@vexfor.example'));
    const third = await obey(world, folder, ['import-inbox', '1h']).ended;
    expect(third.code, third.stderr).toBe(0);
    expect(world.sandbox.customers).toHaveLength(3);
  });
});

test('import-inbox ends in order when it is told to, and goes on with the next start', async () => {
  await inWorld([], async (world) => {
    const folder = await home(world);
    await writeFile(join(folder, 'inbox', 'customers.csv'), csvOf(people(30)));
    const { pid, ended } = obey(world, folder, ['import-inbox', '1h'], { BOND_RATE: '60' });
    await expect.poll(() => world.sandbox.customers.length, { timeout: 20_000 }).toBeGreaterThan(0);
    if (pid !== undefined) process.kill(pid, 'SIGTERM');
    const first = await ended;
    expect(first.code, first.stderr).toBe(75);
    expect(await readdir(join(folder, 'inbox'))).toEqual(['customers.csv']);
    const second = await obey(world, folder, ['import-inbox', '1h']).ended;
    expect(second.code, second.stderr).toBe(0);
    expect(world.sandbox.customers).toHaveLength(30);
  });
});

test.each(['', '4', '4x', 'h'])('import-inbox refuses the time %j', async (time) => {
  await inWorld([], async (world) => {
    const { code } = await obey(world, await home(world), ['import-inbox', time]).ended;
    expect(code).not.toBe(0);
    expect(world.sandbox.customers).toHaveLength(0);
  });
});

test('the crontab is one, and its line mails what needs somebody and nothing else', async () => {
  const lines = (await sample('crontab')).split('\n').filter((line) => !/^(#|$)/.test(line));
  const settings = lines.filter((line) => /^[A-Z_]+=\S+$/.test(line));
  const [entry = '', ...others] = lines.filter((line) => !settings.includes(line));
  expect(others).toEqual([]);
  const [, command = ''] = /^(?:[\d*,/-]+ ){5}(.+)$/.exec(entry) ?? [];
  // Unescaped, cron takes it for a line end.
  expect(command).not.toContain('%');
  expect(settings).toContain('BOND_LEDGER=bond.ledger');

  await inWorld([], async (world) => {
    const folder = await home(world);
    const first = await obey(world, folder, ['sh', '-c', command]).ended;
    expect(first.stdout).toMatch(/^bond-import ended with exit code 2:\n[^]*customers\.results\.csv/);
    const second = await obey(world, folder, ['sh', '-c', command]).ended;
    expect(second).toMatchObject({ stdout: '', stderr: '' });
  });
});

/** The settings that the units use, by section: systemd passes over one that it does not know, with a warning in its log. */
const UNIT_SETTINGS: Readonly<Record<string, readonly string[]>> = {
  Unit: ['Description', 'Wants', 'After', 'OnFailure'],
  Service: [
    ...[
      'Type',
      'User',
      'DynamicUser',
      'SupplementaryGroups',
      'StateDirectory',
      'StateDirectoryMode',
      'WorkingDirectory',
    ],
    ...[
      'UMask',
      'LoadCredential',
      'Environment',
      'ExecStart',
      'SuccessExitStatus',
      'KillMode',
      'TimeoutStartSec',
    ],
    ...['TimeoutStopSec', 'NoNewPrivileges', 'ProtectSystem', 'ProtectHome', 'PrivateTmp'],
  ],
  Timer: ['OnCalendar', 'RandomizedDelaySec'],
  Install: ['WantedBy'],
};

const UNITS = ['bond-import.service', 'bond-import.timer', 'bond-import-mail.service'];

test.each(UNITS)('%s has the settings of a unit and no others', async (unit) => {
  let section = '';
  for (const line of (await sample(unit)).split('\n')) {
    if (/^(#|$)/.test(line)) continue;
    const [, opened] = /^\[(\w+)\]$/.exec(line) ?? [];
    if (opened !== undefined) section = opened;
    else expect(UNIT_SETTINGS[section], line).toContain(/^(\w+)=\S/.exec(line)?.[1]);
  }
});

test('systemd itself finds nothing wrong with the units', async () => {
  await inWorld([], async (world) => {
    const paths: string[] = [];
    for (const unit of UNITS) {
      // The one thing that is not here is the installed program.
      await world.write(unit, (await sample(unit)).replace('/usr/local/bin/import-inbox', '/bin/true'));
      paths.push(world.path(unit));
    }
    const verify = promisify(execFile)('systemd-analyze', ['verify', '--man=no', ...paths]);
    const said = await verify.catch((error: unknown) => {
      // Where there is no systemd, the test above has looked at the settings.
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { stderr: '' };
      throw error;
    });
    expect(said.stderr).toBe('');
  });
});

const cronJob = z.object({
  spec: z.object({
    jobTemplate: z.object({
      spec: z.object({
        template: z.object({
          spec: z.object({ containers: z.tuple([z.object({ args: z.tuple([z.string()]) })]) }),
        }),
      }),
    }),
  }),
});

test('the CronJob is one by the schema of Kubernetes, and claims no volume', async () => {
  const yaml = await sample('cronjob.yaml');
  const job = new CronJob(z.looseObject({}).parse(parse(yaml)));
  expect(() => {
    job.validate();
  }).not.toThrow();
  expect(yaml).not.toContain('persistentVolumeClaim');
});

/** In place of curl: the input is another file, and so is what is handed on. */
const COPY = `#!/bin/sh
for last; do :; done
while [ $# -gt 0 ]; do
  case $1 in
    --output) exec cp "$last" "$2" ;;
    --upload-file) exec cp "$2" "$last" ;;
  esac
  shift
done
exit 2
`;

interface Night {
  readonly what: string;
  readonly change: (script: string) => string;
  readonly rows: string;
  readonly code: number;
  /** What the folder for it has afterwards. */
  readonly handedOn: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
}

const BOTH = ['customers.rejects.csv', 'customers.results.csv'];

const same = (script: string): string => script;
const NIGHTS: readonly Night[] = [
  { what: 'every row is done', change: same, rows: csvOf(people(2)), code: 0, handedOn: BOTH },
  {
    what: 'a row is wrong',
    change: same,
    rows: csvOf([person(1), person(2, { 'E-mail': 'none' })]),
    code: 2,
    handedOn: BOTH,
  },
  {
    what: 'rows are left when the time is over',
    change: (script) => script.replace('--max-runtime 3h', '--max-runtime 1s --rate 60'),
    rows: csvOf(people(30)),
    code: 0,
    handedOn: BOTH,
  },
  {
    what: 'the file is not one',
    change: same,
    rows: 'First Name\nJames\n',
    code: 1,
    handedOn: [],
  },
  {
    what: 'the database is not there',
    change: same,
    rows: csvOf(people(2)),
    code: 1,
    handedOn: [],
    settings: { BOND_LEDGER: 'postgres://bond@127.0.0.1:1/bond' },
  },
  {
    what: 'the file cannot be fetched: a new pod tries again',
    change: same,
    rows: csvOf(people(2)),
    code: 3,
    handedOn: [],
    settings: { INPUT_URL: '/not/there' },
  },
  {
    what: 'nothing can be handed on: a new pod tries again',
    change: same,
    rows: csvOf(people(2)),
    code: 3,
    handedOn: [],
    settings: { OUTPUT_URL: '/not/there' },
  },
];

/** A pod of the CronJob, begun; its script changed as given. */
async function pod(
  world: World,
  folder: string,
  change: (script: string) => string,
  settings: Readonly<Record<string, string>> = {},
): Promise<ReturnType<typeof obey>> {
  const [{ args }] = cronJob.parse(parse(await sample('cronjob.yaml'))).spec.jobTemplate.spec.template.spec
    .containers;
  return obey(world, folder, ['bash', '-uc', change(args[0])], {
    INPUT_URL: join(folder, 'input'),
    OUTPUT_URL: join(folder, 'handed-on'),
    BOND_LEDGER: join(folder, 'bond.ledger'),
    ...settings,
  });
}

async function homeOfPods(world: World, rows: string): Promise<string> {
  const folder = await home(world);
  await writeFile(join(folder, 'bin', 'curl'), COPY);
  await chmod(join(folder, 'bin', 'curl'), 0o755);
  await mkdir(join(folder, 'handed-on'));
  await writeFile(join(folder, 'input'), rows);
  return folder;
}

test.each(NIGHTS)(
  'a night of the CronJob ends with $code when $what',
  async ({ change, rows, code, handedOn, settings }) => {
    await inWorld([], async (world) => {
      const folder = await homeOfPods(world, rows);
      const ended = await (await pod(world, folder, change, settings)).ended;
      expect(ended.code, ended.stderr).toBe(code);
      expect((await readdir(join(folder, 'handed-on'))).sort()).toEqual(handedOn);
    });
  },
);

test('a pod that must leave its node ends with 75, and the next one goes on', async () => {
  await inWorld([], async (world) => {
    const folder = await homeOfPods(world, csvOf(people(30)));
    const { pid, ended } = await pod(world, folder, same, { BOND_RATE: '60' });
    await expect.poll(() => world.sandbox.customers.length, { timeout: 20_000 }).toBeGreaterThan(0);
    if (pid !== undefined) process.kill(pid, 'SIGTERM');
    const first = await ended;
    expect(first.code, first.stderr).toBe(75);
    expect((await readdir(join(folder, 'handed-on'))).sort()).toEqual(BOTH);
    const second = await (await pod(world, folder, same)).ended;
    expect(second.code, second.stderr).toBe(0);
    expect(world.sandbox.customers).toHaveLength(30);
  });
});

test('a pod that must leave while the file is fetched ends with 75', async () => {
  await inWorld([], async (world) => {
    const folder = await homeOfPods(world, csvOf(people(2)));
    await writeFile(
      join(folder, 'bin', 'curl'),
      '#!/bin/sh\necho begun >&2\nexec tail --pid=$PPID -f /dev/null\n',
    );
    const { pid, ended, heard } = await pod(world, folder, same);
    await heard('begun');
    if (pid !== undefined) process.kill(pid, 'SIGTERM');
    expect((await ended).code).toBe(75);
    expect(world.sandbox.customers).toHaveLength(0);
  });
});

const alerts = z.strictObject({
  groups: z.tuple([
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string(),
          expr: z.string(),
          for: z
            .string()
            .regex(/^\d+[smhd]$/)
            .optional(),
          labels: z.record(z.string(), z.string()),
          annotations: z.strictObject({ summary: z.string(), description: z.string() }),
        }),
      ),
    }),
  ]),
});

test('the alerts are about metrics that are written', async () => {
  const [{ rules }] = alerts.parse(parse(await sample('alerts.yaml'))).groups;
  const text = await metricsText([]);
  const written = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  const used = rules.flatMap(({ expr }) => [...expr.matchAll(/\bbond_import_\w+/g)].map(([name]) => name));
  expect(used.filter((name) => !written.has(name))).toEqual([]);
  expect(rules.map(({ alert }) => alert)).toEqual([
    'BondImportNotRun',
    'BondImportStopped',
    'BondImportUnknownRows',
  ]);
});

test('every example gives the ledger', async () => {
  for (const name of await readdir(SCHEDULE)) {
    const runs = (await sample(name)).replaceAll('\\\n', ' ').match(/^ *[^#\n]*bond-import run .*$/gm) ?? [];
    for (const command of runs) expect(command, name).toContain('--ledger');
  }
});
