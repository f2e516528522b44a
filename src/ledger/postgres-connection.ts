import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import pg from 'pg';
import type { Env } from './stores.js';
import {
  certificateFault,
  ExitCode,
  OperatorError,
  systemTrouble,
  type CertificateFault,
} from '../errors.js';

/** A ledger in a database. */
export interface DatabaseAddress {
  /** For messages: the URL without its password. */
  readonly name: string;
  readonly ledger: string;
  readonly config: pg.ClientConfig;
}

const EXPECTED = 'postgres://user@host:5432/database?ledger=name was expected';
const LEDGER_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const CONNECT_WITHIN_MS = 10_000;
/** A statement that takes longer has been lost on the way. */
const ANSWER_WITHIN_MS = 20_000;

/** @throws OperatorError for a URL that is none of PostgreSQL's, or cannot be used */
export function parseAddress(where: string, env: Env): DatabaseAddress {
  if (!/^postgres(ql)?:\/\//i.test(where)) {
    throw new OperatorError(`--ledger is a ${/^[^:]*/.exec(where)?.[0] ?? ''} URL, and ${EXPECTED}`);
  }
  let url: URL;
  try {
    url = new URL(where);
  } catch {
    // The URL itself is not shown, for it may hold a password.
    throw new OperatorError(
      `The PostgreSQL URL of --ledger cannot be read, and ${EXPECTED}: check it for spaces and characters that must be written as %..`,
    );
  }
  const ledger = url.searchParams.get('ledger') ?? 'bond';
  if (!LEDGER_NAME.test(ledger)) {
    throw new OperatorError(
      `The ledger's name in --ledger (?ledger=…) has other characters than letters, digits, ".", "_" and "-", or more than 63: choose another one`,
    );
  }
  const database = decodeURIComponent(url.pathname.slice(1));
  const port = url.port || env['PGPORT'];
  const user = decodeURIComponent(url.username) || env['PGUSER'];
  const password = decodeURIComponent(url.password) || env['PGPASSWORD'];
  const host = decodeURIComponent(url.hostname) || env['PGHOST'];
  const shown = new URL(where);
  shown.password = '';
  shown.search = `?ledger=${ledger}`;
  return {
    name: shown.href,
    ledger,
    config: {
      ...(host && { host }),
      ...(port && { port: Number(port) }),
      ...(database && { database }),
      ...(user && { user }),
      // Without one, pg looks into PGPASSFILE itself.
      ...(password && { password }),
      ssl: tlsOf(url.searchParams, env),
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      application_name: `bond-import ${process.pid}@${hostname()}`.slice(0, 63),
    },
  };
}

/** As libpq has it, but that without a `sslmode` nothing is encrypted. */
function tlsOf(parameters: URLSearchParams, env: Env): pg.ClientConfig['ssl'] {
  const mode = parameters.get('sslmode') ?? env['PGSSLMODE'] ?? 'disable';
  const caFile = parameters.get('sslrootcert') ?? env['PGSSLROOTCERT'];
  const ca = caFile === undefined ? undefined : readCertificate(caFile);
  switch (mode) {
    case 'disable':
      return false;
    case 'verify-full':
      return ca === undefined ? {} : { ca };
    case 'verify-ca':
      return { ...(ca !== undefined && { ca }), checkServerIdentity: () => undefined };
    case 'require':
      return ca === undefined ? { rejectUnauthorized: false } : { ca, checkServerIdentity: () => undefined };
    default:
      throw new OperatorError(
        `The sslmode of --ledger is "${mode}": disable, require, verify-ca or verify-full was expected`,
      );
  }
}

function readCertificate(path: string): string {
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (error) {
    throw systemTrouble(`The root certificate ${path} of the ledger's database cannot be read`, error);
  }
  try {
    new X509Certificate(pem);
  } catch (error) {
    throw new OperatorError(
      `The root certificate ${path} of the ledger's database is no certificate: a PEM file was expected, which begins with -----BEGIN CERTIFICATE-----`,
      { cause: error },
    );
  }
  return pem;
}

/** Opens a connection that says what became of it by an OperatorError. */
export async function connect(address: DatabaseAddress): Promise<pg.Client> {
  const client = new pg.Client(address.config);
  // Without a listener a connection that is lost while nothing is asked would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw unreachable(address, error);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function wordsOf(error: unknown): string {
  // A host with several addresses gives an AggregateError, which has no words of its own.
  if (error instanceof AggregateError) return error.errors.map(wordsOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}

/** SQLSTATE → what an operator does about it (PostgreSQL, Appendix A). */
const CURES: Readonly<Record<string, string>> = {
  '28P01': 'the password was refused: give the right one in PGPASSWORD, PGPASSFILE or the URL',
  '28000': 'the server refuses this user: check the user, and what pg_hba.conf says of it',
  '3D000': 'there is no such database: create it, or name another one',
  '42501': 'this user lacks the right: GRANT SELECT, INSERT, UPDATE on the tables bond_import_… to it',
  '25006': 'the server is read-only, a replica perhaps: name the primary server',
  '53100': "the server's disk is full: make room there",
  '53300': 'the server has no connection left: free one, or raise max_connections',
};

const CERTIFICATE_CURES: Readonly<Record<CertificateFault, (host: string) => string>> = {
  expired: () =>
    "its server's certificate has expired or is not valid yet: check this machine's clock, else tell those who run the server",
  'for another host': (host) =>
    `its server's certificate is for another host than ${host}: name the host as the certificate has it, or, if that cannot be, say sslmode=verify-ca`,
  untrusted: () =>
    "its server's certificate is signed by an authority that is not trusted: give the authority's certificate, a PEM file as your provider has it, in PGSSLROOTCERT",
};

/** Trouble before anything was sent. */
function unreachable({ name, config }: DatabaseAddress, error: unknown): OperatorError {
  const code = codeOf(error);
  const fault = certificateFault(code);
  const cure = fault ? CERTIFICATE_CURES[fault](config.host ?? 'localhost') : CURES[code];
  if (cure !== undefined)
    return new OperatorError(`The ledger ${name} cannot be used: ${cure}`, { cause: error });
  const startsUp = code === '57P03';
  return new OperatorError(
    startsUp
      ? `The ledger ${name} cannot be used yet, for its server is starting up or going down: run the same command again`
      : `The ledger ${name} cannot be reached (${wordsOf(error)}): check host, port, user and sslmode, and whether the server runs`,
    { cause: error, exitCode: startsUp ? ExitCode.runAgain : ExitCode.stopped },
  );
}

/** What became of a statement that failed. */
export function statementTrouble(name: string, error: unknown): OperatorError {
  if (error instanceof OperatorError) return error;
  // A bug of ours is no trouble of the connection.
  if (error instanceof TypeError || error instanceof RangeError) throw error;
  const code = codeOf(error);
  const cure = CURES[code];
  if (cure !== undefined) {
    return new OperatorError(
      `The ledger ${name} cannot be used, and nothing is sent that is not first written down: ${cure}, then run the same command again`,
      { cause: error },
    );
  }
  if (code === '23505') {
    return new OperatorError(
      `The ledger ${name} is being written by another run too: stop all runs on it but one, then run the same command again (a connection pooler in between must hold sessions, not transactions)`,
      { cause: error },
    );
  }
  // SQLSTATE 57P: the server ends the session; 08 or none at all: the connection is gone.
  if (!/^[0-9A-Z]{5}$/.test(code) || code.startsWith('57P') || code.startsWith('08')) {
    return new OperatorError(
      `The connection to the ledger ${name} was lost (${wordsOf(error)}), so nothing more was sent: run the same command again, here or on another host`,
      { cause: error, exitCode: ExitCode.runAgain },
    );
  }
  return new OperatorError(
    `The database of the ledger ${name} refused a statement (${code}: ${wordsOf(error)}): ask its administrator`,
    { cause: error },
  );
}
