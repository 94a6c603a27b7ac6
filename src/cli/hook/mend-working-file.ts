import { decodeSource, encodeSource, type DecodedSource } from '../../corpus/decode-source.js';
import { readSourceBytes } from '../../corpus/read-source.js';
import { NnfmtError } from '../../errors.js';
import { writeFile } from '../../format/write-file.js';
import { isLink, isThere } from '../../shared/look-at-path.js';
import { createTokenizer, findDifference, withStructure } from '../../tokenize/index.js';
import { carryLayout } from './carry-layout.js';

const STAYS = 'the file in the folder stays as it is';

/**
 * Gives a file in the folder the layout that its staged content was given. What was changed in it since stays, proven
 * to be the same program in which only layout moved; where that cannot be had, the file stays as it is.
 *
 * @returns `mended`, or what to tell, in a clause. Never throws for what is wrong with the file.
 */
export async function mendWorkingFile(
  { path, staged, formatted }: { readonly path: string; readonly staged: Uint8Array; readonly formatted: Uint8Array },
): Promise<string> {
  // Gone, or something else by now.
  if (!isThere(path) || isLink(path)) return 'mended';
  try {
    const bytes = readSourceBytes(path);
    if (Buffer.compare(bytes, formatted) === 0) return 'mended';
    if (Buffer.compare(bytes, staged) === 0) {
      writeFile({ path, expected: bytes, content: formatted });
      return 'mended';
    }
    // Refuses a notebook, whose lines are nothing that edits could be told by.
    const edited = decodeSource(bytes, path);
    const carried = carry(edited, decodeSource(staged, path), decodeSource(formatted, path));
    if (carried === null || !(await isSameProgram(edited.text, carried.text, path))) {
      return `its changes that are not staged stand in the way of the layout, so ${STAYS}`;
    }
    writeFile({ path, expected: bytes, content: encodeSource({ ...edited, text: carried.text }, path) });
    return carried.isWhole ? 'mended' : 'lines beside changes that are not staged keep their layout in the folder';
  } catch (fault) {
    if (!(fault instanceof NnfmtError)) throw fault;
    return `${STAYS} (${fault.message})`;
  }
}

function carry(
  edited: DecodedSource, staged: DecodedSource, formatted: DecodedSource,
): ReturnType<typeof carryLayout> {
  if (edited.encoding !== staged.encoding) return null;
  return carryLayout({ staged: staged.text, formatted: formatted.text, edited: edited.text });
}

/** A text that does not parse proves nothing. */
async function isSameProgram(before: string, after: string, path: string): Promise<boolean> {
  const tokenizer = await createTokenizer();
  try {
    const [left, right] = [before, after].map((text) => withStructure(tokenizer.tokenize(text, path)));
    return findDifference(left!, right!) === null;
  } catch (fault) {
    if (fault instanceof NnfmtError) return false;
    throw fault;
  }
}
