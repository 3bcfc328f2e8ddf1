import type { Context } from '../context.ts';
import { matchesRedirect } from '../project-config.ts';

/** Scheme and host of an address as it is written; nothing that a browser would read as another host gets through. */
const WRITTEN = /^(https?):\/\/([a-z0-9.-]+)(?::\d{1,5})?(?:[/?]|$)/i;

/**
 * Whether `wanted` is on the site's own host, whatever its port: GoTrue leads there without asking the allow-list, which
 * is how the studio's free port of the loopback needs no wildcard.
 */
function onSite(site: string, wanted: string): boolean {
  const own = WRITTEN.exec(site);
  const its = WRITTEN.exec(wanted);
  return own !== null && its !== null && own[1] === its[1] && own[2]!.toLowerCase() === its[2]!.toLowerCase();
}

/** Where a browser may be led: the wanted address if it is allowed, else the site's own, as GoTrue does. */
export function allowedRedirect(
  { config, url }: Pick<Context, 'config' | 'url'>,
  wanted: string | null,
): string {
  const site = config.siteUrl ?? `${url()}/`;
  if (wanted === null || !URL.canParse(wanted)) return site;
  const { hash, username, password } = new URL(wanted);
  if (hash !== '' || username !== '' || password !== '' || /^[^/?#]*\/\/[^/?#]*@/.test(wanted)) return site;
  if (onSite(site, wanted) || config.redirectUrls.some((pattern) => matchesRedirect(pattern, wanted)))
    return wanted;
  return site;
}

/** `to` with more parameters behind it; also for `vida3://`. */
export function withParams(to: string, params: Readonly<Record<string, string>>): string {
  const url = new URL(to);
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return url.href;
}
