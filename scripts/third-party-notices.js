import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/**
 * The licences of all packages that are part of dist/: those that a bundle took code from, and those
 * that a file was copied from.
 *
 * @param root the repository
 * @param metafiles of the bundles, by esbuild
 * @param copied names of packages that files were copied from
 * @throws when a package names no licence, or one whose text is neither in the package nor known here
 */
export function thirdPartyNotices(root, metafiles, copied) {
  const sources = new Map(copied.map((name) => [path.join(root, 'node_modules', name), []]));
  for (const { outputs } of metafiles) {
    for (const { inputs } of Object.values(outputs)) {
      for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
        const folder = packageFolder(input);
        if (folder === null || bytesInOutput === 0) continue;
        const absolute = path.join(root, folder);
        sources.set(absolute, [...(sources.get(absolute) ?? []), path.join(root, input)]);
      }
    }
  }
  const notices =
    [...sources].map(([folder, files]) => noticeOf(folder, files)).sort((a, b) => (a.title < b.title ? -1 : 1));
  const texts = [...new Set(notices.map(({ text }) => text))];
  const blocks = texts.map((text) => {
    const titles = notices.filter((notice) => notice.text === text).map(({ title }) => title);
    return `${RULE}\n${titles.join('\n')}\n${RULE}\n\n${text}\n`;
  });
  return `nnfmt contains code of these packages, under these licences.\n\n${blocks.join('\n')}`;
}

const RULE = '-'.repeat(80);

/** `node_modules/@scope/name` of `node_modules/@scope/name/dist/file.js`; null for our own sources. */
export function packageFolder(input) {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/u.exec(input)?.[0] ?? null;
}

function noticeOf(folder, files) {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  if (typeof license !== 'string') {
    throw new Error(`third-party notices: ${name} ${version} names no licence in its package.json`);
  }
  const own = readdirSync(folder).find((file) => /^(licen[cs]e|copying)([-.]\w+)*$/iu.test(file));
  if (own !== undefined) {
    return { title: `${name} ${version} (${license})`, text: readFileSync(path.join(folder, own), 'utf8').trim() };
  }
  const text = new URL(`licences/${license}.txt`, import.meta.url);
  if (!existsSync(text)) {
    throw new Error(`third-party notices: ${name} ${version} brings no text of its licence, ${license}`);
  }
  const holders = [
    ...new Set(files.flatMap((file) => readFileSync(file, 'utf8').match(/Copyright (?:\(c\) )?\d{4}[^\n*]*/gu) ?? [])),
  ];
  const years = holders.sort().map((line) => `  ${line.trim().replaceAll(' All Rights Reserved.', '')}`);
  return {
    title: [`${name} ${version} (${license})`, ...new Set(years)].join('\n'), text: readFileSync(text, 'utf8').trim(),
  };
}
