/** `# @format` at the top of a file, which Prettier writes and asks for. */

/** Lines before the first statement. */
const TOP = /^(?:[ \t\f]*(?:#[^\n]*)?\n)*(?:[ \t\f]*#[^\n]*)?/u;

const holds = (text: string, word: RegExp): boolean => word.test(TOP.exec(text)![0]);

export const hasPragma = (text: string): boolean => holds(text, /^[ \t\f]*#[ \t]*@(?:format|prettier)[ \t]*$/mu);
export const hasIgnorePragma = (text: string): boolean =>
  holds(text, /^[ \t\f]*#[ \t]*@no(?:format|prettier)[ \t]*$/mu);

/** Behind the shebang and the coding line, which have to stand in the first two lines. */
export function insertPragma(text: string): string {
  const [head] = /^(?:#![^\n]*\n)?(?:[ \t\f]*#[^\n]*coding[:=][^\n]*\n)?/u.exec(text)!;
  return `${head}# @format\n\n${text.slice(head.length)}`;
}
