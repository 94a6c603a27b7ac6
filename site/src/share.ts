/** The text in the address of the page, compressed: no server ever sees it. */

const KEY = '#code=';
/** Longer addresses are cut by programs that pass them on. */
export const LONGEST_LINK = 30_000;
/** What a fragment may unpack to: it comes from anybody. */
const MOST_BYTES = 2_000_000;

/** The fragment that holds a text. */
export async function fragmentOf(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return KEY + btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The text of a fragment; null where it holds none. @throws Error where it cannot be read */
export async function textOfFragment(fragment: string): Promise<string | null> {
  if (!fragment.startsWith(KEY)) return null;
  const binary = atob(fragment.slice(KEY.length).replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let size = 0; ;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > MOST_BYTES) throw new Error('the link holds more than 2 MB');
    parts.push(value);
  }
  return new Blob(parts).text();
}
