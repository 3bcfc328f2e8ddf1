/**
 * The parameter sets of an AVCDecoderConfigurationRecord as they stand in front of a key frame: NAL units with
 * 4-byte lengths, SPS first (ISO 14496-15, 5.3.3.1.2).
 */
export function parameterSetsOf(avcC: Uint8Array): Uint8Array {
  const record = Buffer.from(avcC.buffer, avcC.byteOffset, avcC.byteLength);
  const parts: Uint8Array[] = [];
  let at = 5;
  for (const mask of [0x1f, 0xff]) {
    const count = record[at++]! & mask;
    for (let i = 0; i < count; i++) {
      const length = record.readUInt16BE(at);
      const prefix = Buffer.alloc(4);
      prefix.writeUInt32BE(length);
      parts.push(prefix, record.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
  }
  return Buffer.concat(parts);
}
