/** Rows of numbers, one after the other, that grow as needed and cross to another thread without being copied there. */
export class Columns {
  /** Valid up to `length`; another array after each `grow`. */
  cells: Float64Array<ArrayBuffer> = new Float64Array(1_024)
  length = 0

  /** Room for a row. Gives where it begins. */
  grow(width: number): number {
    const at = this.length
    this.length += width
    if (this.length > this.cells.length) {
      const larger = new Float64Array(2 * this.cells.length)
      larger.set(this.cells)
      this.cells = larger
    }
    return at
  }

  /** Takes the rows out. */
  take(): Float64Array<ArrayBuffer> {
    const rows = this.cells.slice(0, this.length)
    this.length = 0
    return rows
  }
}
