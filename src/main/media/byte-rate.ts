const SLOT_MS = 250;
const SLOTS = 12;

/** Kilobits per second of single packets over the last three seconds. Counting allocates nothing. */
export class ByteRate {
  readonly #bytes = new Float64Array(SLOTS);
  #slot = 0;
  #firstSlot: number | null = null;

  /** @param nowMs of one monotonic clock */
  add(bytes: number, nowMs: number): void {
    this.#advance(nowMs);
    this.#firstSlot ??= this.#slot;
    const at = this.#slot % SLOTS;
    this.#bytes[at] = this.#bytes[at]! + bytes;
  }

  kbps(nowMs: number): number {
    if (this.#firstSlot === null) return 0;
    this.#advance(nowMs);
    let bytes = 0;
    // The slot that is being filled says nothing yet.
    for (let i = 0; i < SLOTS; i++) if (i !== this.#slot % SLOTS) bytes += this.#bytes[i]!;
    const slots = Math.min(SLOTS - 1, this.#slot - this.#firstSlot);
    return slots === 0 ? 0 : Math.round((bytes * 8) / (slots * SLOT_MS));
  }

  #advance(nowMs: number): void {
    const slot = Math.floor(nowMs / SLOT_MS);
    if (this.#firstSlot === null) this.#slot = slot;
    const passed = Math.min(SLOTS, slot - this.#slot);
    for (let i = 1; i <= passed; i++) this.#bytes[(slot - passed + i) % SLOTS] = 0;
    this.#slot = Math.max(this.#slot, slot);
  }
}
