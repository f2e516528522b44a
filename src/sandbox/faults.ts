import { Ajv, type ErrorObject } from 'ajv';
import { type Quote, QUOTES } from './quotes.js';
import { type Traits, TRAITS } from './traits.js';

/** What kind of Bond it is, what goes wrong, and when: the first fault that matches a request and has times left applies. */
export interface FaultPlan {
  readonly traits?: Traits;
  readonly faults: readonly Fault[];
}

interface Fault {
  /** All that is named must hold; `{}` is every request. */
  readonly when: When;
  /** How often it applies: for ever unless given, but an outage once. */
  readonly times?: number;
  readonly do: Effect;
}

/** The n-th, counted from 1, or from the n-th to the m-th. */
export type Nth = number | { readonly from?: number; readonly to?: number };

interface When {
  readonly route?: 'create' | 'list' | 'get' | 'auth';
  /** The n-th request of all. */
  readonly request?: Nth;
  /** The n-th `POST /customers/`. */
  readonly create?: Nth;
  /** The n-th `GET /customers`. */
  readonly list?: Nth;
  readonly brand_person_id?: string;
  /** The n-th time that this `brand_person_id` is posted. */
  readonly attempt?: Nth;
  /** A dotted path in the body, and what stands there. */
  readonly field?: string;
  readonly equals?: string | number | boolean | null;
}

/** One thing that goes wrong. "Stores" means: does what was asked, as far as the rules allow. */
export type Effect =
  | Answer
  | { readonly html: number }
  | { readonly throttle: Wait }
  | { readonly redirect: string }
  | { readonly refuseKey: true }
  | Outage
  | { readonly delayMs: number }
  | { readonly gate: string; readonly after?: true }
  | { readonly hang: true; readonly store?: true }
  | { readonly cut: 'before' | 'after' }
  | { readonly reset: true }
  | { readonly half: true }
  | { readonly garbage: true }
  | { readonly bodyBytes: number }
  | { readonly noCustomerId: true }
  | { readonly storeThen: Answer }
  | { readonly quote: Quote }
  | { readonly wrongId: true }
  | { readonly ignoreReference: true; readonly lost?: true }
  | { readonly shift: number };

/** An answer of the plan's own; in the documented form unless it says what to send. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How long to wait after a 429: seconds, nothing said, an HTTP date, seconds since 1970, or in a header of limits. */
export type Wait =
  | number
  | null
  | { readonly dateInSeconds: number }
  | { readonly epochInSeconds: number }
  | { readonly header: LimitHeader; readonly resetInSeconds: number };

export type LimitHeader = (typeof LIMIT_HEADERS)[number];

const LIMIT_HEADERS = ['ratelimit-reset', 'x-ratelimit-reset', 'ratelimit'] as const;

/** Nobody is served, from the first match on; connections are cut unless a status is given. */
export interface Outage {
  readonly down: { readonly forMs: number; readonly status?: number };
}

type Verb = Effect extends infer E ? (E extends Effect ? keyof E : never) : never;
const closed = { type: 'object', additionalProperties: false } as const;
const COUNT = { type: 'integer', minimum: 0 };
const STATUS = { type: 'integer', minimum: 200, maximum: 599 };
const YES = { const: true };
const TEXT = { type: 'string' };
const NTH = {
  ...closed,
  type: ['integer', 'object'],
  minimum: 1,
  properties: { from: { type: 'integer', minimum: 1 }, to: { type: 'integer', minimum: 1 } },
};

/** What may stand in `do` beside the verb itself. */
const COMPANIONS = {
  body: {},
  headers: { type: 'object', additionalProperties: TEXT },
  after: YES,
  store: YES,
  lost: YES,
};
const ANSWER = { status: STATUS, body: {}, headers: COMPANIONS.headers };
/** The JSON schema of each verb. */
export const VERBS = {
  status: STATUS,
  html: STATUS,
  throttle: {
    ...closed,
    type: ['integer', 'null', 'object'],
    minimum: 0,
    minProperties: 1,
    dependencies: { header: ['resetInSeconds'], resetInSeconds: ['header'] },
    properties: {
      dateInSeconds: COUNT,
      epochInSeconds: COUNT,
      header: { enum: LIMIT_HEADERS },
      resetInSeconds: COUNT,
    },
  },
  redirect: TEXT,
  refuseKey: YES,
  down: { ...closed, required: ['forMs'], properties: { forMs: COUNT, status: STATUS } },
  delayMs: COUNT,
  gate: TEXT,
  hang: YES,
  cut: { enum: ['before', 'after'] },
  reset: YES,
  half: YES,
  garbage: YES,
  bodyBytes: COUNT,
  noCustomerId: YES,
  storeThen: { ...closed, required: ['status'], properties: ANSWER },
  quote: { enum: QUOTES },
  wrongId: YES,
  ignoreReference: YES,
  shift: { type: 'integer' },
} satisfies Record<Exclude<Verb, keyof typeof COMPANIONS>, object>;

const PLAN = {
  ...closed,
  required: ['faults'],
  properties: {
    traits: { ...closed, properties: TRAITS },
    faults: {
      type: 'array',
      items: {
        ...closed,
        required: ['when', 'do'],
        properties: {
          times: { type: 'integer', minimum: 1 },
          when: {
            ...closed,
            dependencies: { field: ['equals'], equals: ['field'] },
            properties: {
              route: { enum: ['create', 'list', 'get', 'auth'] },
              request: NTH,
              create: NTH,
              list: NTH,
              brand_person_id: TEXT,
              attempt: NTH,
              field: TEXT,
              equals: { type: ['string', 'number', 'boolean', 'null'] },
            },
          },
          do: {
            ...closed,
            oneOf: Object.keys(VERBS).map((verb) => ({ required: [verb] })),
            dependencies: {
              body: ['status'],
              headers: ['status'],
              after: ['gate'],
              store: ['hang'],
              lost: ['ignoreReference'],
            },
            properties: { ...VERBS, ...COMPANIONS },
          },
        },
      },
    },
  },
};

const conforms = new Ajv({ allErrors: true, allowUnionTypes: true, strictTypes: false }).compile<FaultPlan>(
  PLAN,
);

/**
 * Takes a fault plan out of parsed JSON.
 * @throws Error with one sentence that names every place that is wrong and what belongs there
 */
export function readFaultPlan(json: unknown): FaultPlan {
  if (conforms(json)) return json;
  const problems = (conforms.errors ?? [])
    .filter((error) => !error.schemaPath.includes('/oneOf/'))
    .map((error) => `${error.instancePath.slice(1).replaceAll('/', '.') || 'the plan'} ${sentenceOf(error)}`);
  throw new Error(`The fault plan is not valid: ${[...new Set(problems)].join('; ')}.`);
}

function sentenceOf({ keyword, params, message = 'is wrong' }: ErrorObject): string {
  if (keyword === 'additionalProperties') return `must not have "${String(params['additionalProperty'])}"`;
  if (keyword === 'const') return 'must be true';
  if (keyword === 'enum') return `must be one of ${JSON.stringify(params['allowedValues'])}`;
  if (keyword === 'oneOf') return `must have exactly one of ${Object.keys(VERBS).join(', ')}`;
  return message;
}
