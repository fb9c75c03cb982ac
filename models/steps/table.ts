import type { Matrix } from '../../workers/lexical/matrix.ts'

/** Vectors as one buffer that may be moved to another thread: a copy, since the vectors may still be somebody's. */
export function packed(vectors: readonly Float32Array[]): Matrix {
  const dimensions = vectors[0]?.length ?? 0
  const values = new Float32Array(vectors.length * dimensions)
  for (const [index, vector] of vectors.entries()) values.set(vector, index * dimensions)
  return { dimensions, values }
}

/** Rows of one length for all items, in one buffer that is filled batch by batch, in whatever order they come. */
export class Table<A extends Uint16Array<ArrayBuffer> | Float32Array<ArrayBuffer>> {
  readonly #make: (length: number) => A
  readonly #sizes: readonly number[]
  readonly #starts: readonly number[]
  readonly #count: number
  #values: A | undefined
  rowLength = 0

  constructor(make: (length: number) => A, batches: readonly (readonly unknown[])[]) {
    this.#make = make
    this.#sizes = batches.map(({ length }) => length)
    let count = 0
    this.#starts = this.#sizes.map((size) => {
      count += size
      return count - size
    })
    this.#count = count
  }

  fill(batch: number, rows: A): void {
    this.rowLength = rows.length / this.#sizes[batch]!
    this.#values ??= this.#make(this.#count * this.rowLength)
    this.#values.set(rows, this.#starts[batch]! * this.rowLength)
  }

  get values(): A {
    return this.#values ?? this.#make(0)
  }
}
