import { compileWarmModule } from '../../shared/engine-flags.js';
import type { FeatureBatch } from '../feature-batch.js';
import { CLASS_COUNT } from '../layout-classes.js';
import { Instance, Memory, Module, type WasmMemory } from '../../shared/web-assembly.js';
import { spec } from './columns.js';
import { FILE_FIELDS, type FileArrays } from './file-fields.js';
import { DESCRIBER_WASM_BASE64 } from './describer-wasm.generated.js';

/**
 * The code of the groups, compiled to WebAssembly: describes gaps as `GapDescriber` does, bit by bit, several times as
 * fast where V8 has not optimised anything yet. The arrays of one file at a time are copied to its memory.
 */

interface DescriberFunctions {
  findContexts(file: number): void;
  countFile(file: number): void;
  prepareFile(file: number): void;
  describeGaps(file: number, gaps: number, count: number, slots: number, numbers: number, legal: number): void;
}

/** Gaps described at once: as many as the network takes at a time. */
export const KERNEL_ROWS = 256;
/** Tokens of a file from which on the copy would take more memory than it is worth; V8 has its own code by then. */
const MOST_TOKENS = 200_000;

const PAGE_BYTES = 65536;
/** The compiler keeps the start of the memory to itself. */
const FILE_AT = 4096;
const FIELDS = Object.entries(FILE_FIELDS) as [keyof FileArrays, string][];
const aligned = (at: number): number => (at + 15) & ~15;
const GAPS_AT = aligned(FILE_AT + 8 * FIELDS.length);

/** What a kernel is made for. */
interface RowShape {
  readonly slots: number;
  readonly numbers: number;
}

export class DescriberKernel {
  private readonly memory: WasmMemory;
  private readonly run: DescriberFunctions;
  private readonly slotsAt = aligned(GAPS_AT + 4 * KERNEL_ROWS);
  private readonly numbersAt: number;
  private readonly legalAt: number;
  private readonly arraysAt: number;
  /** The file whose arrays are in the memory, and where its decisions are. */
  private loaded: FileArrays | null = null;
  private decidedAt = 0;
  private batch: FeatureBatch | null = null;

  constructor(private readonly shape: RowShape) {
    this.numbersAt = aligned(this.slotsAt + 2 * KERNEL_ROWS * shape.slots);
    this.legalAt = aligned(this.numbersAt + 4 * KERNEL_ROWS * shape.numbers);
    this.arraysAt = aligned(this.legalAt + KERNEL_ROWS * CLASS_COUNT);
    this.memory = new Memory({ initial: Math.ceil(this.arraysAt / PAGE_BYTES) });
    const module = compileWarmModule(() => new Module(Buffer.from(DESCRIBER_WASM_BASE64, 'base64')));
    this.run = new Instance(module, { env: { memory: this.memory } }).exports as unknown as DescriberFunctions;
  }

  /** True for files that fit. */
  static takes(tokenCount: number): boolean {
    return tokenCount <= MOST_TOKENS;
  }

  /**
   * Describes gaps of a file, `KERNEL_ROWS` at most.
   *
   * @returns views of the kernel's memory, good until the next call
   */
  describe(file: FileArrays, gaps: ArrayLike<number>, from: number, size: number): FeatureBatch {
    if (this.loaded !== file) this.load(file);
    const { buffer } = this.memory;
    // What is decided changes from round to round.
    if (file.hasDecisions === 1) new Uint8Array(buffer, this.decidedAt, file.decided.length).set(file.decided);
    const wanted = new Int32Array(buffer, GAPS_AT, size);
    for (let row = 0; row < size; row++) wanted[row] = gaps[from + row];
    this.run.describeGaps(FILE_AT, GAPS_AT, size, this.slotsAt, this.numbersAt, this.legalAt);
    if (this.batch?.size !== size || this.batch.slots.buffer !== buffer) {
      const { slots, numbers } = this.shape;
      this.batch = {
        size,
        slots: new Int16Array(buffer, this.slotsAt, size * slots),
        numbers: new Float32Array(buffer, this.numbersAt, size * numbers),
        legal: new Uint8Array(buffer, this.legalAt, size * CLASS_COUNT),
      };
    }
    return this.batch;
  }

  /** Fills in `contextRows`, which has the room for them, and gives it back. */
  findContexts(arrays: Partial<FileArrays> & Pick<FileArrays, 'contextRows'>): Int16Array {
    const at = this.copyIn(arrays, 'contextRows');
    this.run.findContexts(FILE_AT);
    arrays.contextRows.set(new Int16Array(this.memory.buffer, at, arrays.contextRows.length));
    return arrays.contextRows;
  }

  /** Adds the gaps of a layout to `fileCounts`. */
  count(arrays: Partial<FileArrays> & Pick<FileArrays, 'fileCounts'>): void {
    const at = this.copyIn(arrays, 'fileCounts');
    this.run.countFile(FILE_AT);
    arrays.fileCounts.set(new Float32Array(this.memory.buffer, at, arrays.fileCounts.length));
  }

  /** Copies a file's arrays, and prepares what all of its gaps share. */
  private load(file: FileArrays): void {
    this.decidedAt = this.copyIn(file, 'decided');
    this.run.prepareFile(FILE_AT);
    this.loaded = file;
  }

  /**
   * Copies a file's arrays: a struct of numbers and addresses, and behind the rows what these lead to; the address of
   * one of them.
   */
  private copyIn(file: Partial<FileArrays>, wanted: keyof FileArrays): number {
    this.loaded = null;
    let end = this.arraysAt;
    for (const [name] of FIELDS) {
      const value = file[name];
      if (typeof value === 'object') end = aligned(end + value.byteLength);
    }
    const missing = end - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE_BYTES));
    const { buffer } = this.memory;
    const struct = new DataView(buffer);
    const bytes = new Uint8Array(buffer);
    let fieldAt = FILE_AT;
    let at = this.arraysAt;
    let wantedAt = 0;
    for (const [name, type] of FIELDS) {
      const value = file[name];
      if (typeof value !== 'object') {
        if (type === 'f64') struct.setFloat64(fieldAt, value ?? 0, true);
        else struct.setInt32(fieldAt, value ?? 0, true);
        fieldAt += type === 'f64' ? 8 : 4;
        continue;
      }
      if (name === wanted) wantedAt = at;
      struct.setUint32(fieldAt, at, true);
      fieldAt += 4;
      bytes.set(new Uint8Array(value.buffer, value.byteOffset, value.byteLength), at);
      at = aligned(at + value.byteLength);
    }
    return wantedAt;
  }
}

let kernel: DescriberKernel | undefined;

/** The kernel of this process. */
export function describerKernel(): DescriberKernel {
  const { backboneSlots, headSlots, backboneNumbers, headNumbers } = spec.shape;
  return (kernel ??= new DescriberKernel({
    slots: backboneSlots + headSlots, numbers: backboneNumbers + headNumbers,
  }));
}
