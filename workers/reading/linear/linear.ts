import type { Root, RootContent } from 'mdast'
import { type Attributes, isJsonLd } from '../parse/attributes.ts'
import { codeLanguage } from '../parse/code-language.ts'
import { CodeText, isCodeDecoration } from '../parse/code-text.ts'
import { blockElements, droppedElements, voidElements } from '../parse/elements.ts'
import { Facts } from '../parse/facts.ts'
import { imageAddress } from '../parse/images.ts'
import { type LinkResolver, linkResolver } from '../write/links.ts'
import { LinearBlocks } from './blocks.ts'
import { streamTags, type TagStream } from './tokens.ts'

export interface LinearPage {
  readonly tree: Root
  readonly facts: Facts
}

/**
 * Reads a page of any size and nesting in linear time, for those that are too much for a document: headings, paragraphs, lists,
 * tables, code, links and images become Markdown, one level deep. What stands in navigation, sidebars and footers is left out,
 * and so is what stands outside <main> and <article>, as long as enough is left.
 */
export function readLinear(html: string, url: string): LinearPage {
  const reading = new LinearReading(url)
  streamTags(html, reading)
  return { tree: { type: 'root', children: reading.finish() }, facts: reading.facts }
}

/** The state of one linear reading. It counts open elements where it has to, and believes no end tag to be there. */
class LinearReading implements TagStream {
  readonly facts: Facts = new Facts()
  readonly #blocks = new LinearBlocks()
  readonly #url: string
  #links: LinkResolver | undefined
  /** The element whose content is skipped, how many of its name are open, and how many tags have been skipped. */
  #skipped = ''
  #skippedDepth = 0
  #skippedTags = 0
  /** Text that comes in pieces and is complete at the end tag. */
  #raw: { readonly kind: 'title' | 'json'; text: string } | undefined
  #code: CodeText | undefined
  #headingText: string | undefined

  constructor(url: string) {
    this.#url = url
  }

  /** The blocks of the page, when all of it has been read. */
  finish(): RootContent[] {
    if (this.#code !== undefined) this.#endCode(this.#code)
    return this.#blocks.finish()
  }

  open(name: string, attributes: Attributes): void {
    if (this.#isSkipping(name, 1)) return
    this.facts.open(name, attributes)
    if (this.#code !== undefined) this.#openInCode(this.#code, name, attributes)
    else if (name === 'title') this.#raw = { kind: 'title', text: '' }
    else if (name === 'script' && isJsonLd(attributes)) this.#raw = { kind: 'json', text: '' }
    else if (droppedElements.has(name) || alsoSkipped.has(name)) this.#skip(name)
    else if (name === 'pre') this.#startCode(attributes)
    else this.#openText(name, attributes)
  }

  close(name: string): void {
    if (this.#isSkipping(name, -1)) return
    this.#endRaw()
    if (this.#code !== undefined) this.#closeInCode(this.#code, name)
    else if (regions.has(name)) this.#blocks.leave(regions.get(name) as 'main' | 'aside')
    else if (name === 'a') this.#blocks.endLink()
    else if (inlineCode.has(name)) this.#blocks.endCode()
    else if (name === 'h1' && this.#headingText !== undefined) this.#endHeading()
    if (this.#code === undefined && blockElements.has(name)) this.#blocks.close(name)
  }

  text(text: string): void {
    if (this.#skippedDepth > 0) return
    if (this.#raw !== undefined) this.#raw.text += text
    else if (this.#code !== undefined) this.#code.add(text)
    else {
      if (this.#headingText !== undefined) this.#headingText += text
      if (text.trim() !== '') this.facts.addText(text)
      this.#blocks.add(text)
    }
  }

  #openText(name: string, attributes: Attributes): void {
    if (regions.has(name)) this.#blocks.enter(regions.get(name) as 'main' | 'aside')
    if (name === 'h1' && this.facts.heading === '') this.#headingText = ''
    if (name === 'a') this.#blocks.startLink(this.#resolver.link(attributes.get('href')))
    else if (name === 'img')
      this.#blocks.addImage(this.#resolver.source(imageAddress(attributes)), attributes.get('alt') ?? '')
    else if (inlineCode.has(name)) this.#blocks.startCode()
    else if (name === 'br') this.#blocks.addBreak()
    else if (blockElements.has(name)) this.#blocks.open(name)
  }

  #endRaw(): void {
    if (this.#raw?.kind === 'title') this.facts.addTitle(this.#raw.text)
    else if (this.#raw?.kind === 'json') this.facts.jsonLd.push(this.#raw.text)
    this.#raw = undefined
  }

  #endHeading(): void {
    this.facts.addHeading(this.#headingText ?? '')
    this.#headingText = undefined
  }

  #startCode(attributes: Attributes): void {
    this.#blocks.open('pre')
    this.#code = new CodeText(codeLanguage(attributes, true), undefined)
  }

  #openInCode(code: CodeText, name: string, attributes: Attributes): void {
    if (name === 'br') code.add('\n')
    else if (name === 'code') code.nameInside(codeLanguage(attributes, true))
    else if (isCodeDecoration(name, attributes.get('class')) || droppedElements.has(name)) this.#skip(name)
  }

  #closeInCode(code: CodeText, name: string): void {
    if (name === 'pre') this.#endCode(code)
    else if (blockElements.has(name)) code.endLine()
  }

  #endCode(code: CodeText): void {
    const text = code.finish()
    this.facts.addText(text)
    this.#blocks.addCodeBlock(text, code.language)
    this.#code = undefined
  }

  #skip(name: string): void {
    if (voidElements.has(name)) return
    this.#skipped = name
    this.#skippedDepth = 1
    this.#skippedTags = 0
  }

  /** Counts the tags of what is skipped; one that never ends is given up, so that it does not swallow the page. */
  #isSkipping(name: string, step: 1 | -1): boolean {
    if (this.#skippedDepth === 0) return false
    if (name === this.#skipped) this.#skippedDepth += step
    this.#skippedTags += 1
    if (this.#skippedTags > maxSkippedTags) this.#skippedDepth = 0
    return true
  }

  get #resolver(): LinkResolver {
    this.#links ??= linkResolver(this.#url, this.facts.base)
    return this.#links
  }
}

const regions: ReadonlyMap<string, 'main' | 'aside'> = new Map([
  ['main', 'main'],
  ['article', 'main'],
  ['nav', 'aside'],
  ['aside', 'aside'],
  ['footer', 'aside'],
])

const alsoSkipped: ReadonlySet<string> = new Set(['noscript', 'button', 'iframe'])
const inlineCode: ReadonlySet<string> = new Set(['code', 'kbd', 'samp', 'tt'])
const maxSkippedTags = 20_000
