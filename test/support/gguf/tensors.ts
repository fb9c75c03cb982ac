import type { TensorType } from './format.ts'
import type { Random } from './random.ts'

/** A tensor of a model: what its numbers are is decided here, not read from anywhere. */
export interface Tensor {
  readonly name: string
  /** Length of a row first. */
  readonly dimensions: readonly number[]
  readonly type: TensorType
  /** `noise` has the standard deviation 1 / sqrt(row length), so that a product of a row and a vector of unit variance has unit variance. */
  readonly fill: 'ones' | 'zeros' | 'noise'
  /** Replaces numbers of a row, by their index. */
  readonly marks?: (row: number) => Readonly<Record<number, number>>
}

export function bytesOf({ name, dimensions, type }: Tensor): number {
  const count = dimensions.reduce((product, size) => product * size, 1)
  if (type === 'F32') return count * 4
  if (type === 'F16') return count * 2
  if (dimensions[0]! % blockSize !== 0) throw new Error(`${name}: a row of Q8_0 is made of blocks of ${blockSize}`)
  return (count / blockSize) * blockBytes
}

/** The numbers of a tensor as the file has them. */
export function fillTensor(tensor: Tensor, random: Random): Buffer {
  if (tensor.type === 'Q8_0') return quantisedNoise(tensor, random)
  const values = floats(tensor, random)
  if (tensor.type === 'F32') return Buffer.from(values.buffer)
  return Buffer.from(Uint16Array.from(values, halfOf).buffer)
}

/** Q8_0 keeps 32 numbers as a half-precision scale and 32 signed bytes. */
const blockSize = 32
const blockBytes = 2 + blockSize

function floats({ dimensions, fill, marks }: Tensor, random: Random): Float32Array<ArrayBuffer> {
  const count = dimensions.reduce((product, size) => product * size, 1)
  const values = new Float32Array(count)
  if (fill === 'ones') values.fill(1)
  if (fill === 'noise') {
    const most = widthOf(dimensions[0]!)
    for (let at = 0; at < count; at += 1) values[at] = (random() / 2 ** 31 - 1) * most
  }
  if (marks !== undefined) {
    const length = dimensions[0]!
    for (let row = 0; row * length < count; row += 1) {
      for (const [index, value] of Object.entries(marks(row))) values[row * length + Number(index)] = value
    }
  }
  return values
}

/** Any bytes are noise of an even distribution: they are written as they come, under one scale. */
function quantisedNoise(tensor: Tensor, random: Random): Buffer {
  if (tensor.fill !== 'noise' || tensor.marks !== undefined) throw new Error(`${tensor.name}: Q8_0 is for noise`)
  const bytes = Buffer.alloc(bytesOf(tensor))
  const scale = halfOf(widthOf(tensor.dimensions[0]!) / 127)
  for (let block = 0; block < bytes.length; block += blockBytes) {
    bytes.writeUInt16LE(scale, block)
    for (let at = 2; at < blockBytes; at += 4) bytes.writeUInt32LE(random(), block + at)
  }
  return bytes
}

/** An even distribution over ± this has the standard deviation 1 / sqrt(length). */
function widthOf(length: number): number {
  return Math.sqrt(3 / length)
}

const float = new Float32Array(1)
const bits = new Uint32Array(float.buffer)

/** Half precision (IEEE 754 binary16) of a number that it can hold; what is too small becomes 0. */
function halfOf(value: number): number {
  float[0] = value
  const [single] = bits as unknown as [number]
  const sign = (single >>> 16) & 0x8000
  const exponent = ((single >>> 23) & 0xff) - 127 + 15
  if (exponent <= 0) return sign
  if (exponent >= 31) return sign | 0x7c00
  return sign | (exponent << 10) | ((single >>> 13) & 0x3ff)
}
