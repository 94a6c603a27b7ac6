/**
 * Hands a source to tree-sitter. web-tree-sitter cuts what is left of the text and copies it unit by unit each time the
 * parser asks, which is more than the parsing of a line takes; here the text lies ready as bytes.
 */

/** Bytes of the parser's buffer, two of which are for a zero at its end. */
const BUFFER_BYTES = 10 * 1024;
const MOST_UNITS = BUFFER_BYTES / 2 - 1;

export class ParserInput {
  private bytes = Buffer.alloc(0);

  /** Takes the source that is to be parsed. */
  take(text: string): void {
    this.bytes = Buffer.from(text, 'utf16le');
  }

  release(): void {
    this.bytes = Buffer.alloc(0);
  }

  /**
   * What tree-sitter calls when it has read its buffer, or wants to read elsewhere.
   *
   * @param heap the parser's memory as it is now
   * @param buffer address of its buffer
   * @param index UTF-16 offset in the source from which on it wants to read
   * @param length address for the number of units from there to the end
   */
  read(heap: Uint8Array, buffer: number, index: number, length: number): void {
    const { bytes } = this;
    const units = Math.max(0, (bytes.length >> 1) - index);
    const end = buffer + 2 * Math.min(units, MOST_UNITS);
    heap.set(bytes.subarray(2 * index, 2 * index + end - buffer), buffer);
    heap[end] = heap[end + 1] = 0;
    for (let k = 0; k < 4; k++) heap[length + k] = (units >>> (8 * k)) & 255;
  }
}
