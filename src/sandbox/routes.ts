import type { Body } from './body.js';
import type { CustomerStore, Page, SentCustomer } from './customers.js';
import type { Traits } from './traits.js';
import { checkCustomer } from './rules.js';

export const BASE_PATH = '/api/v0.1';

/** What is sent back: a string as it is, anything else as JSON. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** How it goes out; whole unless a fault says otherwise. */
  readonly manner?: 'whole' | 'half' | 'cut' | 'reset' | 'never';
}

/** Which of the documented calls a request is; `none` when it is no such call. */
export type Route =
  | { readonly name: 'create' }
  | { readonly name: 'list'; readonly query: URLSearchParams }
  | { readonly name: 'get'; readonly customerId: string }
  | { readonly name: 'auth'; readonly identity: string }
  | { readonly name: 'none'; readonly location?: string };

/** What a fault changes inside a route. */
export interface Tampering {
  /** Given in place of storing a customer that passed the rules. */
  readonly refuse?: (sent: SentCustomer) => Reply;
  readonly sent?: (sent: SentCustomer) => SentCustomer;
  readonly paging?: Pick<Page, 'shift'>;
}

/** An answer in the documented error form. */
export function refusal(status: number, code: string, message: unknown, headers?: Reply['headers']): Reply {
  const type = status >= 500 ? 'Server Error' : 'Request Error';
  return { status, headers, body: { Message: message, Status: status, Code: code, Type: type } };
}

export function routeOf(method: string, url: string): Route {
  const [path = '', query] = url.split('?', 2);
  const [resource, id, identity] = path.startsWith(BASE_PATH)
    ? path.slice(BASE_PATH.length + 1).split('/')
    : [];
  if (method === 'POST' && resource === 'customers' && !identity) {
    if (id === '') return { name: 'create' };
    if (id === undefined) return { name: 'none', location: `${BASE_PATH}/customers/` };
  }
  if (method === 'GET' && resource === 'customers' && identity === undefined) {
    if (id === undefined) return { name: 'list', query: new URLSearchParams(query) };
    if (id !== '') return { name: 'get', customerId: id };
  }
  if (method === 'GET' && resource === 'auth' && id === 'key' && identity) return { name: 'auth', identity };
  return { name: 'none' };
}

/** Does what was asked, for the brand whose identity was shown; `body` is that of a create. */
export function answer(
  route: Route,
  { store, identity, traits, body, tampering }: Brand & { body: Body; tampering: Tampering },
): Reply {
  switch (route.name) {
    case 'create':
      return create(store, { body, traits, tampering });
    case 'list':
      return list(store, route.query, { traits, tampering });
    case 'get': {
      if (traits.ids === undefined && !UUID_4.test(route.customerId))
        return refusal(400, 'customer_invalid_uuid4', 'Not a valid UUID4.');
      const customer = store.find(route.customerId);
      if (customer === undefined) return refusal(404, 'customer_dne', 'Customer does not exist.');
      return { status: 200, body: store.show(customer, traits) };
    }
    case 'auth':
      if (route.identity !== identity) return refusal(404, 'invalid_request', 'This key does not exist.');
      return { status: 200, body: { Identity: identity } };
    case 'none':
      if (route.location === undefined) return refusal(404, 'invalid_request', 'There is no such resource.');
      return refusal(308, 'invalid_request', 'Permanent redirect.', { location: route.location });
  }
}

interface Brand {
  readonly store: CustomerStore;
  readonly identity: string;
  readonly traits: Traits;
}

const UUID_4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const PAGE_SIZES = [1, 2, 5, 10, 20, 50];

function create(
  store: CustomerStore,
  { body, traits, tampering }: { body: Body; traits: Traits; tampering: Tampering },
): Reply {
  if (body === 'too large') return refusal(413, 'invalid_request', 'The body is larger than 1 MB.');
  if (body === 'malformed') return refusal(400, 'invalid_request', 'The body is not valid JSON.');
  const checked = checkCustomer(body.json);
  if ('errors' in checked) return refusal(400, 'create_customer_schema', checked.errors);
  const { customer } = checked;
  if (tampering.refuse !== undefined) return tampering.refuse(customer);
  const added = store.add(tampering.sent?.(customer) ?? customer, traits);
  if (added === 'brand_person_id')
    return refusal(400, 'person_id_dup', 'A person with this ID already exists.');
  if (added === 'ssn') {
    return refusal(400, 'create_customer_schema', { ssn: ['A customer with this ssn already exists.'] });
  }
  return { status: 201, body: store.show(added, traits) };
}

function list(
  store: CustomerStore,
  query: URLSearchParams,
  { traits, tampering }: { traits: Traits; tampering: Tampering },
): Reply {
  const page = Number(query.get('page') ?? 1);
  const perPage = Number(query.get('per_page') ?? 20);
  const errors = {
    ...(!(Number.isInteger(page) && page >= 1) && { page: ['Must be greater than or equal to 1.'] }),
    ...(!PAGE_SIZES.includes(perPage) && { per_page: [`Must be one of: ${PAGE_SIZES.join(', ')}.`] }),
  };
  if (Object.keys(errors).length > 0) return refusal(400, 'get_customer_schema', errors);
  const { customers, pages } = store.page({ page, perPage, ...tampering.paging }, traits);
  if (page > pages && traits.listEnd === '404')
    return refusal(404, 'invalid_request', 'There is no such page.');
  const data = customers.map((customer) => {
    const shown = store.show(customer, traits);
    return traits.listedKeys === undefined ? shown : { ...shown, brand_person_id: undefined };
  });
  const page_info = { page, pages, page_size: perPage };
  return { status: 200, body: traits.envelope ? { page_info, data } : data };
}
