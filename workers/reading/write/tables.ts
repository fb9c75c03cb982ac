import type { Properties } from 'hast'
import { type DomElement, elementNode } from '../parse/dom.ts'

/**
 * Whether a table only arranges things on the page: it says so, it holds another table, it has one column, or it has no header
 * and its cells hold what no cell of a table of values holds.
 */
export function isLayoutTable(table: DomElement): boolean {
  const role = table.getAttribute('role')
  if (role === 'presentation' || role === 'none') return true
  if (role === 'table' || role === 'grid') return false
  if (table.querySelector('table') !== null || widestRow(table) < 2) return true
  return (
    table.querySelector('th,caption') === null &&
    table.querySelector('h1,h2,h3,h4,h5,h6,ul,ol,pre,blockquote,form') !== null
  )
}

/** How many columns and rows a cell spans, within what a table of that size may sensibly have. */
export function cellSpan(cell: DomElement): Properties {
  const colSpan = span(cell.getAttribute('colspan'), maxColumns)
  const rowSpan = span(cell.getAttribute('rowspan'), maxRows)
  return { ...(colSpan > 1 ? { colSpan } : {}), ...(rowSpan > 1 ? { rowSpan } : {}) }
}

// A page may claim any number, and each column becomes a cell in every row.
const maxColumns = 40
const maxRows = 200

function span(value: string | null, max: number): number {
  const count = Number.parseInt(value ?? '1', 10)
  return count > 1 ? Math.min(count, max) : 1
}

function widestRow(table: DomElement): number {
  return Math.max(0, ...rowsOf(table).map((row) => childElements(row).length))
}

function rowsOf(table: DomElement): DomElement[] {
  return childElements(table)
    .flatMap((child) => (child.localName === 'tr' ? [child] : childElements(child)))
    .filter((row) => row.localName === 'tr')
    .slice(0, rowsToLookAt)
}

const rowsToLookAt = 50

function childElements(element: DomElement): DomElement[] {
  const children: DomElement[] = []
  for (let child = element.firstChild; child !== null; child = child.nextSibling) {
    if (child.nodeType === elementNode) children.push(child as DomElement)
  }
  return children
}
