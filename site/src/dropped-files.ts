import type { ProjectSource } from '../../src/browser/index.js';

/** What is not read: folders of tools and environments, and files beyond any source. */
const PASSED_OVER = /(?:^|\/)(?:\.[^/]+|node_modules|__pycache__|venv|env|site-packages|build|dist)\//u;
const MOST_BYTES = 2_000_000;
/** More than these say nothing new. */
const MOST_FILES = 2000;

export const isPython = (name: string): boolean => /\.pyi?$/iu.test(name);

/** Python files of a list, read. */
export async function readFiles(files: readonly { readonly path: string; readonly file: File }[]): Promise<ProjectSource[]> {
  const wanted = files.filter(({ path, file }) => isPython(path) && !PASSED_OVER.test(path) && file.size <= MOST_BYTES);
  return Promise.all(wanted.slice(0, MOST_FILES).map(async ({ path, file }) => ({ path, content: new Uint8Array(await file.arrayBuffer()) })));
}

/** Files of what was dropped, folders gone through. */
export async function droppedFiles(items: DataTransferItemList): Promise<{ files: { path: string; file: File }[]; hasFolder: boolean }> {
  // Asked for at once: the list is empty a moment later.
  const files: { path: string; file: File }[] = [];
  const entries = [...items].flatMap((item) => {
    const entry = item.webkitGetAsEntry();
    const file = entry === null ? item.getAsFile() : null;
    if (file !== null) files.push({ path: file.name, file });
    return entry ?? [];
  });
  const visit = async (entry: FileSystemEntry, folder: string): Promise<void> => {
    const path = folder + entry.name;
    if (files.length > 4 * MOST_FILES) return;
    if (entry.isFile) {
      if (!isPython(path) && folder !== '') return;
      files.push({ path, file: await new Promise((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)) });
    } else if (!PASSED_OVER.test(`${path}/`)) {
      const reader = (entry as FileSystemDirectoryEntry).createReader();
      // A reader gives a part at a time.
      for (;;) {
        const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
        if (part.length === 0) break;
        for (const one of part) await visit(one, `${path}/`);
      }
    }
  };
  for (const entry of entries) await visit(entry, '');
  return { files, hasFolder: entries.some(({ isDirectory }) => isDirectory) };
}
