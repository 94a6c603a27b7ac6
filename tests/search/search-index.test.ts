import { describe, expect, it } from 'vitest';
import { askIndex, decodeIndex, encodeIndex, fileOfRow, fileStarts, INDEX_VERSION, loadSearchEncoder, queryWords, similarities, updateIndex, type SearchIndex } from '../../src/search/index.js';
import { largestDifference } from '../support/largest-difference.js';

const encoder = loadSearchEncoder();
const A = { path: 'a.py', text: 'def parse_date(text):\n    return datetime.strptime(text, "%Y")\n\n\ndef add(a, b):\n    return a + b\n' };
const B = { path: 'b.py', text: 'class Store:\n    def save(self, path):\n        with open(path, "w") as file:\n            json.dump(self.items, file)\n' };

const namesOf = ({ names }: SearchIndex) => names;
const found = (index: SearchIndex, query: string): string =>
  index.names[askIndex(index, encoder, query, { count: 1 })[0].row];

describe('an index', () => {
  const { index } = updateIndex([A, B], encoder, null);

  it('finds functions by what they do', () => {
    expect(namesOf(index)).toEqual(['parse_date', 'add', 'Store.save']);
    expect(found(index, 'read a date from a string')).toBe('parse_date');
    expect(found(index, 'write items to disk as JSON')).toBe('Store.save');
    expect(found(index, 'sum of two numbers')).toBe('add');
    const starts = fileStarts(index);
    expect([0, 1, 2].map((row) => index.files[fileOfRow(starts, row)].path)).toEqual(['a.py', 'a.py', 'b.py']);
    expect([...index.lines]).toEqual([1, 5, 2]);
    expect([...index.lastLines]).toEqual([2, 6, 4]);
  });

  it('ranks no more than asked for, best first, and none that is not taken', () => {
    const all = askIndex(index, encoder, 'date', { count: 10 });
    expect(all).toHaveLength(3);
    expect(all.map(({ score }) => score)).toEqual(all.map(({ score }) => score).sort((a, b) => b - a));
    expect(askIndex(index, encoder, 'date', { count: 1, takes: (row) => row !== all[0].row })[0]).toEqual(all[1]);
  });

  it('has the similarities of unrounded vectors but for their rounding', () => {
    const query = encoder.query(queryWords('write items to disk'));
    const exact = similarities({ ...index, vectors: Float32Array.from(index.vectors) }, query);
    expect(largestDifference(similarities(index, query), exact)).toBeLessThan(1e-3);
    expect(Math.max(...exact)).toBeGreaterThan(0.3);
    expect([...similarities(index, new Float32Array(index.width))]).toEqual([0, 0, 0]);
  });

  it('refuses a question without a known word', () => {
    expect(() => askIndex(index, encoder, 'xyzzyq ???', { count: 1 })).toThrow(/none of the words of "xyzzyq \?\?\?" is known/u);
    // A word that the files alone know is known.
    const own = updateIndex([{ path: 'c.py', text: 'def xyzzyq():\n    return 1\n' }], encoder, null).index;
    expect(found(own, 'xyzzyq')).toBe('xyzzyq');
  });

  it('takes over what did not change, wherever it lies, and forgets what is gone', () => {
    const changed = { path: 'a.py', text: A.text.replace('def add', 'def subtract') };
    const update = updateIndex([changed, { ...B, path: 'moved.py' }], encoder, index);
    expect([update.added, update.kept, update.removed]).toEqual([1, 1, 1]);
    expect(update.index).toEqual(updateIndex([changed, { ...B, path: 'moved.py' }], encoder, null).index);
    const fewer = updateIndex([B], encoder, update.index).index;
    expect(namesOf(fewer)).toEqual(['Store.save']);
  });

  it('is itself where nothing changed, and made anew for another model', () => {
    expect(updateIndex([A, B], encoder, index).index).toBe(index);
    const other = updateIndex([A, B], { ...encoder, digest: 'another' }, index);
    expect([other.added, other.kept]).toEqual([2, 0]);
  });

  it('comes back from its file as it was', () => {
    expect(decodeIndex(encodeIndex(index))).toEqual(index);
    const empty = updateIndex([], encoder, null).index;
    expect(decodeIndex(encodeIndex(empty))).toEqual(empty);
  });

  it('is refused when it is foreign, of another version, or damaged in any byte', () => {
    const bytes = encodeIndex(index);
    expect(decodeIndex(Buffer.from('something else'))).toBe('foreign');
    const newer = Buffer.from(bytes);
    newer.writeUInt32LE(INDEX_VERSION + 1, 8);
    expect(decodeIndex(newer)).toBe('version');
    for (const at of [12, 16, 30, bytes.length >> 1, bytes.length - 1]) {
      const damaged = Buffer.from(bytes);
      damaged[at] ^= 1;
      expect(decodeIndex(damaged)).toBe('damaged');
    }
    expect(decodeIndex(bytes.subarray(0, bytes.length - 8))).toBe('damaged');
  });
});
