/** The newest samples of a few columns in rings of fixed size: nothing is allocated while it fills. */
export class History {
  readonly capacity: number;
  readonly columns: number;
  readonly times: Float64Array;
  readonly values: Float32Array;
  /** How many samples were ever written. */
  written = 0;

  constructor(columns: number, capacity = 1024) {
    this.columns = columns;
    this.capacity = capacity;
    this.times = new Float64Array(capacity);
    this.values = new Float32Array(capacity * columns);
  }

  /** Begins a sample. @returns where its columns begin in `values` */
  begin(atMs: number): number {
    const slot = this.written % this.capacity;
    this.times[slot] = atMs;
    this.written++;
    return slot * this.columns;
  }

  /** The newest value of a column; NaN when there is none. */
  newest(column: number): number {
    if (this.written === 0) return Number.NaN;
    return this.values[((this.written - 1) % this.capacity) * this.columns + column]!;
  }

  clear(): void {
    this.written = 0;
  }
}
