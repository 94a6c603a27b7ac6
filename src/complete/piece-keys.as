// The keys of the contexts before many places of a text, as `pieceContextKeys` gives them for one, in AssemblyScript (not
// TypeScript), compiled by scripts/build-kernel.js into piece-keys-wasm.generated.ts. The numbers in capitals stand
// before this when it is compiled: those of piece-contexts.ts.

@inline function mix(hash: i32, value: i32): i32 {
  const h = (hash ^ (value - 1640531527)) * -2048144789;
  return h ^ (h >>> 15);
}

function finish(hash: i32, context: i32): i32 {
  let h = (hash ^ (context * 1663821227)) * -1028477387;
  h ^= h >>> 16;
  h *= 668265263;
  h ^= h >>> 13;
  return h === 0 ? 1 : h;
}

/** @param places of which keys are wanted; `out` takes PIECE_CONTEXT_COUNT numbers for each */
export function keysOf(
  startsToken: usize, bracket: usize, lineEnd: usize, text: usize, places: usize, count: i32, out: usize,
): void {
  for (let k = 0; k < count; k++) {
    keysBefore(startsToken, bracket, lineEnd, text, load<i32>(places + (<usize>k << 2)), out);
    out += PIECE_CONTEXT_COUNT << 2;
  }
}

@inline function put(out: usize, context: i32, hash: i32): void {
  store<i32>(out + (<usize>context << 2), finish(hash, context));
}

function keysBefore(startsToken: usize, bracket: usize, lineEnd: usize, text: usize, end: i32, out: usize): void {
  memory.fill(out, 0, PIECE_CONTEXT_COUNT << 2);
  let hash = HASH_START;
  let full = HASH_START;
  let tokens = 0;
  let nextFull = 0;
  let word = 0;
  let depth = 0;
  let call = SEEK_BRACKET;
  let callee = 0;
  let token = HASH_START;
  let lineStart = 0;
  let first = 0;
  let inString = false;
  let lines = 0;
  let skeleton = HASH_START;
  for (let at = end - 1; at >= 0 && end - at <= FARTHEST; at--) {
    const piece = load<i32>(text + (<usize>at << 2));
    if (load<u8>(lineEnd + piece) === 1) {
      if (lines > 0) skeleton = mix(skeleton, lineStart);
      if (lines === 0) {
        skeleton = hash;
        if (tokens > 2) first = lineStart;
      } else if (lines === 1) put(out, AFTER_LINE, skeleton);
      else if (lines === LINES_BACK) put(out, AFTER_LINES, skeleton);
      lines++;
    }
    const starts = load<u8>(startsToken + piece) === 1;
    full = mix(full, piece);
    if (!inString || starts) {
      hash = mix(hash, piece);
      token = mix(token, piece);
    }
    if (piece === STRING_END) inString = true;
    if (!starts) continue;
    inString = false;
    if (tokens < TOKENS_BACK) put(out, tokens, hash);
    if (nextFull < 3 && tokens === (nextFull === 0 ? FULL_0 : nextFull === 1 ? FULL_1 : FULL_2)) {
      put(out, TOKENS_BACK + nextFull, full);
      nextFull++;
    }
    if (tokens === 0) word = hash;
    const bracketOf = load<u8>(bracket + piece);
    if (call === SEEK_CALLEE) {
      callee = token;
      call = SEEK_NOTHING;
    } else if (call === SEEK_BRACKET && bracketOf !== 0) {
      if (bracketOf === 2) depth++;
      else if (depth > 0) depth--;
      else call = SEEK_CALLEE;
    }
    lineStart = token;
    if (lines > LINES_BACK && nextFull === 3 && call === SEEK_NOTHING) break;
    token = HASH_START;
    tokens++;
  }
  if (callee !== 0) put(out, CALL, mix(word, callee));
  if (first !== 0) put(out, LINE, mix(word, first));
}
