/**
 * What libraries for BM25 cost beside the table of `src/search`: an index as it is kept, loading it, and a question with
 * the scores of all functions that have one of its words, which is what is mixed with the vectors. None of them is a
 * dependency: install them beside, `npm install --no-save minisearch wink-bm25-text-search okapibm25 lunr @orama/orama`.
 *
 *     npx tsx bench/word-libraries.ts own|minisearch|wink|okapi|lunr|orama PATHS... [--functions 200000]
 *
 * One library a run. Times are of the processor, in milliseconds, the median and the largest of 24 questions.
 */
import { parseArgs } from 'node:util';
import { findFiles, readSource } from '../src/corpus/index.js';
import {
  countStems, functionWords, pythonFunctions, queryWords, stemOf, WordTableBuilder, wordScores, type WordTable,
} from '../src/search/index.js';

/** What is measured of one library. */
interface Library<Index> {
  build(texts: readonly string[]): Index | Promise<Index>;
  /** As it would be kept. */
  save(index: Index): string;
  load(kept: string): Index;
  /** How many functions have a score. */
  ask(index: Index, stems: readonly string[]): number | Promise<number>;
}

const [K1, B] = [1.2, 0.5];
const words = (text: string): string[] => text.split(' ');
const imported = async <Module>(name: string): Promise<Module> => (await import(name)) as Module;

/** Each library asks its own index alone. */
const asAny = <Index>(library: Library<Index>): Library<unknown> => library as unknown as Library<unknown>;

const LIBRARIES: Readonly<Record<string, () => Promise<Library<unknown>>>> = {
  async own() {
    const library: Library<WordTable> = {
      build: (texts) => {
        const builder = new WordTableBuilder();
        for (const text of texts) builder.add(countsOf(words(text)));
        return builder.table();
      },
      save: ({ words: known, ...arrays }) => JSON.stringify([known, ...Object.values(arrays).map(textOfBytes)]),
      load: (kept) => {
        const [known, starts, rows, counts, lengths] = JSON.parse(kept) as [string[], string, string, string, string];
        const numbers = (text: string): Uint32Array => new Uint32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);
        return {
          words: known, starts: numbers(starts), rows: numbers(rows), lengths: numbers(lengths),
          counts: Uint8Array.from(Buffer.from(counts, 'base64')),
        };
      },
      ask: (table, stems) => wordScores(table, stems).reduce((sum, score) => sum + (score > 0 ? 1 : 0), 0),
    };
    return Promise.resolve(asAny(library));
  },
  async minisearch() {
    interface Index { addAll(texts: readonly object[]): void; search(text: string): readonly object[] }
    type Made = (new (options: object) => Index) & { loadJSON(text: string, options: object): Index };
    const { default: MiniSearch } = await imported<{ default: Made }>('minisearch');
    const options = { fields: ['text'], tokenize: words, processTerm: (word: string) => word };
    const library: Library<Index> = {
      build: (texts) => {
        const index = new MiniSearch(options);
        index.addAll(texts.map((text, id) => ({ id, text })));
        return index;
      },
      save: (index) => JSON.stringify(index),
      load: (kept) => MiniSearch.loadJSON(kept, options),
      ask: (index, stems) => index.search(stems.join(' ')).length,
    };
    return asAny(library);
  },
  async wink() {
    interface Index {
      defineConfig(config: object): void;
      definePrepTasks(tasks: readonly unknown[]): void;
      addDoc(fields: object, id: string): void;
      consolidate(): void;
      exportJSON(): string;
      importJSON(text: string): void;
      search(text: string, most: number): readonly unknown[];
    }
    const { default: create } = await imported<{ default: () => Index }>('wink-bm25-text-search');
    const library: Library<Index> = {
      build: (texts) => {
        const index = create();
        index.defineConfig({ fldWeights: { text: 1 }, bm25Params: { k1: K1, b: B, k: 1 } });
        index.definePrepTasks([words]);
        texts.forEach((text, id) => index.addDoc({ text }, String(id)));
        index.consolidate();
        return index;
      },
      save: (index) => index.exportJSON(),
      load: (kept) => {
        const index = create();
        index.importJSON(kept);
        index.definePrepTasks([words]);
        return index;
      },
      ask: (index, stems) => index.search(stems.join(' '), 1e9).length,
    };
    return asAny(library);
  },
  async okapi() {
    type Score = (texts: readonly string[], stems: readonly string[], options: object) => readonly number[];
    const found = await imported<{ default: Score | { default: Score } }>('okapibm25');
    const score = typeof found.default === 'function' ? found.default : found.default.default;
    const library: Library<readonly string[]> = {
      build: (texts) => texts,
      save: (texts) => JSON.stringify(texts),
      load: (kept) => JSON.parse(kept) as string[],
      ask: (texts, stems) => score(texts, stems, { k1: K1, b: B }).filter((value) => value > 0).length,
    };
    return asAny(library);
  },
  async lunr() {
    interface Index { query(ask: (query: { term(word: string): void }) => void): readonly object[] }
    interface Builder {
      ref(name: string): void; field(name: string): void; k1(value: number): void; b(value: number): void;
      add(fields: object): void; build(): Index;
    }
    interface Lunr {
      Builder: new () => Builder; Index: { load(value: unknown): Index }; tokenizer: { separator: RegExp };
    }
    const { default: lunr } = await imported<{ default: Lunr }>('lunr');
    const library: Library<Index> = {
      build: (texts) => {
        const builder = new lunr.Builder();
        lunr.tokenizer.separator = / /u;
        builder.ref('id');
        builder.field('text');
        builder.k1(K1);
        builder.b(B);
        texts.forEach((text, id) => builder.add({ id: String(id), text }));
        return builder.build();
      },
      save: (index) => JSON.stringify(index),
      load: (kept) => lunr.Index.load(JSON.parse(kept)),
      ask: (index, stems) => index.query((query) => stems.forEach((stem) => query.term(stem))).length,
    };
    return asAny(library);
  },
  async orama() {
    interface Orama {
      create(options: object): object;
      insertMultiple(index: object, texts: readonly object[]): Promise<unknown>;
      save(index: object): unknown;
      load(index: object, kept: unknown): void;
      search(index: object, query: object): { readonly count: number } | Promise<{ readonly count: number }>;
    }
    const { create, insertMultiple, save, load, search } = await imported<Orama>('@orama/orama');
    const empty = (): object => create({
      schema: { text: 'string' },
      components: { tokenizer: { language: 'english', normalizationCache: new Map(), tokenize: words } },
    });
    const library: Library<object> = {
      build: async (texts) => {
        const index = empty();
        await insertMultiple(index, texts.map((text, id) => ({ id: String(id), text })));
        return index;
      },
      save: (index) => JSON.stringify(save(index)),
      load: (kept) => {
        const index = empty();
        load(index, JSON.parse(kept));
        return index;
      },
      ask: async (index, stems) =>
        (await search(index, { term: stems.join(' '), threshold: 1, limit: 1e6 })).count,
    };
    return asAny(library);
  },
};

function countsOf(stems: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const stem of stems) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  return counts;
}

const textOfBytes = (array: Uint32Array | Uint8Array): string =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');

const QUESTIONS = [
  'parse a date from ISO text', 'retry a request with backoff', 'read a file line by line', 'convert string to integer',
  'open a socket and listen', 'sort a list of objects by key', 'the cache of a user', 'compute the mean of an array',
].map((text) => queryWords(text).map(({ word }) => stemOf(word)));
const ROUNDS = 3;

const { values, positionals: [name = 'own', ...paths] } = parseArgs({
  allowPositionals: true, options: { functions: { type: 'string', default: '200000' } },
});

/** The stems of functions, as often as they occur; of fewer functions than asked for, repeated. */
function documents(wanted: number): string[] {
  const own: string[] = [];
  for (const path of findFiles(paths).files) {
    let text: string;
    try {
      text = readSource(path).text;
    } catch {
      continue;
    }
    for (const found of pythonFunctions(text)) {
      const counts = [...countStems(functionWords(found))].filter(([word]) => /^[a-z]+$/u.test(word));
      own.push(counts.flatMap(([word, count]) => Array<string>(count).fill(word)).join(' '));
    }
  }
  return Array.from({ length: wanted }, (_, k) => own[k % own.length]!);
}

async function timed<T>(work: () => T | Promise<T>): Promise<[result: T, milliseconds: number]> {
  const from = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(from);
  return [result, (user + system) / 1000];
}

const make = LIBRARIES[name];
if (make === undefined) throw new Error(`no library ${name}: ${Object.keys(LIBRARIES).join(', ')}`);
const library = await make();
const [index, buildMs] = await timed(() => library.build(documents(Number(values.functions))));
const kept = library.save(index);
const [loaded, loadMs] = await timed(() => library.load(kept));
const times: number[] = [];
let scored = 0;
for (let round = 0; round < ROUNDS; round++) {
  for (const stems of QUESTIONS) {
    const [count, milliseconds] = await timed(() => library.ask(loaded, stems));
    times.push(milliseconds);
    scored += count;
  }
}
times.sort((a, b) => a - b);
console.log(JSON.stringify({
  name, functions: Number(values.functions), buildMs: Math.round(buildMs), megabytes: Number((kept.length / 1e6).toFixed(1)),
  loadMs: Math.round(loadMs), askMedianMs: Number(times[times.length >> 1]!.toFixed(1)),
  askMostMs: Number(times.at(-1)!.toFixed(1)), scoredInTheMean: Math.round(scored / times.length),
}));
