/** What stands in for a disk: files by their absolute path, of this thread alone. */
const files = new Map<string, Uint8Array>();

/** Puts a file there; the bytes are not copied. */
export function putFile(path: string, bytes: Uint8Array): void {
  files.set(path, bytes);
}

export function removeFile(path: string): void {
  files.delete(path);
}

/** The bytes of a file; undefined where there is none. They stay the store's. */
export const fileAt = (path: string): Uint8Array | undefined => files.get(path);

/** Whether a file lies below a folder. */
export function holdsFolder(folder: string): boolean {
  const prefix = folder.endsWith('/') ? folder : `${folder}/`;
  for (const path of files.keys()) if (path.startsWith(prefix)) return true;
  return false;
}

/** Compiled WebAssembly, by the name of its file. */
const modules = new Map<string, object>();

export function putModule(name: string, compiled: object): void {
  modules.set(name, compiled);
}

/** @throws Error where it was not loaded, which is a fault of ours */
export function moduleNamed(name: string): object {
  const compiled = modules.get(name);
  if (compiled === undefined) throw new Error(`${name} was not loaded before it was asked for`);
  return compiled;
}

/** Where files that ship with the package are fetched from; set by whoever loads them. */
let folderUrl = '';

export function setAssetFolder(url: string): void {
  folderUrl = url;
}

export const assetFolder = (): string => folderUrl;
