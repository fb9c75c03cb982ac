import { LineCounter } from 'yaml'
import type { Path } from '../steps/kind.ts'
import type { TemplateFault } from '../template/tokens.ts'
import type { JobFault } from './file/faults.ts'

/** A fault in a template as one of the job: at its tag, in the job's file or in that of the template. */
export function templateFault(fault: TemplateFault, source: string, path: Path, file: string | undefined): JobFault {
  const { message, start, end } = fault
  if (file !== undefined) return { path, message, elsewhere: `${file}:${placeIn(source, start)}` }
  const text = source.slice(start, end)
  if (text === '') return { path, message }
  return { path, message, tag: { text, nth: source.slice(0, start).split(text).length - 1 } }
}

function placeIn(source: string, offset: number): string {
  const counter = new LineCounter()
  for (let at = -1; ; ) {
    counter.addNewLine(at + 1)
    at = source.indexOf('\n', at + 1)
    if (at < 0 || at >= offset) break
  }
  const { line, col } = counter.linePos(offset)
  return `${line}:${col}`
}
