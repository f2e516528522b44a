import { describe, test } from 'vitest';
import { CERTIFICATES } from '../support/certificates.js';
import { people, row } from '../support/people.js';
import { startProxy } from '../support/proxy.js';
import { inWorld } from '../support/world.js';
import { BRIEF, play, postsOf } from './play.js';

const { localhost, otherName, expired } = CERTIFICATES;
const TRUSTED = { NODE_EXTRA_CA_CERTS: 'ca.pem' };
const BAD = [
  ['untrusted', localhost, {}],
  ['expired', expired, TRUSTED],
  ['for another name', otherName, TRUSTED],
] as const;

describe.concurrent('a network that a person must change', () => {
  test('a certificate that is trusted', ({ expect }) =>
    inWorld(
      people(3),
      async (world) => {
        await world.write('ca.pem', localhost.cert);
        const { code, stderr } = await world.run([], { env: { NODE_EXTRA_CA_CERTS: 'ca.pem' } });
        expect(code, stderr).toBe(0);
      },
      { tls: localhost },
    ));

  test.for(BAD)('a certificate that is %s', ([, tls, env], { expect }) =>
    inWorld(
      people(3),
      async (world) => {
        await world.write('ca.pem', tls.cert);
        const { code, stderr } = await world.run([], { env });
        expect.soft(code, stderr).toBe(1);
        expect.soft(stderr).toMatch(/certificate/i);
        expect.soft(stderr).not.toMatch(/error:[0-9A-F]{8}| {4}at /);
        expect.soft(postsOf(world)).toBe(0);
      },
      { tls },
    ),
  );

  test('https to a plain port', ({ expect }) =>
    inWorld(people(3), async (world) => {
      const { code, stderr } = await world.run([], {
        env: { BOND_API_URL: world.sandbox.url.replace('http', 'https') },
      });
      expect.soft(code, stderr).toBe(1);
      expect.soft(stderr).toMatch(/https|TLS/);
    }));

  const PROXIES = [
    ['tunnels', 0, /created/],
    [407, 1, /proxy/i],
    [403, 1, /proxy/i],
    ['dead', 1, /proxy/i],
  ] as const;
  test.for(PROXIES)('a proxy: %s', ([manner, expected, words], { expect, onTestFinished }) =>
    inWorld(
      people(3),
      async (world) => {
        await world.write('ca.pem', otherName.cert);
        const port = Number(new URL(world.sandbox.url).port);
        const proxy =
          manner === 'dead'
            ? { url: 'http://127.0.0.1:1', asked: [] }
            : await startProxy(manner, onTestFinished, port);
        const env = {
          NODE_EXTRA_CA_CERTS: 'ca.pem',
          HTTPS_PROXY: proxy.url,
          BOND_API_URL: 'https://other.example/api/v0.1',
        };
        const { code, stderr } = await world.run([], { env });
        expect.soft(code, stderr).toBe(expected);
        expect.soft(stderr).toMatch(words);
        if (manner !== 'dead') expect.soft(proxy.asked[0]).toContain('other.example');
      },
      { tls: otherName },
    ),
  );

  test('a proxy that hangs', ({ expect, onTestFinished }) =>
    inWorld(people(3), async (world) => {
      const proxy = await startProxy('hangs', onTestFinished);
      const env = { HTTPS_PROXY: proxy.url, BOND_API_URL: 'https://other.example/api/v0.1' };
      const { code, stderr } = await world.run(['--timeout', '500ms', '--give-up-after', '1s'], { env });
      expect.soft([1, 75], stderr).toContain(code);
      expect.soft(stderr).toMatch(/proxy/i);
    }));
});

const ENCODINGS = [
  { encoding: 'gzip' },
  { encoding: 'br' },
  { encoding: 'deflate' },
  { bom: true },
  { encoding: 'gzip', bom: true },
];

describe.concurrent('answers that nobody asked for in this form', () => {
  test.for(ENCODINGS)('%j', (traits, { expect }) =>
    inWorld(people(3), async (world) => {
      world.setTraits(traits);
      world.setFaults({ when: row(2), times: 1, do: { cut: 'after' } });
      const { code, statuses, said } = await play(world, ...BRIEF);
      expect.soft({ code, statuses }, said).toEqual({ code: 0, statuses: 'created created created' });
    }),
  );
});

test.concurrent('every request says who asks', ({ expect }) =>
  inWorld(people(2), async (world) => {
    world.setFaults({ when: row(1), times: 1, do: { cut: 'after' } });
    await play(world, ...BRIEF);
    const agents = new Set(world.sandbox.calls.map(({ userAgent }) => userAgent));
    expect([...agents]).toEqual([expect.stringMatching(/^bond-import\/\d+\.\d+\.\d+$/)]);
  }),
);
