import { z } from 'zod';
import { PICTURE_LIMITS, type Picture } from './studio.ts';

/** What a service takes, from resources/services.json. Null: the service says nothing about it. */
export const serviceLimitsSchema = z.object({
  maxKbps: z.int().positive().nullable(),
  /** What the service recommends at most when it takes more. */
  recommendedKbps: z.int().positive().nullable(),
  maxWidth: z.int().positive().nullable(),
  maxHeight: z.int().positive().nullable(),
  maxFps: z.int().positive().nullable(),
  keyFrameSeconds: z.number().positive().nullable(),
  maxAudioKbps: z.int().positive().nullable(),
  profiles: z.array(z.enum(['baseline', 'main', 'high'])).nullable(),
});

export const serviceSchema = z.object({
  id: z.string().regex(/^[a-z0-9-]{1,40}$/),
  name: z.string().min(1).max(60),
  /** The ingest addresses offered, RTMPS first; empty: the user gives the server (`hosts` tells what fits). */
  ingests: z.array(z.object({ name: z.string(), url: z.string() })),
  /** Host names (or suffixes, with a leading dot) by which a saved address is known to be of this service. */
  hosts: z.array(z.string()),
  /** Path that every address of it has; null: any. Kick: `/app`. */
  app: z.string().nullable(),
  /** Every host of it takes RTMPS, also those that no ingest names; absent: only what the ingests say. */
  secure: z.boolean().optional(),
  /** Where the user finds the stream key. */
  keyPage: z.string().nullable(),
  limits: serviceLimitsSchema,
  codecs: z.array(z.enum(['h264', 'hevc', 'av1'])),
  audio: z.array(z.enum(['aac'])),
  source: z.string(),
  /** When that was looked up, YYYY-MM-DD. */
  date: z.string().regex(/^\d{4}-\d\d-\d\d$/),
});
export type Service = z.infer<typeof serviceSchema>;

export const servicesFileSchema = z.object({ services: z.array(serviceSchema).min(1) });

export const SERVICE_PROBLEMS = [
  'bitrate',
  'bitrate-recommended',
  'width',
  'height',
  'fps',
  'key-frames',
  'audio-bitrate',
  'codec',
  'profile',
  'not-secure',
  'wrong-path',
] as const;
export type ServiceProblemCode = (typeof SERVICE_PROBLEMS)[number];

/** One way in which a destination would get what its service does not take, or does not recommend. */
export interface ServiceProblem {
  readonly code: ServiceProblemCode;
  readonly limit: number | null;
  readonly actual: number | null;
  /** `failed`: the service refuses or breaks it; `warning`: it works, but not well. */
  readonly severity: 'warning' | 'failed';
}

/** What a destination would be sent. */
export interface ServiceOffer {
  /** Server part of its address. */
  readonly url: string;
  readonly codec: Service['codecs'][number];
  readonly profile: 'baseline' | 'main' | 'high';
  readonly kbps: number;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly keyFrameSeconds: number;
  readonly audioKbps: number;
}

/** Problems that {@link fitPicture} solves. */
const PICTURE_PROBLEMS: ReadonlySet<ServiceProblemCode> = new Set<ServiceProblemCode>([
  'bitrate',
  'bitrate-recommended',
  'width',
  'height',
  'fps',
]);

export function isPictureProblem(code: ServiceProblemCode): boolean {
  return PICTURE_PROBLEMS.has(code);
}

/** A stream of a lower profile plays wherever one of a higher profile does. */
const PROFILE_RANK = { baseline: 0, main: 1, high: 2 } as const;

interface Address {
  readonly protocol: 'rtmp' | 'rtmps';
  readonly host: string;
  /** `:PORT` or nothing. */
  readonly port: string;
  /** With its slash, without one at the end and without a query; nothing when there is none. */
  readonly path: string;
  readonly query: string;
}

function parseAddress(url: string): Address | null {
  const match = /^(rtmps?):\/\/(\[[0-9a-f:.]+\]|[^/:@?#\s[\]]+)(:\d{1,5})?(\/[^?\s]*)?(\?\S*)?$/i.exec(
    url.trim(),
  );
  if (!match) return null;
  return {
    protocol: match[1]!.toLowerCase() as Address['protocol'],
    host: match[2]!.toLowerCase(),
    port: match[3] ?? '',
    path: (match[4] ?? '').replace(/\/+$/, ''),
    query: match[5] ?? '',
  };
}

/**
 * The service an address belongs to: a host that is named whole comes before a suffix, a longer suffix before a
 * shorter one, as one service's host may end like another's. Null: none that is known, or no address.
 */
export function serviceOf(url: string, services: readonly Service[]): Service | null {
  const host = parseAddress(url)?.host;
  if (host === undefined) return null;
  let best: Service | null = null;
  let bestLength = 0;
  for (const service of services) {
    for (const name of [
      ...service.hosts,
      ...service.ingests.map((each) => parseAddress(each.url)?.host ?? ''),
    ]) {
      const whole = host === name.toLowerCase();
      const suffix = name.startsWith('.') && host.endsWith(name.toLowerCase());
      const length = whole ? Number.MAX_SAFE_INTEGER : suffix ? name.length : 0;
      if (length > bestLength) [best, bestLength] = [service, length];
    }
  }
  return best;
}

/** Whether a service itself hands out this address: then nothing in it is a secret, its query included. */
export function isOfferedIngest(url: string, services: readonly Service[]): boolean {
  return services.some(({ ingests }) => ingests.some((ingest) => ingest.url === url.trim()));
}

/**
 * The address with the path that all addresses of the service have, where it has none: Kick shows a host without it,
 * and refuses a stream without it. Everything else stays as it was typed.
 */
export function completeUrl(service: Service | null, url: string): string {
  const address = parseAddress(url);
  if (!address || !service?.app || address.path !== '') return url;
  return `${address.protocol}://${address.host}${address.port}${service.app}${address.query}`;
}

/**
 * The encrypted address of the same service; null when it is encrypted already or none is known. A regional host
 * keeps its region where every host of the service takes RTMPS.
 */
export function secureIngest(service: Service, url: string): string | null {
  const address = parseAddress(url);
  if (!address || address.protocol === 'rtmps') return null;
  if (service.secure)
    return `rtmps://${address.host}:443${address.path || (service.app ?? '')}${address.query}`;
  const secure = service.ingests.filter((ingest) => ingest.url.startsWith('rtmps:'));
  const label = (text: string) => parseAddress(text)?.host.split('.')[0];
  const twin = secure.find((ingest) => label(ingest.url) === label(url));
  return (twin ?? secure[0])?.url ?? null;
}

/** The size limits for a picture lying or upright: a service that takes 1920×1080 takes 1080×1920. */
function sizeLimits(
  { maxWidth, maxHeight }: Service['limits'],
  { width, height }: { readonly width: number; readonly height: number },
): { readonly width: number; readonly height: number } {
  const [a, b] = [maxWidth ?? Number.POSITIVE_INFINITY, maxHeight ?? Number.POSITIVE_INFINITY];
  const both = maxWidth !== null && maxHeight !== null;
  const [long, short] = both ? [Math.max(a, b), Math.min(a, b)] : [a, b];
  return height > width ? { width: short, height: long } : { width: long, height: short };
}

/** What the service would not take, or not recommend, of the offer. Empty: all is well. Pure. */
export function checkService(service: Service, offer: ServiceOffer): ServiceProblem[] {
  const { limits } = service;
  const problems: ServiceProblem[] = [];
  const over = (
    code: ServiceProblemCode,
    limit: number | null,
    actual: number,
    severity: ServiceProblem['severity'] = 'failed',
  ): boolean => {
    const isOver = limit !== null && Number.isFinite(limit) && actual > limit;
    if (isOver) problems.push({ code, limit, actual, severity });
    return isOver;
  };
  const say = (code: ServiceProblemCode, severity: ServiceProblem['severity']) =>
    problems.push({ code, limit: null, actual: null, severity });
  if (!over('bitrate', limits.maxKbps, offer.kbps)) {
    over('bitrate-recommended', limits.recommendedKbps, offer.kbps, 'warning');
  }
  const size = sizeLimits(limits, offer);
  over('width', size.width, offer.width);
  over('height', size.height, offer.height);
  over('fps', limits.maxFps, offer.fps);
  over('key-frames', limits.keyFrameSeconds, offer.keyFrameSeconds);
  over('audio-bitrate', limits.maxAudioKbps, offer.audioKbps);
  if (!service.codecs.includes(offer.codec)) say('codec', 'failed');
  const highest = limits.profiles && Math.max(...limits.profiles.map((profile) => PROFILE_RANK[profile]));
  if (highest !== null && PROFILE_RANK[offer.profile] > highest) say('profile', 'warning');
  const address = parseAddress(offer.url);
  if (address && service.app !== null && address.path !== service.app) say('wrong-path', 'failed');
  if (secureIngest(service, offer.url) !== null) say('not-secure', 'warning');
  return problems;
}

/**
 * The largest picture, at the highest rate and bitrate, that all of the services take and recommend and that is not
 * more than `picture`: its shape is kept (to the even pixel), 60 pictures a second become 30. What fits is returned as
 * it is. Null: nothing that the studio can make is small enough.
 */
export function fitPicture(picture: Picture, services: readonly Service[]): Picture | null {
  const lowest = (values: readonly (number | null)[], start: number) =>
    values.reduce<number>((least, value) => Math.min(least, value ?? least), start);
  const limits = services.map((service) => service.limits);
  const sizes = limits.map((each) => sizeLimits(each, picture));
  const { width, height } = fitSize(
    picture,
    lowest(
      sizes.map((size) => size.width),
      picture.width,
    ),
    lowest(
      sizes.map((size) => size.height),
      picture.height,
    ),
  );
  const fps = fitFps(
    picture.fps,
    lowest(
      limits.map((each) => each.maxFps),
      picture.fps,
    ),
  );
  const kbps = limits.flatMap(({ maxKbps, recommendedKbps }) => [maxKbps, recommendedKbps]);
  const bitrateKbps = lowest(kbps, picture.bitrateKbps);
  const { minWidth, minHeight, minKbps } = PICTURE_LIMITS;
  if (width < minWidth || height < minHeight || bitrateKbps < minKbps) return null;
  return { width, height, fps, bitrateKbps };
}

/** Two encodes of one programme, so with one rate: each fits the services that it goes to. */
export function fitPictures(
  main: Picture,
  mainServices: readonly Service[],
  second: Omit<Picture, 'fps'> | null,
  secondServices: readonly Service[],
): { readonly main: Picture; readonly second: Omit<Picture, 'fps'> | null } | null {
  const fitMain = fitPicture(main, mainServices);
  const fitSecond = second && fitPicture({ ...second, fps: main.fps }, secondServices);
  if (!fitMain || (second && !fitSecond)) return null;
  if (!fitSecond) return { main: fitMain, second: null };
  const { fps, ...size } = fitSecond;
  return { main: { ...fitMain, fps: Math.min(fitMain.fps, fps) }, second: size };
}

function fitFps(fps: number, max: number): number {
  if (fps <= max) return fps;
  return [60, 30].find((step) => step < fps && step <= max) ?? Math.max(1, Math.floor(max));
}

/** A size of exactly the same shape is worth a few pixels: it comes without a stretched or cut edge. */
const EXACT_SHARE = 0.9;

function fitSize(
  { width, height }: { readonly width: number; readonly height: number },
  maxWidth: number,
  maxHeight: number,
): { width: number; height: number } {
  if (width <= maxWidth && height <= maxHeight) return { width, height };
  const divisor = greatestDivisor(width, height);
  const [unitWidth, unitHeight] = [width / divisor, height / divisor];
  const step = unitWidth % 2 === 0 && unitHeight % 2 === 0 ? 1 : 2;
  const times = Math.floor(Math.min(maxWidth / unitWidth, maxHeight / unitHeight));
  const exact = times - (times % step);
  const nearWidth = even(Math.min(maxWidth, (maxHeight * width) / height));
  if (exact * unitWidth >= EXACT_SHARE * nearWidth) {
    return { width: exact * unitWidth, height: exact * unitHeight };
  }
  const nearHeight = 2 * Math.round((nearWidth * height) / width / 2);
  return { width: nearWidth, height: Math.min(nearHeight, even(maxHeight)) };
}

function even(value: number): number {
  return 2 * Math.floor(value / 2);
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
