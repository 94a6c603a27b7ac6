import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface LayoutFixture {
  readonly name: string;
  readonly text: string;
}

/** The sources under fixtures/layout, each also with CRLF, and one with a lone CR. */
export function layoutFixtures(): LayoutFixture[] {
  const folder = fileURLToPath(new URL('../../../fixtures/layout/', import.meta.url));
  const plain = readdirSync(folder)
    .filter((name) => name.endsWith('.py'))
    .sort()
    .map((name) => ({ name, text: readFileSync(folder + name, 'utf8') }));
  const crlf = plain.map(({ name, text }) => ({ name: `${name} (CRLF)`, text: text.replaceAll('\n', '\r\n') }));
  const cr = { name: `${plain[0]!.name} (CR)`, text: plain[0]!.text.replaceAll('\n', '\r') };
  return [...plain, ...crlf, cr];
}
