/** Exit codes, exactly as the README's table promises them. */
export const ExitCode = {
  /** Every row has its customer. */
  done: 0,
  /** Could not run, or stopped for something a person must change. */
  stopped: 1,
  /** Done what can be done; some rows need a person. */
  rowsNeedAPerson: 2,
  /** Rows are left that the same command, run again, takes further. */
  runAgain: 75,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/**
 * An operator's trouble: one sentence that says what was expected, what came and what to do.
 * The program prints it as a `sentence` alone, without a stack, and ends with `exitCode`.
 */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
  readonly exitCode: ExitCode;

  constructor(message: string, options: { exitCode?: ExitCode; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.exitCode = options.exitCode ?? ExitCode.stopped;
  }

  /** The message, ended as a sentence is. */
  get sentence(): string {
    return this.message.endsWith('?') ? this.message : `${this.message}.`;
  }
}

/** The code of a system error, e.g. `ENOENT`; undefined for any other error. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : undefined;
}

/** What to do about a system error: one table for the whole program. */
const CURES: Readonly<Record<string, string>> = {
  EACCES: 'permission denied: give this user access, or choose another path',
  EPERM: 'the system does not permit it: choose another path',
  EROFS: 'the file system is read-only: choose another path',
  EISDIR: 'it is a directory: name a file',
  EEXIST: 'it exists already: remove it, or choose another name',
  ENOENT: 'no such file or folder: check the path',
  ENOTDIR: 'a part of the path is not a folder: check the path',
  ENAMETOOLONG: 'the name is too long: choose a shorter one',
  ELOOP: 'its symbolic links go in a circle: check the path',
  ENOSPC: 'no space is left on the disk: free some and run again',
  EDQUOT: 'the disk quota is used up: free some space and run again',
  EFBIG: 'the file may not grow any further: lift the limit (ulimit -f) and run again',
  EMFILE: 'too many files are open: raise the limit (ulimit -n) and run again',
  EADDRINUSE: 'another program uses it: choose another one, or 0 for a free one',
};

/** A system error as an OperatorError: "<what> (ENOENT): <why and what to do>"; any other error comes back as it is. */
export function systemTrouble(what: string, error: unknown): unknown {
  const code = errnoOf(error);
  if (code === undefined) return error;
  const cure = CURES[code] ?? 'the system refused: check the disk and the path';
  return new OperatorError(`${what} (${code}): ${cure}`, { cause: error });
}

/** What is wrong with the certificate of a server. */
export type CertificateFault = 'expired' | 'for another host' | 'untrusted';

/** Codes of Node's TLS (OpenSSL's X509_V_ERR_…). The first line that fits counts. */
const CERTIFICATE_FAULTS: readonly (readonly [CertificateFault, RegExp])[] = [
  ['expired', /^(CERT_HAS_EXPIRED|CERT_NOT_YET_VALID|CRL_.*)$/],
  ['for another host', /^ERR_TLS_CERT_ALTNAME_INVALID$/],
  [
    'untrusted',
    /SELF_SIGNED|ISSUER_CERT|VERIFY_LEAF|UNTRUSTED|CERT_SIGNATURE|CERT_REJECTED|INVALID_CA|CERT_CHAIN/,
  ],
];

/** Which fault of a certificate the code of an error stands for; undefined for any other error. */
export function certificateFault(code: string): CertificateFault | undefined {
  return CERTIFICATE_FAULTS.find(([, codes]) => codes.test(code))?.[0];
}

/** Runs an operation; a system error becomes an OperatorError. */
export async function orTrouble<T>(what: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw systemTrouble(what, error);
  }
}
