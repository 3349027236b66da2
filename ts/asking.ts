import { MessagePort, type Worker } from 'node:worker_threads';
import { callMethod } from './methods.js';
import { Deferred } from './session/deferred.js';
import { type Parcel, pack, unpack } from './thrown.js';

/**
 * Calls of an object in another thread of ours, whose arguments and results are plain data and
 * ports. Comlink would do, but takes long to load.
 */

interface Question {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

interface Answer {
  readonly id: number;
  value?: unknown;
  thrown?: Parcel;
}

/** The names of methods. */
export type Methods<T> = {
  [K in keyof T]: T[K] extends (...args: never[]) => unknown ? K : never;
}[keyof T] &
  string;
type Call<T, K extends keyof T> = Extract<T[K], (...args: never[]) => unknown>;
export type Arguments<T, K extends keyof T> = Parameters<Call<T, K>>;
export type Result<T, K extends keyof T> = Promise<Awaited<ReturnType<Call<T, K>>>>;

/** The side that asks. */
export class Asker<T> {
  readonly #end: Worker;
  readonly #pending = new Map<number, Deferred<unknown>>();
  #lastId = 0;

  constructor(end: Worker) {
    this.#end = end;
    end.on('message', (answer: Answer) => this.#settle(answer));
  }

  ask<K extends Methods<T>>(method: K, ...args: Arguments<T, K>): Result<T, K> {
    return this.#expect((id) => {
      const question: Question = { id, method, args };
      const ports = args.filter((arg) => (arg as unknown) instanceof MessagePort);
      this.#end.postMessage(question, ports as unknown as MessagePort[]);
    }) as Result<T, K>;
  }

  /** The result of a call by other means, which `fail` also rejects. */
  until<R>(work: Promise<R>): Promise<R> {
    return this.#expect((id) => {
      work.then(
        (value) => this.#take(id)?.resolve(value),
        (thrown) => this.#take(id)?.reject(thrown),
      );
    }) as Promise<R>;
  }

  #expect(begin: (id: number) => void): Promise<unknown> {
    const id = ++this.#lastId;
    const answered = new Deferred<unknown>();
    this.#pending.set(id, answered);
    try {
      begin(id);
    } catch (thrown) {
      this.#take(id)?.reject(thrown);
    }
    return answered.promise;
  }

  #take(id: number): Deferred<unknown> | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #settle({ id, value, thrown }: Answer): void {
    if (thrown === undefined) this.#take(id)?.resolve(value);
    else this.#take(id)?.reject(unpack(thrown));
  }

  /** The other side answers no more. */
  fail(reason: unknown): void {
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
  }
}

/** Lets the other end call all methods of an object. */
export function answer(object: object, end: MessagePort): void {
  end.on('message', async ({ id, method, args }: Question) => {
    try {
      const value = await callMethod(object, method, args);
      end.postMessage({ id, value } satisfies Answer);
    } catch (thrown) {
      end.postMessage({ id, thrown: pack(thrown) } satisfies Answer);
    }
  });
}
