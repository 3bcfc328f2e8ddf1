import { parseRtmpUrl } from '../../../../../shared/domain/rtmp-url.ts';
import type { Service } from '../../../../../shared/domain/services.ts';
import type { Destination } from '../../../../../shared/ipc/destinations.ts';

/** Stands for a service that is not in the list, and for an address that the service does not name. */
export const OTHER = 'custom';

/** A destination as it is being typed. */
export interface Draft {
  readonly name: string;
  /** Id of a service, or {@link OTHER}. */
  readonly service: string;
  /** One of the service's addresses, or {@link OTHER}: the typed one. */
  readonly ingest: string;
  /** Typed: a whole address, or of a known service its server alone. */
  readonly address: string;
  /** Empty: keep the saved one. */
  readonly key: string;
  readonly isDefault: boolean;
}

/** Characters that move the cursor or turn a line around; main refuses them, too. */
const UNFIT = /[\p{Cc}\p{Bidi_C}]/u;

export interface DraftProblems {
  name?: 'missing' | 'unfit';
  url?: true;
  key?: true;
}

/** How the dialog begins: as it was saved, or with the first service. Pure. */
export function draftOf(destination: Destination | null, services: readonly Service[]): Draft {
  const service = destination
    ? services.find(({ id }) => id === destination.service)
    : (services.find(({ id }) => id !== OTHER) ?? undefined);
  const url = destination?.url ?? '';
  return {
    name: destination?.name ?? service?.name ?? '',
    service: service?.id ?? OTHER,
    ingest: destination
      ? (service?.ingests.find((each) => each.url === url)?.url ?? OTHER)
      : preferredIngest(service),
    address: url,
    key: '',
    isDefault: destination?.isDefault ?? false,
  };
}

/** The same draft for another service; a name that was not typed follows it. Pure. */
export function withService(draft: Draft, id: string, services: readonly Service[]): Draft {
  const before = services.find((each) => each.id === draft.service);
  const service = services.find((each) => each.id === id);
  const untouched = draft.name.trim() === '' || draft.name === before?.name;
  return {
    ...draft,
    service: id,
    ingest: preferredIngest(service),
    address: '',
    name: untouched ? (id === OTHER ? '' : (service?.name ?? '')) : draft.name,
  };
}

/** The first encrypted address, else the first. */
function preferredIngest(service: Service | undefined): string {
  const ingests = service?.ingests ?? [];
  return (ingests.find(({ url }) => isSecure(url)) ?? ingests[0])?.url ?? OTHER;
}

/** The address that is saved: the chosen one, or what was typed with what the service's addresses all have. Pure. */
export function addressOf(draft: Draft, services: readonly Service[]): string {
  if (draft.ingest !== OTHER) return draft.ingest;
  const typed = draft.address.trim();
  const service = services.find(({ id }) => id === draft.service);
  if (typed === '' || !service || service.id === OTHER) return typed;
  const whole = /^[a-z]+:\/\//i.test(typed) ? typed : `rtmps://${typed}`;
  const bare = /^[a-z]+:\/\/[^/]+\/?$/i.test(whole);
  return bare && service.app ? whole.replace(/\/?$/, '') + withSlash(service.app) : whole;
}

function withSlash(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

export function isSecure(url: string): boolean {
  return /^rtmps:\/\//i.test(url.trim());
}

/** What still has to be filled in; main checks again. Pure. */
export function draftProblems(
  draft: Draft,
  hasSavedKey: boolean,
  services: readonly Service[],
): DraftProblems {
  const problems: DraftProblems = {};
  if (!draft.name.trim()) problems.name = 'missing';
  else if (UNFIT.test(draft.name.trim())) problems.name = 'unfit';
  if (!isServerAddress(addressOf(draft, services))) problems.url = true;
  if (!draft.key.trim() && !hasSavedKey) problems.key = true;
  return problems;
}

export function isServerAddress(url: string): boolean {
  try {
    // The key is another field; any stands in for it while the server part is checked.
    parseRtmpUrl(url, 'key');
    return true;
  } catch {
    return false;
  }
}
