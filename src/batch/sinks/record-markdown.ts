import type { Page } from '../../../workers/reading/page.ts'
import { endedLine, frontMatter, withFrontMatter } from './front-matter.ts'
import { jsonLine } from './json-line.ts'
import type { OutputRecord } from './record-sink.ts'

/**
 * A record as Markdown, ending in a line feed.
 *
 * What was read is front matter and its Markdown, as in `weft read`. A text stands as it is. An object with a `markdown` or a `text` is that
 * text, below its other fields as front matter. Any other value is a block of JSON. Of a record that is not done: why, as a quotation.
 */
export function recordMarkdown(record: OutputRecord): string {
  if (record.status !== 'done') return `> ${record.status}: ${oneLine(reasonOf(record.line))}\n`
  const { value } = record
  if (typeof value === 'string') return endedLine(value.toWellFormed()) || '\n'
  if (isPage(value)) return withFrontMatter(value)
  const name = bodyName(value)
  if (name === undefined) return jsonBlock(value)
  // Written and read, so that it is data with well-formed texts only.
  const { [name]: body, ...fields } = JSON.parse(jsonLine(value as object)) as Readonly<Record<string, unknown>>
  const head = Object.keys(fields).length === 0 ? '' : frontMatter(fields)
  return `${head}${endedLine(body as string)}` || '\n'
}

function isPage(value: unknown): value is Page {
  const { url, markdown } = fieldsOf(value)
  return typeof url === 'string' && typeof markdown === 'string' && 'charset' in fieldsOf(value)
}

/** The field that holds the text of an object. */
function bodyName(value: unknown): 'markdown' | 'text' | undefined {
  const fields = fieldsOf(value)
  if (typeof fields.markdown === 'string') return 'markdown'
  return typeof fields.text === 'string' ? 'text' : undefined
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}

function jsonBlock(value: unknown): string {
  const json = JSON.stringify(JSON.parse(jsonLine({ value })).value, null, 2) ?? 'null'
  const ticks = json.match(/`+/g)?.map((run) => run.length) ?? []
  const fence = '`'.repeat(Math.max(2, ...ticks) + 1)
  return `${fence}json\n${json}\n${fence}\n`
}

function reasonOf(line: string): string {
  const { failure, cause, reason } = JSON.parse(line) as {
    readonly failure?: { readonly code: string; readonly message: string }
    readonly cause?: { readonly code: string; readonly message: string }
    readonly reason?: string
  }
  const why = failure ?? cause
  return why === undefined ? (reason ?? 'no reason is known') : `${why.code}: ${why.message}`
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').toWellFormed()
}
