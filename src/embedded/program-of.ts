import { isProgram } from './format-document.js';
import { joinPrograms } from './joined-program.js';
import { documentKind, openDocument } from './open-document.js';

/**
 * The Python of a text: all of it, or the cells of a notebook as one program. Cells that are none are left out, on
 * both sides of a comparison alike.
 *
 * @param path by whose ending the text is known for what it is
 */
export function programOf(path: string, text: string): string {
  const kind = documentKind(path, false);
  if (kind === null) return text;
  const programs = openDocument(kind, text, path).sources.map(({ program }) => program);
  return joinPrograms(programs.map((program) => (isProgram(program) ? program : ''))).text;
}
