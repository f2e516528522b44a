/** A span of time in which this run alone may make calls. */
export interface Share {
  /** When the store answered, by its own clock: epoch ms. */
  readonly nowMs: number;
  /** When it begins, by the same clock. */
  readonly fromMs: number;
  readonly calls: number;
  /** Between two calls; 0 for no limit. */
  readonly intervalMs: number;
  /** From `nowMs` until a pause that Bond asked of any of the runs is over; 0 when there is none. */
  readonly pausedMs: number;
}

/** One budget of calls that all runs of a brand on one database have together. */
export interface Budget {
  /**
   * Reserves the next calls, less than a second of them, at the lowest rate among the runs that reserve.
   * Rejects with an OperatorError when it cannot be known: then no call may be made.
   */
  reserve(): Promise<Share>;
  /** Nobody reserves a call for so long. */
  pause(ms: number): Promise<void>;
  /** Bond has refused the credentials: runs that began before stop at their next `reserve`. */
  refuseCredentials(): Promise<void>;
}
