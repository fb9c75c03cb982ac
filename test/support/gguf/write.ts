import { closeSync, openSync, renameSync, writeSync } from 'node:fs'
import { ggufHeader, type Metadata, paddingAfter, type TensorPlace } from './format.ts'
import { seededRandom } from './random.ts'
import { bytesOf, fillTensor, type Tensor } from './tensors.ts'

/** A model as it is written: everything that decides its bytes. */
export interface ModelPlan {
  readonly metadata: Metadata
  readonly tensors: readonly Tensor[]
  /** Of the weights. */
  readonly seed: number
}

/** Writes a model, one tensor in memory at a time. The same plan gives the same bytes. It has its name only once it is whole. */
export function writeModel(path: string, { metadata, tensors, seed }: ModelPlan): void {
  const random = seededRandom(seed)
  const unfinished = `${path}.${process.pid}.part`
  const file = openSync(unfinished, 'w')
  writeSync(file, ggufHeader(metadata, placesOf(tensors)))
  for (const tensor of tensors) {
    const bytes = fillTensor(tensor, random)
    writeSync(file, bytes)
    writeSync(file, Buffer.alloc(paddingAfter(bytes.length)))
  }
  closeSync(file)
  renameSync(unfinished, path)
}

function placesOf(tensors: readonly Tensor[]): TensorPlace[] {
  let end = 0
  return tensors.map((tensor) => {
    const offset = end
    const bytes = bytesOf(tensor)
    end += bytes + paddingAfter(bytes)
    return { name: tensor.name, dimensions: tensor.dimensions, type: tensor.type, offset }
  })
}
