import { randomUUID } from 'node:crypto';
import { parseRtmpUrl, type RtmpTarget } from '../../../shared/domain/rtmp-url.ts';
import { completeUrl, isOfferedIngest, type Service, serviceOf } from '../../../shared/domain/services.ts';
import { ReasonError } from '../../../shared/errors.ts';
import type { RequestOf } from '../../../shared/ipc/contract.ts';
import type { Destination, destinationsSave } from '../../../shared/ipc/destinations.ts';
import type { SecretStore } from '../../host/port.ts';
import type { DestinationStore } from './ports.ts';

export interface DestinationsOptions {
  readonly store: DestinationStore;
  readonly secrets: SecretStore;
  /** The services that addresses are known by. */
  readonly services: readonly Service[];
  /** Called with the whole list after every change. */
  readonly publish: (destinations: Destination[]) => void;
  /** Told every key before anything else sees it, so that no log can hold it. */
  readonly registerSecret: (secret: string) => void;
}

/** A destination ready to go live, key included: for the media process, never for a page. */
export interface OpenDestination {
  readonly id: string;
  readonly name: string;
  readonly target: RtmpTarget;
}

/** Stands for the key when only the server part is checked. */
const SOME_KEY = 'key';

/** The destinations a user saved. Keys come in sealed, and go out to the media engine only. */
export class Destinations {
  readonly #options: DestinationsOptions;
  /** Their sealed keys cannot be opened in this run: the user is asked again, what is stored stays. */
  readonly #unreadable = new Set<string>();

  constructor(options: DestinationsOptions) {
    this.#options = options;
  }

  list(): Destination[] {
    return this.#options.store.list().map((record) => ({
      ...record,
      hasKey: record.hasKey && !this.#unreadable.has(record.id),
      service: serviceOf(record.url, this.#options.services)?.id ?? null,
    }));
  }

  /**
   * Adds or changes a destination. A whole publish address without a separate key is split, so that its key does
   * not stay in sight; an address without the path that its service always has gets it.
   * @throws ReasonError `destination.bad-url`, `destination.not-found`; `data.busy` when another account was opened
   *   meanwhile
   */
  async save(input: RequestOf<typeof destinationsSave>): Promise<Destination> {
    const { store, secrets, registerSecret, services } = this.#options;
    if (input.id !== undefined) this.#find(input.id);
    const { server, key } = splitAddress(input.url, input.key, input.id === undefined, services);
    if (key !== undefined) registerSecret(key);
    const id = input.id ?? randomUUID();
    const owner = store.owner();
    const sealedKey = key === undefined ? undefined : await secrets.seal(key);
    // A keyring may ask its user first; what was typed for one account is put into no other.
    if (store.owner() !== owner) throw new ReasonError('data.busy', 'another account was opened');
    store.save({ id, name: input.name, url: server, isDefault: input.isDefault, sealedKey });
    if (sealedKey) this.#unreadable.delete(id);
    this.publish();
    return this.#find(id);
  }

  /** @throws ReasonError `destination.not-found` */
  remove(id: string): void {
    this.#find(id);
    this.#options.store.remove(id);
    this.publish();
  }

  /** @throws ReasonError `destination.not-found`, `destination.no-key`, `secrets.unreadable` */
  async open(id: string): Promise<OpenDestination> {
    const { name, url } = this.#find(id);
    const sealed = this.#options.store.sealedKey(id);
    if (!sealed) throw new ReasonError('destination.no-key', name);
    const key = await this.#openKey(id, sealed);
    this.#options.registerSecret(key);
    return { id, name, target: parseRtmpUrl(url, key) };
  }

  publish(): void {
    this.#options.publish(this.list());
  }

  async #openKey(id: string, sealed: Uint8Array): Promise<string> {
    try {
      return await this.#options.secrets.open(sealed);
    } catch (error) {
      this.#unreadable.add(id);
      this.publish();
      throw error;
    }
  }

  #find(id: string): Destination {
    const found = this.list().find((record) => record.id === id);
    if (!found) throw new ReasonError('destination.not-found');
    return found;
  }
}

function splitAddress(
  typed: string,
  key: string | undefined,
  isNew: boolean,
  services: readonly Service[],
): { server: string; key?: string } {
  const service = serviceOf(typed, services);
  const url = completeUrl(service, typed);
  const offered = isOfferedIngest(url, services);
  try {
    if (key === undefined && isNew && !offered) {
      const whole = wholeAddress(url, service);
      if (whole !== null) return parseRtmpUrl(whole);
    }
    // A query may carry a secret, and the server part is shown.
    if (url.includes('?') && !offered) {
      throw new ReasonError('usage.bad-url', 'a query belongs to the stream key');
    }
    return { server: parseRtmpUrl(url, key ?? SOME_KEY).server, key };
  } catch (error) {
    const detail = error instanceof ReasonError ? error.detail : undefined;
    throw new ReasonError('destination.bad-url', detail, { cause: error });
  }
}

/** The address as a whole publish address, its key at the end; null when it is a server part. */
function wholeAddress(url: string, service: Service | null): string | null {
  if (/^[^/]*\/\/[^/]*\/[^/?]+\/[^/]/.test(url)) return url;
  // A single part of the path that is not the service's own is the key, pasted behind a host without its path.
  const single = /^([^/]*\/\/[^/]*)(\/[^/]+)\/?$/.exec(url);
  if (single && service?.app && single[2] !== service.app) return `${single[1]}${service.app}${single[2]}`;
  return url.includes('?') ? url : null;
}
