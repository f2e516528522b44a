/** How much is tried: enough to notice in `npm test`, enough to believe in `npm run test:chaos`. */
export const EXTENT =
  process.env['CHAOS'] === 'long'
    ? { kills: 200, stories: Number(process.env['CHAOS_STORIES'] ?? 500), cuts: 300, timeoutMs: 1_800_000 }
    : { kills: 6, stories: 8, cuts: 8, timeoutMs: 240_000 };

/** Another seed tries other moments, cuts and plans. */
export const SEED = Number(process.env['CHAOS_SEED'] ?? 20_250_713);
