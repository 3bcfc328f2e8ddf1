/** Something that must not be shipped: which check found it and what it is. */
export interface Problem {
  readonly check: string;
  readonly detail: string;
}
