import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { appendEvents, crc32c, encodeEvent, eventFileStart, maskedCrc32c } from '../../src/train/event-file.js';
import { folderWith } from '../support/folder-with.js';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

test('the checksum is that of RFC 3720, appendix B.4', () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, k) => k))).toBe(0x46dd794e);
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  expect(maskedCrc32c(bytes())).toBe(0xa282ead8);
});

test('a record is its length, the checksum of that, its bytes, and their checksum', () => {
  const record = Buffer.from(encodeEvent({ step: 300, wallTime: 1.5, scalars: { 'train/lossNats': 0.25 } }));
  const length = Number(record.readBigUInt64LE(0));
  expect(record.length).toBe(length + 16);
  expect(record.readUInt32LE(8)).toBe(maskedCrc32c(record.subarray(0, 8)));
  expect(record.readUInt32LE(12 + length)).toBe(maskedCrc32c(record.subarray(12, 12 + length)));
  // Field 1, a double; field 2, 300 as a varint; field 5 with a value that holds its tag and a float.
  expect([...record.subarray(12, 12 + 9)]).toEqual([0x09, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f]);
  expect([...record.subarray(21, 24)]).toEqual([0x10, 0xac, 0x02]);
  expect([...record.subarray(24, 30)]).toEqual([0x2a, 23, 0x0a, 21, 0x0a, 14]);
  expect(record.subarray(30, 44).toString()).toBe('train/lossNats');
  expect([...record.subarray(44, 49)]).toEqual([0x15, 0, 0, 0x80, 0x3e]);
});

/** TensorBoard's own reader, where it is installed. */
const READER = `
import json, sys
from tensorboard.backend.event_processing.event_file_loader import LegacyEventFileLoader
out = []
for event in LegacyEventFileLoader(sys.argv[1]).Load():
    out.append([event.file_version, event.step, event.wall_time, {value.tag: value.simple_value for value in event.summary.value}])
print(json.dumps(out))
`;
const hasTensorBoard = spawnSync('python3', ['-c', 'import tensorboard.backend.event_processing.event_file_loader'], { timeout: 60_000 }).status === 0;

test.skipIf(!hasTensorBoard)('TensorBoard reads what is written', () => {
  const file = join(folderWith(), 'events.out.tfevents.nnfmt');
  writeFileSync(file, eventFileStart(0));
  appendEvents(file, [{ step: 100, wallTime: 2, scalars: { 'train/lossNats': 0.5, 'train/accuracy': 0.75 } }]);
  appendEvents(file, [{ step: 5_000_000_000, wallTime: 3.5, scalars: { 'validation/lossNats': 0.125 } }]);
  const run = spawnSync('python3', ['-c', READER, file], { encoding: 'utf8', timeout: 60_000 });
  expect(run.stderr).not.toContain('Error');
  expect(JSON.parse(run.stdout)).toEqual([
    ['brain.Event:2', 0, 0, {}],
    ['', 100, 2, { 'train/lossNats': 0.5, 'train/accuracy': 0.75 }],
    ['', 5_000_000_000, 3.5, { 'validation/lossNats': 0.125 }],
  ]);
  // The oracle does tell damage.
  const damaged = readFileSync(file);
  damaged[damaged.length - 8]! ^= 1;
  writeFileSync(file, damaged);
  const after = spawnSync('python3', ['-c', READER, file], { encoding: 'utf8', timeout: 60_000 });
  expect(JSON.parse(after.stdout)).toHaveLength(2);
});
