import { readFileSync } from 'node:fs';
import { type Service, servicesFileSchema } from '../../../shared/domain/services.ts';

/**
 * Reads and checks the bundled list of streaming services, in the order they are offered.
 * @throws ZodError, Error when the file is not what it should be or names a service twice
 */
export function readServices(path: string): readonly Service[] {
  const { services } = servicesFileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  const ids = new Set(services.map(({ id }) => id));
  if (ids.size !== services.length) throw new Error(`${path} names a service twice`);
  return services;
}

/** The services of this program, published once for every page that comes. */
export class Services {
  readonly list: readonly Service[];
  readonly #publish: (snapshot: { services: Service[] }) => void;

  /** @param path resources/services.json. @throws as {@link readServices} */
  constructor(path: string, publish: (snapshot: { services: Service[] }) => void) {
    this.list = readServices(path);
    this.#publish = publish;
  }

  publish(): void {
    this.#publish({ services: [...this.list] });
  }
}
