import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codeCachePath, readCode } from '../../src/shared/code-cache.js';
import { keepCode } from '../../src/shared/keep-code.js';

const isWindows = process.platform === 'win32';
let folder: string;
let path: string;
const code = Buffer.from('what V8 has made');
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nnfmt-code-'));
  path = codeCachePath(folder, 'build', 'format');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('Code that is kept', () => {
  test('is read again, by this command of this build and this version of Node.js alone', () => {
    expect(readCode(path)).toBeNull();
    keepCode(path, code);
    expect(readCode(path)).toEqual(code);
    expect(path).toContain(process.version);
    expect(readCode(codeCachePath(folder, 'another', 'format'))).toBeNull();
    expect(readCode(codeCachePath(folder, 'build', 'complete'))).toBeNull();
  });

  test('counts as missing where a byte of it is another, or some are', () => {
    keepCode(path, code);
    const whole = readFileSync(path);
    for (const at of [0, 15, 16, whole.length - 1]) {
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 1;
      writeFileSync(path, damaged);
      expect(readCode(path)).toBeNull();
    }
    writeFileSync(path, whole.subarray(0, -1));
    expect(readCode(path)).toBeNull();
    writeFileSync(path, '');
    expect(readCode(path)).toBeNull();
    keepCode(path, code);
    expect(readCode(path)).toEqual(code);
  });

  test.skipIf(isWindows)('is neither read nor written where others may write, or through a link', () => {
    keepCode(path, code);
    chmodSync(dirname(path), 0o777);
    expect(readCode(path)).toBeNull();
    keepCode(path, Buffer.from('other'));
    chmodSync(dirname(path), 0o700);
    expect(readCode(path)).toEqual(code);
    renameSync(path, `${path}.moved`);
    symlinkSync(`${path}.moved`, path);
    expect(readCode(path)).toBeNull();
  });

  test('is one of the nine newest', () => {
    for (let k = 0; k < 10; k++) {
      const one = codeCachePath(folder, `build${k}`, 'format');
      keepCode(one, code);
      utimesSync(one, 1000 + k, 1000 + k);
    }
    keepCode(path, code);
    const names = readdirSync(dirname(path));
    expect(names).toHaveLength(9);
    for (const build of ['build2', 'build3', 'build8', 'build9', 'build-']) expect(names.some((name) => name.startsWith(build))).toBe(true);
  });

  test('is not missed where it cannot be written', () => {
    writeFileSync(join(folder, 'file'), '');
    keepCode(codeCachePath(join(folder, 'file'), 'build', 'format'), code);
    mkdirSync(path, { recursive: true });
    keepCode(path, code);
    expect(readCode(path)).toBeNull();
  });
});
