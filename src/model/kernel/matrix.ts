/**
 * Matrices in a kernel's memory: an address with a shape. All arithmetic of addresses is here, so that networks
 * speak of rows and columns. Making one costs no more than an object; its numbers are looked up when asked for.
 */
type Numbers = Float32Array | Int16Array | Uint8Array;

interface NumbersType<A extends Numbers> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): A;
}

class MatrixView<A extends Numbers> {
  private lookedUp: A | undefined;

  /** @param stride numbers from the begin of a row to that of the next */
  constructor(
    private readonly type: NumbersType<A>,
    private readonly buffer: ArrayBufferLike,
    /** Byte offset in the memory, as the kernel's functions take it. */
    readonly address: number,
    readonly rows: number,
    readonly columns: number,
    readonly stride: number,
  ) {}

  /** The numbers, a view; those between rows as well, where the stride is wider than the row. */
  get values(): A {
    return (this.lookedUp ??= new this.type(
      this.buffer, this.address, this.rows === 0 ? 0 : (this.rows - 1) * this.stride + this.columns,
    ));
  }

  /** All numbers, where rows follow each other without a gap. */
  get length(): number {
    return this.rows * this.columns;
  }

  /** `count` rows from `first` on; the rest, where it is not given. */
  from(first: number, count = this.rows - first): MatrixView<A> {
    if (first < 0 || count < 0 || first + count > this.rows) {
      throw new RangeError(`no rows ${first} to ${first + count} in ${this.rows}`);
    }
    return this.part(first * this.stride, count, this.columns, this.stride);
  }

  /** Every `step`-th row from `first` on. */
  every(step: number, first: number): MatrixView<A> {
    return this.part(first * this.stride, Math.ceil((this.rows - first) / step), this.columns, step * this.stride);
  }

  /** `count` columns from `first` on, of all rows. */
  columnsFrom(first: number, count: number): MatrixView<A> {
    if (first < 0 || count < 0 || first + count > this.columns) {
      throw new RangeError(`no columns ${first} to ${first + count} in ${this.columns}`);
    }
    return this.part(first, this.rows, count, this.stride);
  }

  /** The begin of the same memory in another shape, without gaps between rows. */
  as(rows: number, columns: number): MatrixView<A> {
    if (rows * columns > this.rows * this.stride) {
      throw new RangeError(`${rows} x ${columns} do not fit into ${this.rows} x ${this.columns}`);
    }
    return this.part(0, rows, columns, columns);
  }

  /** Cut into matrices of so many rows each. */
  blocks(rows: number): readonly MatrixView<A>[] {
    return Array.from({ length: Math.floor(this.rows / rows) }, (_, k) => this.from(k * rows, rows));
  }

  private part(first: number, rows: number, columns: number, stride: number): MatrixView<A> {
    return new MatrixView(
      this.type, this.buffer, this.address + first * this.type.BYTES_PER_ELEMENT, rows, columns, stride,
    );
  }
}

export type Matrix = MatrixView<Float32Array>;
/** Of 16-bit numbers, such as slots or pieces. */
export type ShortMatrix = MatrixView<Int16Array>;
export type ByteMatrix = MatrixView<Uint8Array>;

/** An array of a kernel's memory, seen as a matrix. */
export function matrixOver<A extends Numbers>(values: A, rows: number, columns: number): MatrixView<A> {
  if (rows * columns > values.length) {
    throw new RangeError(`${rows} x ${columns} do not fit into ${values.length} numbers`);
  }
  return new MatrixView(values.constructor as NumbersType<A>, values.buffer, values.byteOffset, rows, columns, columns);
}

/** Weights in the order in which a product reads them. */
export interface Panels {
  readonly address: number;
  readonly depth: number;
  readonly width: number;
}
