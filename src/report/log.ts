import { Writable } from 'node:stream';
import type { Screen } from '../io.js';

/** Something that changed the state of a run, for people and for programs that read the log. */
export interface LogEvent {
  readonly level: 'info' | 'warn' | 'error';
  /** A stable word: `start`, `progress`, `paused`, `down`, `back`, `stopping`, `end`. */
  readonly event: string;
  readonly [field: string]: unknown;
}

/** stderr of which every line is one JSON object: `time`, `level`, `event`, and what belongs to the event. */
export class JsonLog extends Writable {
  readonly isTTY = false;
  readonly #target: NodeJS.WritableStream;

  constructor(target: NodeJS.WritableStream) {
    super({ decodeStrings: false });
    this.#target = target;
  }

  record(event: LogEvent): void {
    this.#target.write(`${JSON.stringify({ time: new Date().toISOString(), ...event })}\n`);
  }

  /** What is said to people becomes the message of an event, a line each. */
  override _write(text: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    for (const line of String(text).split('\n')) {
      if (line.trim() !== '') this.record({ level: 'info', event: 'message', message: line });
    }
    done();
  }
}

/** Tells of an event: as an object to a log of objects, else as a line with its time. */
export function tell(stream: Screen, event: LogEvent, text: string): void {
  if (stream instanceof JsonLog) stream.record(event);
  else stream.write(`${new Date().toISOString()} ${text}\n`);
}
