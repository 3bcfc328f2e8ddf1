/** Bytes. Files are ended, in order, when less room than this is left on their disk; with less none is begun. */
export const MIN_FREE_BYTES = 1_000_000_000;
