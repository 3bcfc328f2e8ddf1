/** What test tools and `await` ask of any value; a real object would not have it either. */
const ASKED_OF_ANYTHING: ReadonlySet<string> = new Set([
  'then',
  'toJSON',
  'asymmetricMatch',
  'nodeType',
  '$$typeof',
  'tagName',
  'hasAttribute',
]);

/** `target`, refusing every property it does not have: a call that no test knows must not pass unseen. */
export function strict<T extends object>(name: string, target: T): T {
  return new Proxy(target, {
    get(object, property) {
      if (typeof property === 'symbol' || property in object) {
        const value: unknown = Reflect.get(object, property, object);
        return typeof value === 'function' && !/^class\b/.test(Function.prototype.toString.call(value))
          ? value.bind(object)
          : value;
      }
      if (ASKED_OF_ANYTHING.has(property)) return undefined;
      throw new Error(`fake electron: ${name}.${property} is not known`);
    },
    set(_object, property) {
      throw new Error(`fake electron: ${name}.${String(property)} cannot be set`);
    },
  });
}

type Listener = (...args: unknown[]) => void;

/** An event emitter that knows its events. */
export class FakeEmitter {
  readonly #name: string;
  readonly #events: readonly string[];
  readonly #listeners = new Map<string, Listener[]>();

  constructor(name: string, events: readonly string[]) {
    this.#name = name;
    this.#events = events;
  }

  on(event: string, listener: Listener): this {
    this.#of(event).push(listener);
    return this;
  }

  off(event: string, listener: Listener): this {
    const listeners = this.#of(event);
    if (listeners.includes(listener)) listeners.splice(listeners.indexOf(listener), 1);
    return this;
  }

  fire(event: string, ...args: unknown[]): void {
    for (const listener of [...this.#of(event)]) listener(...args);
  }

  /**
   * Fires an event whose first argument is Electron's event object, with `details` on it.
   * @returns whether its default was prevented
   */
  happen(event: string, details: object = {}, ...args: unknown[]): { prevented: boolean } {
    const outcome = { prevented: false };
    const object = {
      ...details,
      defaultPrevented: false,
      preventDefault: () => {
        outcome.prevented = true;
      },
    };
    for (const listener of [...this.#of(event)]) listener(object, ...args);
    return outcome;
  }

  listenerCount(event: string): number {
    return this.#of(event).length;
  }

  #of(event: string): Listener[] {
    if (!this.#events.includes(event)) {
      throw new Error(`fake electron: ${this.#name}.on('${event}') is not known`);
    }
    const listeners = this.#listeners.get(event) ?? [];
    this.#listeners.set(event, listeners);
    return listeners;
  }
}
