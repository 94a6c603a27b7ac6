import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Peer, PeerAnswer, PeerSettings } from './peers.js';

export type PeerRunner = (peer: Peer, settings: PeerSettings, texts: readonly string[]) => Promise<PeerAnswer[]>;

/**
 * Runs peers and remembers their answers by version, settings and text, in one file of JSON lines
 * for each version and settings; without a folder, for this process alone.
 */
export function createPeerRunner(folder?: string): PeerRunner {
  const known = new Map<string, Map<string, PeerAnswer>>();
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  return async (peer, settings, texts) => {
    const name = `${peer.name}-${peer.version}-${digest(JSON.stringify(Object.entries(settings).sort()))}`;
    const path = folder === undefined ? undefined : join(folder, `${name}.jsonl`);
    let answers = known.get(name);
    if (answers === undefined) known.set(name, (answers = readAnswers(path)));

    const plain = texts.map((text) => text.replace(/\r\n?/gu, '\n'));
    const keys = plain.map(digest);
    const missing = new Map<string, string>();
    keys.forEach((key, k) => {
      if (!answers.has(key)) missing.set(key, plain[k]);
    });
    if (missing.size > 0) {
      const given = await peer.format([...missing.values()], settings);
      [...missing.keys()].forEach((key, k) => answers.set(key, given[k]));
      if (path !== undefined) {
        appendFileSync(path, [...missing.keys()].map((key) => `${JSON.stringify([key, answers.get(key)])}\n`).join(''));
      }
    }
    return keys.map((key, k) => withLineEnds(answers.get(key)!, texts[k]));
  };
}

function readAnswers(path: string | undefined): Map<string, PeerAnswer> {
  if (path === undefined || !existsSync(path)) return new Map();
  const lines = readFileSync(path, 'utf8').split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => JSON.parse(line) as [string, PeerAnswer]));
}

/** Formatters keep a file's line ends; they are given LF and theirs are put back. */
function withLineEnds(answer: PeerAnswer, text: string): PeerAnswer {
  const lineEnd = /\r\n?/u.exec(text)?.[0];
  return lineEnd === undefined || !('text' in answer) ? answer : { text: answer.text.replaceAll('\n', lineEnd) };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 24);
