// The kernel of features, in AssemblyScript (not TypeScript), compiled by scripts/build-kernel.js into
// describer-wasm.generated.ts. What describes a gap is not here: it is the code of the groups, which is
// compiled with this. Here are the words that it is written in (see views.ts) and what calls it.

type Slot = i32;
type NumberRun = i32;

@unmanaged class Bytes {
  @inline @operator("[]") at(i: i32): i32 { return <i32>load<u8>(changetype<usize>(this) + <usize>i); }
  @inline @operator("[]=") put(i: i32, value: i32): void { store<u8>(changetype<usize>(this) + <usize>i, value); }
}
@unmanaged class Words {
  @inline @operator("[]") at(i: i32): i32 { return <i32>load<u16>(changetype<usize>(this) + (<usize>i << 1)); }
}
@unmanaged class Shorts {
  @inline @operator("[]") at(i: i32): i32 { return <i32>load<i16>(changetype<usize>(this) + (<usize>i << 1)); }
  @inline @operator("[]=") put(i: i32, value: i32): void { store<i16>(changetype<usize>(this) + (<usize>i << 1), value); }
}
@unmanaged class Ints {
  @inline @operator("[]") at(i: i32): i32 { return load<i32>(changetype<usize>(this) + (<usize>i << 2)); }
  @inline @operator("[]=") put(i: i32, value: i32): void { store<i32>(changetype<usize>(this) + (<usize>i << 2), value); }
}
@unmanaged class Floats {
  @inline @operator("[]") at(i: i32): f64 { return <f64>load<f32>(changetype<usize>(this) + (<usize>i << 2)); }
  @inline @operator("[]=") put(i: i32, value: f64): void { store<f32>(changetype<usize>(this) + (<usize>i << 2), <f32>value); }
}
@unmanaged class Doubles {
  @inline @operator("[]") at(i: i32): f64 { return load<f64>(changetype<usize>(this) + (<usize>i << 3)); }
}

@inline function multiply(a: i32, b: i32): i32 { return a * b; }
@inline function whole(value: f64): i32 { return <i32>value; }

/** The row at hand; a slot is its position and, above 8 bits, its first column. */
@unmanaged class RowWriter {
  slots: usize;
  numbers: usize;
  @inline set(slot: Slot, value: i32): void { store<i16>(this.slots + (<usize>(slot & 255) << 1), (slot >> 8) + value); }
  @inline leaveOut(slot: Slot): void { store<i16>(this.slots + (<usize>(slot & 255) << 1), -1); }
  @inline put(run: NumberRun, k: i32, value: f64): void { store<f32>(this.numbers + (<usize>(run + k) << 2), <f32>value); }
}
const rowAtHand = changetype<RowWriter>(memory.data(8));

/** Prepares what all gaps of a file share. */
export function prepareFile(file: FileArrays): void {
  prepareGaps(file);
  prepareInput(file);
}

/** Which rows of counts belong to the gaps of a file, and its counts. */
export function findContexts(file: FileArrays): void {
  fillContextRows(file);
}
export function countFile(file: FileArrays): void {
  countGaps(file);
}

/** Describes gaps: rows of slots, numbers and legal classes, one behind the other. */
export function describeGaps(file: FileArrays, gaps: Ints, count: i32, slots: usize, numbers: usize, legal: usize): void {
  const row = rowAtHand;
  memory.fill(slots, 255, <usize>(count * SLOT_COUNT) << 1);
  memory.fill(numbers, 0, <usize>(count * NUMBER_COUNT) << 2);
  row.slots = slots;
  row.numbers = numbers;
  for (let k = 0; k < count; k++) {
    const i = gaps[k];
    memory.copy(legal, changetype<usize>(file.legalTable) + <usize>(file.legalRow[i] * CLASS_COUNT), CLASS_COUNT);
    describeBackbone(file, i, row);
    describeTree(file, i, row);
    describeInput(file, i, row);
    describeStatements(file, i, row);
    describeDecisions(file, i, row);
    describeWidths(file, i, row);
    describeCounts(file, i, row);
    row.slots += SLOT_COUNT << 1;
    row.numbers += NUMBER_COUNT << 2;
    legal += CLASS_COUNT;
  }
}
