import type { Paragraph, PhrasingContent, Table, TableRow } from 'mdast'

/** Collects the rows of one table at a time; tables inside tables end the outer one. */
export class LinearTable {
  #rows: TableRow[] = []
  isInCell = false

  startRow(): void {
    this.#rows.push({ type: 'tableRow', children: [] })
  }

  startCell(): void {
    if (this.#rows.length === 0) this.startRow()
    this.#rows.at(-1)?.children.push({ type: 'tableCell', children: [] })
    this.isInCell = true
  }

  endCell(children: PhrasingContent[]): void {
    const cell = this.#rows.at(-1)?.children.at(-1)
    if (cell !== undefined) cell.children = children
    this.isInCell = false
  }

  /** The rows as a table, or each cell as a paragraph where the table only arranges things on the page. */
  finish(): Table[] | Paragraph[] {
    const rows = this.#rows.filter((row) => row.children.some((cell) => cell.children.length > 0))
    this.#rows = []
    if (rows.length === 0) return []
    if (!isLayout(rows)) return [{ type: 'table', children: rows }]
    const cells = rows.flatMap((row) => row.children).filter((cell) => cell.children.length > 0)
    return cells.map(({ children }) => ({ type: 'paragraph', children }))
  }
}

function isLayout(rows: readonly TableRow[]): boolean {
  if (rows.every((row) => row.children.length < 2)) return true
  return rows.some((row) => row.children.some((cell) => cell.children.length > maxCellParts))
}

/** A cell with more pieces of text, links and images than this is a column of the page. */
const maxCellParts = 60
