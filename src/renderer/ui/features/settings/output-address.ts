/** Colours an output page can stand on instead of nothing. */
export const OUTPUT_GREEN = '00ff00';

/** The address of the output page on a plain colour (`rrggbb`); null: transparent, as it is. Pure. */
export function outputAddress(url: string, background: string | null): string {
  if (background === null) return url;
  const address = new URL(url);
  address.searchParams.set('background', background);
  return address.href;
}
