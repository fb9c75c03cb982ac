import type { JobSource } from '../sources/source.ts'

/** A table whose only column looks like several, as spreadsheets write it where the comma stands in numbers. */
export function delimiterHint(source: JobSource | undefined): string | undefined {
  const [column, ...others] = source?.fields ?? []
  if (column === undefined || others.length > 0) return undefined
  const mark = [';', '\t', '|'].find((one) => column.includes(one))
  if (mark === undefined) return undefined
  return `the header of ${source!.place} is one column, ${JSON.stringify(column)}: say delimiter: ${JSON.stringify(mark)} if it is several`
}
