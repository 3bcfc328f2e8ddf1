const SLOTS = 8;
const CONTROL_BYTES = 16;

/**
 * One writer, one reader in another thread: a ring of slots of numbers in shared memory and one atomic word, so that
 * no result is cloned, queued or collected. The word holds the sequence number of the newest complete slot; slot =
 * sequence mod SLOTS. The reader gets every result in order, and only those are left out that were overwritten while
 * it was away. A slot that the writer reached while it was copied is noticed and read again later.
 */
export class ResultRing {
  readonly buffer: SharedArrayBuffer;
  private readonly control: Int32Array;
  private readonly heads: Float64Array[] = [];
  private readonly bodies: Float32Array[] = [];

  /**
   * @param heads doubles per result (times, flags)
   * @param floats floats per result
   * @param buffer of another ring of the same shape; a new one without
   */
  constructor(heads: number, floats: number, buffer?: SharedArrayBuffer) {
    const slotBytes = heads * 8 + Math.ceil((floats * 4) / 8) * 8;
    this.buffer = buffer ?? new SharedArrayBuffer(CONTROL_BYTES + SLOTS * slotBytes);
    this.control = new Int32Array(this.buffer, 0, 1);
    for (let slot = 0; slot < SLOTS; slot++) {
      const at = CONTROL_BYTES + slot * slotBytes;
      this.heads.push(new Float64Array(this.buffer, at, heads));
      this.bodies.push(new Float32Array(this.buffer, at + heads * 8, floats));
    }
  }

  /** Sequence number of the newest result; 0: none yet. */
  get sequence(): number {
    return Atomics.load(this.control, 0);
  }

  /** Publishes a result. @returns its sequence number */
  write(head: Float64Array, body: Float32Array): number {
    const sequence = Atomics.load(this.control, 0) + 1;
    const slot = sequence % SLOTS;
    this.heads[slot]!.set(head);
    this.bodies[slot]!.set(body);
    Atomics.store(this.control, 0, sequence);
    return sequence;
  }

  /**
   * Copies the oldest result after `after` that is still there.
   * @returns its sequence number; 0 when there is none
   */
  read(after: number, head: Float64Array, body: Float32Array): number {
    for (;;) {
      const newest = Atomics.load(this.control, 0);
      if (newest <= after) return 0;
      const sequence = Math.max(after + 1, newest - SLOTS + 2);
      const slot = sequence % SLOTS;
      head.set(this.heads[slot]!);
      body.set(this.bodies[slot]!);
      if (Atomics.load(this.control, 0) - sequence < SLOTS - 1) return sequence;
    }
  }
}
