import type { SourceContext } from '../model/source-context.js';
import { StyleCounts } from '../model/style-counts.js';
import { GatheringError } from '../errors.js';
import type { ShardRow } from '../shards/shard-file.js';
import type { Split } from '../shards/shard-place.js';
import type { ShardSet } from '../shards/shard-set.js';
import { addSparse, sparseStyle, type SparseStyle } from '../shards/sparse-style.js';
import { createRandom, type Random } from '../shared/random.js';
import type { Tokenizer } from '../tokenize/index.js';
import { COUNTED_FILES, halfOf, textContext, type ExampleFile, type ExampleFiles } from './example-files.js';

/** Which of the files of shards are asked for. */
export interface ShardFilesOptions {
  readonly split: Split;
  readonly seed: number | string;
  /** Most files of a project in an epoch. */
  readonly filesPerProject: number;
  /** Of so many shares of the rows, one after the other in order, this one (from 0). */
  readonly share?: { readonly index: number; readonly of: number };
  /** Most files of an epoch, whose texts are then kept: for figures that are taken again and again. */
  readonly most?: number;
}

/** Numbers of styles that are kept of projects, 8 bytes each: of about as many projects as machines have room for. */
const MOST_NUMBERS = 64_000_000;

type FileText = Pick<ShardRow, 'project' | 'path' | 'text'>;

interface Styles {
  files: number;
  style: SparseStyle;
}

/** A row in order: the shard it is in, which of its rows it is, its project. */
interface RowIndex {
  readonly shards: Int32Array;
  readonly rows: Int32Array;
  readonly projects: Int32Array;
}

/**
 * Files of shards, streamed: the texts of one shard are in memory at a time. The first epoch takes rows in order; later
 * ones draw the order of shards, and of rows within each. What is kept all the time are numbers: where the rows are,
 * and the style counts of projects, summed over up to 16 files of each half.
 *
 * A share of the rows sees itself alone: counts of a project come from its files in the share.
 */
export class ShardFiles implements ExampleFiles {
  /** Rows of the epoch, by their number in the index. */
  private plan: Int32Array = new Int32Array(0);
  private loaded: { readonly shard: number; readonly texts: readonly FileText[] } | null = null;
  private readonly kept = new Map<number, FileText>();
  private readonly scratch = new StyleCounts();

  private constructor(
    private readonly tokenizer: Tokenizer,
    private readonly set: ShardSet,
    private readonly options: ShardFilesOptions,
    private readonly index: RowIndex,
    private readonly styles: ReadonlyMap<string, Styles>,
    /** Whether there were more projects than there is room for. */
    private readonly lacksStyles: boolean,
  ) {}

  /**
   * Reads what is kept of all rows.
   *
   * @throws GatheringError for shards that are not those of the manifest
   */
  static async open(tokenizer: Tokenizer, set: ShardSet, options: ShardFilesOptions): Promise<ShardFiles> {
    const { from, to } = shareOf(set.rowCounts, options.share);
    const projects = new Map<string, number>();
    const styles = new Map<string, Styles>();
    const places: [shard: number, row: number, project: number][] = [];
    const scratch = new StyleCounts();
    let numbers = 0;
    let lacksStyles = false;
    let first = 0;
    for (const [shard, count] of set.rowCounts.entries()) {
      const [begin, end] = [Math.max(0, from - first), Math.min(count, to - first)];
      first += count;
      if (begin >= end) continue;
      const rows = await set.read(shard, ['project', 'path', 'split', 'style']);
      for (let row = begin; row < end; row++) {
        const { project, path, split, style } = rows[row];
        if (split !== options.split) continue;
        if (!projects.has(project)) projects.set(project, projects.size);
        places.push([shard, row, projects.get(project)!]);
        const half = `${project}:${halfOf(`${project}/${path}`)}`;
        const known = styles.get(half);
        const hasRoom = known !== undefined || numbers <= MOST_NUMBERS;
        lacksStyles ||= !hasRoom;
        if (known?.files === COUNTED_FILES || !hasRoom) continue;
        numbers -= known === undefined ? 0 : lengthOf(known.style);
        const sum = sumOf(scratch, [...(known === undefined ? [] : [known.style]), readStyle(style)]);
        numbers += lengthOf(sum);
        styles.set(half, { files: (known?.files ?? 0) + 1, style: sum });
      }
    }
    const column = (k: 0 | 1 | 2): Int32Array => Int32Array.from(places, (place) => place[k]);
    const files = new ShardFiles(
      tokenizer, set, options, { shards: column(0), rows: column(1), projects: column(2) }, styles,
      lacksStyles);
    if (options.most !== undefined) await files.keep();
    return files;
  }

  /** Projects with a file of the split in the share. */
  get projects(): number {
    return new Set(this.index.projects).size;
  }

  get files(): number {
    return this.index.rows.length;
  }

  begin(epoch: number): number {
    this.plan = this.drawPlan(epoch);
    return this.plan.length;
  }

  async read(index: number): Promise<ExampleFile> {
    const at = this.plan[index];
    const { project, path, text } = this.kept.get(at) ?? await this.textOf(at);
    const name = `${project}/${path}`;
    return {
      context: textContext(this.tokenizer, text, name),
      projectCounts: () => this.projectCounts(project, name),
      neighbours: (random, most) => this.neighbours(at, random, most),
    };
  }

  private drawPlan(epoch: number): Int32Array {
    const { shards, projects } = this.index;
    const random = createRandom(`order-${this.options.seed}-${epoch}`);
    /** Where each shard's rows begin in the index. */
    const starts: number[] = [];
    shards.forEach((shard, at) => {
      if (at === 0 || shard !== shards[at - 1]) starts.push(at);
    });
    const groups = starts.map((start, k) => {
      const end = starts[k + 1] ?? shards.length;
      return Array.from({ length: end - start }, (_, row) => start + row);
    });
    // What is the same in every epoch is taken by hash alone.
    if (epoch > 0) {
      random.shuffle(groups);
      for (const group of groups) random.shuffle(group);
    }
    const taken = new Map<number, number>();
    const most = this.options.most ?? Infinity;
    const plan: number[] = [];
    for (const at of groups.flat()) {
      const times = taken.get(projects[at]) ?? 0;
      if (times >= this.options.filesPerProject || plan.length >= most) continue;
      taken.set(projects[at], times + 1);
      plan.push(at);
    }
    return Int32Array.from(plan);
  }

  /** Reads the texts of the first epoch, which is that of every one then. */
  private async keep(): Promise<void> {
    for (const at of this.drawPlan(0)) {
      this.kept.set(at, await this.textOf(at));
    }
    this.loaded = null;
  }

  private async textOf(at: number): Promise<FileText> {
    return (await this.textsOf(this.index.shards[at]))[this.index.rows[at]];
  }

  private async textsOf(shard: number): Promise<readonly FileText[]> {
    if (this.loaded?.shard !== shard) {
      // First, so that two are never in memory.
      this.loaded = null;
      this.loaded = { shard, texts: await this.set.read(shard, ['project', 'path', 'text']) };
    }
    return this.loaded.texts;
  }

  /** Of the half of the project that the file is not in, as far as it is known; the table is used again. */
  private projectCounts(project: string, name: string): StyleCounts | null {
    const known = this.styles.get(`${project}:${1 - halfOf(name)}`);
    if (known === undefined && this.lacksStyles) return null;
    // Without other files the table is empty, as that of projects on disk.
    this.scratch.clear();
    if (known !== undefined) addSparse(known.style, this.scratch);
    return this.scratch;
  }

  /** In a style of nobody's any files will do: those of the shard at hand. */
  private *neighbours(at: number, random: Random, most: number): Generator<SourceContext | null> {
    const kept = this.kept.size > 0;
    const texts = kept ? [...this.kept.values()] : this.loaded!.texts;
    const own = kept ? this.kept.get(at)! : texts[this.index.rows[at]];
    for (let k = 0; k < most && texts.length > 1; k++) {
      const other = random.pick(texts);
      yield other === own ? null : textContext(this.tokenizer, other.text, `${other.project}/${other.path}`);
    }
  }
}

/** Rows [from, to) of a share: as many as others have, one after the other. */
function shareOf(counts: readonly number[], share = { index: 0, of: 1 }): { from: number; to: number } {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return {
    from: Math.floor((total * share.index) / share.of), to: Math.floor((total * (share.index + 1)) / share.of),
  };
}

function readStyle(text: string): SparseStyle {
  try {
    return JSON.parse(text) as SparseStyle;
  } catch (cause) {
    throw new GatheringError('a row of the shards has a style that is no JSON.', cause);
  }
}

function sumOf(scratch: StyleCounts, styles: readonly SparseStyle[]): SparseStyle {
  scratch.clear();
  try {
    for (const style of styles) addSparse(style, scratch);
  } catch (cause) {
    throw new GatheringError('a row of the shards has a style that is none.', cause);
  }
  return sparseStyle(scratch);
}

const lengthOf = (style: SparseStyle): number => Object.values(style).reduce((sum, list) => sum + list.length, 0);
