import { factSchema, type Fact } from './facts.js';

// Two facts in three are of these forms, a million times over: written and read as text they cost a fifth.
const KEY = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const SEND = new RegExp(`^\\{"type":"send","key":"(${KEY})","row":(\\d{1,15}),"hash":"([0-9a-f.]+)"\\}$`);
const DONE = new RegExp(
  `^\\{"type":"done","key":"(${KEY})","status":"(created|existing)","customerId":"(${KEY})"(?:,"echoed":(true|false))?\\}$`,
);

/** The line of a fact, as JSON, without its line end. */
export function lineOf(fact: Fact): string {
  switch (fact.type) {
    case 'send':
      return `{"type":"send","key":"${fact.key}","row":${fact.row},"hash":"${fact.hash}"}`;
    case 'done': {
      if (fact.status !== 'created' && fact.status !== 'existing') return JSON.stringify(fact);
      const echoed = fact.echoed === undefined ? '' : `,"echoed":${fact.echoed}`;
      return `{"type":"done","key":"${fact.key}","status":"${fact.status}","customerId":"${fact.customerId}"${echoed}}`;
    }
    case 'run':
    case 'end':
    case 'brand':
      return JSON.stringify(fact);
  }
}

/** The fact of a line; throws when it is none. */
export function factOf(line: string): Fact {
  return sendOf(line) ?? doneOf(line) ?? factSchema.parse(JSON.parse(line));
}

function sendOf(line: string): Fact | undefined {
  const [, key, row, hash] = SEND.exec(line) ?? [];
  if (key === undefined || hash === undefined) return undefined;
  return { type: 'send', key, row: Number(row), hash };
}

function doneOf(line: string): Fact | undefined {
  const [, key, status, customerId, echoed] = DONE.exec(line) ?? [];
  if (key === undefined || customerId === undefined) return undefined;
  return {
    type: 'done',
    key,
    status: status === 'created' ? status : 'existing',
    customerId,
    ...(echoed !== undefined && { echoed: echoed === 'true' }),
  };
}
