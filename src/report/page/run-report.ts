import type { ExitCode } from '../../errors.js';
import type { Pace } from '../../ledger/pace.js';
import type { Status } from '../../ledger/outcome.js';
import type { CommonError } from '../tally.js';

/** All that the run page shows. Nothing in it is a cell's value, or a name, e-mail or id of a person. */
export interface RunReport {
  readonly command: string;
  /** The input, as the command line named it. */
  readonly file: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly exitCode: ExitCode;
  /** What the exit code means here, in words and without a full stop. */
  readonly meaning: string;
  /** Why the command ended before its end; absent when it did not. */
  readonly stopped?: string;
  /** What to do next, in words. */
  readonly advice: string;
  /** The whole command that does it; absent when there is none. */
  readonly next?: string;

  readonly rows: number;
  /** Of `--expect-rows`. */
  readonly expectedRows?: number;
  readonly counts: Readonly<Record<Status, number>>;
  /** The commonest, most first. */
  readonly errors: readonly CommonError[];
  /** How many kinds of errors are not among them. */
  readonly otherKinds: number;

  /** What went on the wire; absent for a command that sends nothing. */
  readonly traffic?: Traffic;
  /** The runs before this one, newest first. */
  readonly earlier: readonly EarlierRun[];
  readonly evidence: Evidence;
}

export interface Traffic {
  readonly calls: number;
  readonly retries: number;
  readonly pauses: number;
  /** `--rate`; 0 = no limit. */
  readonly ratePerMinute: number;
  readonly pace: Pace;
}

export interface EarlierRun {
  readonly command: string;
  readonly startedAt: Date;
  readonly host: string;
  readonly user: string;
  /** Absent for a run that was killed. */
  readonly end?: {
    readonly exitCode: number;
    readonly durationMs: number;
    readonly counts: Readonly<Record<Status, number>>;
    readonly calls: number;
  };
}

interface Evidence {
  readonly input: { readonly name: string; readonly bytes: number; readonly sha256: string };
  readonly results?: { readonly name: string; readonly sha256: string };
  /** Without a password. */
  readonly ledger?: string;
  /** Absent for a command without network. */
  readonly target?: { readonly environment: string; readonly url: string; readonly brand?: string };
  /** What was not left to its default, by flag. */
  readonly settings: Readonly<Record<string, string>>;
  /** The repairs that were consented to. */
  readonly repairs: readonly string[];
  readonly version: string;
  readonly host: string;
  readonly user: string;
}
