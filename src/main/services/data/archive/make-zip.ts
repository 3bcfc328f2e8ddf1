import { createHash } from 'node:crypto';
import { crc32, deflateRawSync } from 'node:zlib';
import { ARCHIVE_FORMAT, ARCHIVE_VERSION, MANIFEST } from './manifest.ts';

/** One entry of a ZIP for tests, with whatever lies it is to tell. */
export interface TestEntry {
  readonly name: string;
  readonly data: Uint8Array | string;
  readonly deflate?: boolean;
  /** Unpacked size that is claimed. */
  readonly claims?: number;
  /** As of Unix, in the upper half of the external attributes. */
  readonly mode?: number;
  /** Bit 0 of the general purpose flag. */
  readonly encrypted?: boolean;
}

/** For tests: a ZIP (APPNOTE 6.3) whose every field can be bent. */
export function makeZip(entries: readonly TestEntry[], claimsEntries = entries.length): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const data = Buffer.from(entry.data);
    const packed = entry.deflate ? deflateRawSync(data, { level: 9 }) : data;
    const name = Buffer.from(entry.name);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(0x800 | (entry.encrypted ? 1 : 0), 2);
    fields.writeUInt16LE(entry.deflate ? 8 : 0, 4);
    fields.writeUInt32LE(crc32(data), 10);
    fields.writeUInt32LE(packed.byteLength, 14);
    fields.writeUInt32LE(entry.claims ?? data.byteLength, 18);
    fields.writeUInt16LE(name.byteLength, 22);
    bodies.push(Buffer.concat([signature(0x04034b50), fields, name, packed]));
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([signature(0x02014b50), Buffer.from([0x3f, 3]), fields, tail, name]));
    offset += bodies.at(-1)!.byteLength;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(claimsEntries & 0xffff, 4);
  end.writeUInt16LE(claimsEntries & 0xffff, 6);
  end.writeUInt32LE(central.byteLength, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...bodies, central, signature(0x06054b50), end]);
}

/** For tests: an archive of these entries with a manifest that agrees with them, changed by `change`. */
export function makeArchive(
  entries: readonly TestEntry[],
  change: Readonly<Record<string, unknown>> = {},
): TestEntry[] {
  const files = Object.fromEntries(
    entries.map(({ name, data, claims }) => [
      name,
      {
        sha256: createHash('sha256').update(data).digest('hex'),
        bytes: claims ?? Buffer.from(data).byteLength,
      },
    ]),
  );
  const manifest = {
    format: ARCHIVE_FORMAT,
    version: ARCHIVE_VERSION,
    app: '0.1.0',
    made_at: '2026-11-23T00:00:00.000Z',
    owner: null,
    counts: {},
    files,
    ...change,
  };
  return [...entries, { name: MANIFEST, data: JSON.stringify(manifest), deflate: true }];
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
