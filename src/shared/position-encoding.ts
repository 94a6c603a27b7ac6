import { countCharacters } from './positions.js';

/** What an offset counts: bytes, UTF-16 units or code points. The names are those of the Language Server Protocol. */
export type PositionEncoding = 'utf-8' | 'utf-16' | 'utf-32';

export const POSITION_ENCODINGS: readonly PositionEncoding[] = ['utf-8', 'utf-16', 'utf-32'];

/** The length of a text in units of an encoding. */
export function lengthIn(text: string, encoding: PositionEncoding): number {
  switch (encoding) {
    case 'utf-8':
      return Buffer.byteLength(text, 'utf8');
    case 'utf-16':
      return text.length;
    case 'utf-32':
      return countCharacters(text);
  }
}
