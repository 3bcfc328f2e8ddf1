import { ReasonError } from '../../shared/errors.ts';

/** Posts bytes to `/upload/<name>` of the page's own origin, in every host. @returns the reply envelope */
export async function postUpload(
  origin: string,
  name: string,
  meta: Readonly<Record<string, string>>,
  bytes: Blob,
): Promise<unknown> {
  const address = new URL(`/upload/${name}`, origin);
  for (const [key, value] of Object.entries(meta)) address.searchParams.set(key, value);
  try {
    const response = await fetch(address, { method: 'POST', body: bytes });
    return await response.json();
  } catch (error) {
    throw new ReasonError('ipc.disconnected', `upload ${name}`, { cause: error });
  }
}
