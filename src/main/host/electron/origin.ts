/** Pages live at `app://studio/…`: a scheme of our own, so that nothing of the file system has their rights. */
export const PAGE_SCHEME = 'app';
export const PAGE_HOST = 'studio';
export const PAGE_ORIGIN = `${PAGE_SCHEME}://${PAGE_HOST}`;

/** True for an address or origin of the studio's own pages. */
export function isOwn(address: string): boolean {
  const url = URL.parse(address);
  return (
    url !== null &&
    url.protocol === `${PAGE_SCHEME}:` &&
    url.host === PAGE_HOST &&
    url.username === '' &&
    url.password === ''
  );
}
