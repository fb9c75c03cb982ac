/** Types of a tensor's numbers that this writer knows, with their number in GGUF. */
export const tensorTypes = { F32: 0, F16: 1, Q8_0: 8 } as const

export type TensorType = keyof typeof tensorTypes

/** One entry of the metadata: an unsigned or a signed 32-bit integer, a float, a truth value, a string, or a list of one of them. */
export type Value =
  | { readonly type: 'u32' | 'i32' | 'f32'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'u32s' | 'i32s' | 'f32s'; readonly value: readonly number[] }
  | { readonly type: 'strings'; readonly value: readonly string[] }

export type Metadata = Readonly<Record<string, Value>>

/** Where a tensor lies: its name, its dimensions (the fastest first), its type and its place behind the header, in bytes. */
export interface TensorPlace {
  readonly name: string
  readonly dimensions: readonly number[]
  readonly type: TensorType
  readonly offset: number
}

/** Every tensor starts at a multiple of this many bytes. */
export const alignment = 32

/**
 * The head of a GGUF file of version 3: metadata and the list of tensors, padded to the alignment.
 * The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
export function ggufHeader(metadata: Metadata, tensors: readonly TensorPlace[]): Buffer {
  const entries = Object.entries(metadata)
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(tensors.length),
    u64(entries.length),
    ...entries.flatMap(([key, entry]) => [string(key), value(entry)]),
    ...tensors.flatMap(({ name, dimensions, type, offset }) => [
      string(name),
      u32(dimensions.length),
      ...dimensions.map(u64),
      u32(tensorTypes[type]),
      u64(offset),
    ]),
  ])
  return Buffer.concat([head, Buffer.alloc(paddingAfter(head.length))])
}

export function paddingAfter(bytes: number): number {
  return (alignment - (bytes % alignment)) % alignment
}

const valueTypes = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8 } as const
const listType = 9

function value(entry: Value): Buffer {
  switch (entry.type) {
    case 'u32':
    case 'i32':
    case 'f32':
      return Buffer.concat([u32(valueTypes[entry.type]), number(entry.type, entry.value)])
    case 'bool':
      return Buffer.concat([u32(valueTypes.bool), Buffer.from([entry.value ? 1 : 0])])
    case 'string':
      return Buffer.concat([u32(valueTypes.string), string(entry.value)])
    case 'strings':
      return list(valueTypes.string, entry.value.map(string))
    default: {
      const type = entry.type.slice(0, 3) as 'u32' | 'i32' | 'f32'
      const parts = entry.value.map((each) => number(type, each))
      return list(valueTypes[type], parts)
    }
  }
}

function list(type: number, parts: readonly Buffer[]): Buffer {
  return Buffer.concat([u32(listType), u32(type), u64(parts.length), ...parts])
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([u64(bytes.length), bytes])
}

function number(type: 'u32' | 'i32' | 'f32', given: number): Buffer {
  const bytes = Buffer.alloc(4)
  if (type === 'u32') bytes.writeUInt32LE(given)
  else if (type === 'i32') bytes.writeInt32LE(given)
  else bytes.writeFloatLE(given)
  return bytes
}

function u32(given: number): Buffer {
  return number('u32', given)
}

function u64(given: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(given))
  return bytes
}
