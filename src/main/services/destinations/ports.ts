/** A saved destination without its key. */
export interface DestinationRecord {
  readonly id: string;
  readonly name: string;
  /** Server part, `rtmp(s)://host[:port]/app`. */
  readonly url: string;
  readonly isDefault: boolean;
  readonly hasKey: boolean;
}

/** Where destinations are kept (`rtmp_sources`); each method is one transaction. */
export interface DestinationStore {
  /** The account they belong to; null: a guest's. */
  owner(): string | null;
  /** Oldest first. */
  list(): DestinationRecord[];
  /**
   * Adds or changes one. Exactly one is the default afterwards: this one if it asks for it or there is no other.
   * @param sealedKey absent: the saved key stays
   */
  save(record: { id: string; name: string; url: string; isDefault: boolean; sealedKey?: Uint8Array }): void;
  /** Removes one with its key; should it have been the default, the oldest other one becomes it. */
  remove(id: string): void;
  sealedKey(id: string): Uint8Array | null;
}
