import { describe, expect, it } from 'vitest';
import { createProgress, formatDuration, formatEstimate } from '../../src/shared/progress.js';

function show(terminal: boolean, quiet = false): string {
  let written = '';
  let clock = 0;
  const target = { isTTY: terminal, columns: 60, write: (text: string) => (written += text) };
  const progress = createProgress({ target, quiet, now: () => clock });
  for (let step = 0; step <= 10; step++) {
    clock = step * 2000;
    progress.update(0.5 + step / 20, `loss ${step}`);
  }
  progress.note('a note');
  progress.finish();
  return written;
}

describe('createProgress', () => {
  it('draws a bar on a terminal and removes it', () => {
    const written = show(true);
    expect(written).toContain('████████████░░░░░░░░░░░░  50% loss 0');
    expect(written).toContain('75% loss 5, 10 s left');
    expect(written.endsWith('\r\x1b[2Ka note\n')).toBe(true);
    for (const line of written.split('\r\x1b[2K')) expect(line.trimEnd().length).toBeLessThan(60);
  });

  it('writes a line now and then elsewhere', () => {
    expect(show(false)).toBe('65% loss 3, 14 s left\n80% loss 6, 8 s left\n95% loss 9, 2 s left\na note\n');
  });

  it('says how much time is left once it knows the pace, which what came before has no part in', () => {
    const lines: string[] = [];
    let clock = 0;
    const progress = createProgress({ target: { write: (text) => lines.push(text) }, quiet: false, now: () => clock, lineIntervalMs: 0 });
    for (const [ms, done] of [[60_000, 0], [61_500, 0.005], [70_000, 0.1]] as const) {
      clock = ms;
      progress.update(done, 'read');
    }
    expect(lines).toEqual(['0% read\n', '0% read\n', '10% read, 1 min 30 s left\n']);
  });

  it('says nothing when quiet', () => {
    expect(show(true, true)).toBe('');
  });
});

describe('formatEstimate', () => {
  it.each([[300, 'about 5 s'], [18_200, 'about 20 s'], [58_000, 'about 1 min 00 s'], [72_000, 'about 1 min 15 s']])('%i ms', (ms, text) => {
    expect(formatEstimate(ms)).toBe(text);
  });
});

describe('formatDuration', () => {
  it.each([[900, '1 s'], [59_400, '59 s'], [185_000, '3 min 05 s'], [7_620_000, '2 h 07 min']])('%i ms', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
