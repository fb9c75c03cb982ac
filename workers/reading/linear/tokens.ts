import { Tokenizer } from 'htmlparser2'
import { attributesToRead } from '../parse/attributes.ts'

/** What a stream of tags is made of, in the order of the source. Nothing is said about nesting: end tags may be missing. */
export interface TagStream {
  open(name: string, attributes: ReadonlyMap<string, string>): void
  close(name: string): void
  text(text: string): void
}

/**
 * Reads HTML as a stream of tags, in time that grows with its length alone: no stack of open elements is kept. Of the attributes
 * only those that reading looks at are collected.
 */
export function streamTags(html: string, stream: TagStream): void {
  let name = ''
  let attribute = ''
  let value = ''
  let attributes = new Map<string, string>()
  const ignore = (): void => {}
  const openTag = (): void => {
    stream.open(name, attributes)
    if (attributes.size > 0) attributes = new Map()
  }
  const tokenizer = new Tokenizer(
    { decodeEntities: true },
    {
      onopentagname: (start, end) => {
        name = html.slice(start, end).toLowerCase()
      },
      onattribname: (start, end) => {
        attribute = html.slice(start, end).toLowerCase()
        value = ''
      },
      onattribdata: (start, end) => {
        if (attributesToRead.has(attribute)) value += html.slice(start, end)
      },
      onattribentity: (codePoint) => {
        value += String.fromCodePoint(codePoint)
      },
      onattribend: () => {
        if (attributesToRead.has(attribute) && !attributes.has(attribute)) attributes.set(attribute, value)
      },
      onopentagend: openTag,
      onselfclosingtag: openTag,
      onclosetag: (start, end) => stream.close(html.slice(start, end).toLowerCase()),
      ontext: (start, end) => stream.text(html.slice(start, end)),
      ontextentity: (codePoint) => stream.text(String.fromCodePoint(codePoint)),
      oncdata: ignore,
      oncomment: ignore,
      ondeclaration: ignore,
      onprocessinginstruction: ignore,
      onend: ignore,
    },
  )
  tokenizer.write(html)
  tokenizer.end()
}
