/** Named JSON values of this machine. */
export interface KeyValueStore {
  /** Undefined when there is none. */
  get(key: string): unknown;
  set(key: string, value: unknown): void;
}
