import { createHash } from 'node:crypto';
import { createRandom } from '../../../src/shared/random.js';

const PREFIX_BYTES = 56;
const CHECKSUM_AT = 24;

/** The file with the lengths in its prefix and the checksum as they ought to be, as somebody who means harm would leave it. */
export function withChecksum(file: Buffer): Buffer {
  const bytes = Buffer.from(file);
  const hash = createHash('sha256').update(bytes.subarray(0, CHECKSUM_AT)).update(bytes.subarray(PREFIX_BYTES));
  hash.digest().copy(bytes, CHECKSUM_AT);
  return bytes;
}

const headerOf = (file: Buffer): string => file.toString('utf8', PREFIX_BYTES, PREFIX_BYTES + file.readUInt32LE(12));

/** The file with another header, and everything that depends on its length. */
function withHeader(file: Buffer, header: string): Buffer {
  const align = (length: number): number => (length + 3) & ~3;
  const body = file.subarray(align(PREFIX_BYTES + file.readUInt32LE(12)));
  const text = Buffer.from(header);
  const start = align(PREFIX_BYTES + text.length);
  const bytes = Buffer.alloc(start + body.length);
  file.copy(bytes, 0, 0, PREFIX_BYTES);
  text.copy(bytes, PREFIX_BYTES);
  body.copy(bytes, start);
  bytes.writeUInt32LE(text.length, 12);
  bytes.writeUInt32LE(bytes.length, 16);
  return withChecksum(bytes);
}

const ODD_VALUES: readonly unknown[] = [
  null, -1, 0, 1.5, 3, 1e9, 2 ** 53, 1e308, '', 'x', ' '.repeat(100_000), true, [], [null], [1e9], {}, { clean: 'x' }, { clean: 7, damaged: -1 },
];

/** Every way to put an odd value in the place of one value of a JSON text, at any depth, or to leave the value out. */
function* oddVariants(text: string): Generator<{ readonly name: string; readonly text: string }> {
  const places: (readonly (string | number)[])[] = [];
  const visit = (value: unknown, path: readonly (string | number)[]): void => {
    if (path.length > 0) places.push(path);
    // Of long lists the first and the last say enough.
    if (Array.isArray(value)) [...new Set([0, value.length - 1])].forEach((k) => k >= 0 && visit(value[k], [...path, k]));
    else if (typeof value === 'object' && value !== null) Object.entries(value).forEach(([key, inner]) => visit(inner, [...path, key]));
  };
  visit(JSON.parse(text), []);
  for (const path of places) {
    for (const odd of [undefined, ...ODD_VALUES]) {
      const root = JSON.parse(text) as Record<string | number, unknown>;
      const holder = path.slice(0, -1).reduce<Record<string | number, unknown>>((at, key) => at[key] as Record<string | number, unknown>, root);
      if (odd === undefined && !Array.isArray(holder)) delete holder[path.at(-1)!];
      else holder[path.at(-1)!] = odd;
      yield { name: `${path.join('.')} = ${String(JSON.stringify(odd)).slice(0, 30)}`, text: JSON.stringify(root) };
    }
  }
}

/** Damaged copies of a file, all with a right checksum: odd values in its header, flipped bytes, numbers that are none. */
export function* damagedCopies(file: Buffer, flips: number, random = createRandom(28)): Generator<{ readonly name: string; readonly bytes: Buffer }> {
  for (const { name, text } of oddVariants(headerOf(file))) yield { name, bytes: withHeader(file, text) };
  for (const header of ['', 'null', '[]', '{', '7', '"x"']) yield { name: `header ${header}`, bytes: withHeader(file, header) };
  const headerEnd = PREFIX_BYTES + file.readUInt32LE(12);
  for (let k = 0; k < flips; k++) {
    // Half of them in the header, a few in the prefix.
    const at = k % 16 === 0 ? 12 + random.int(12) : k % 2 === 0 ? PREFIX_BYTES + random.int(headerEnd - PREFIX_BYTES) : headerEnd + random.int(file.length - headerEnd);
    const bytes = Buffer.from(file);
    bytes[at]! ^= 1 << random.int(8);
    yield { name: `flip of byte ${at}`, bytes: withChecksum(bytes) };
  }
  for (const [name, pattern] of [['NaN', 0x7fc0_0000], ['infinity', 0x7f80_0000], ['all bits', 0xffff_ffff]] as const) {
    for (let k = 0; k < 20; k++) {
      const bytes = Buffer.from(file);
      bytes.writeUInt32LE(pattern, (headerEnd + random.int(file.length - headerEnd - 4)) & ~3);
      yield { name, bytes: withChecksum(bytes) };
    }
    const all = Buffer.from(file);
    for (let at = (headerEnd + 3) & ~3; at + 4 <= all.length; at += 4) all.writeUInt32LE(pattern, at);
    yield { name: `${name} everywhere`, bytes: withChecksum(all) };
  }
}
