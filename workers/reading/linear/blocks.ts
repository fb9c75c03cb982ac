import type { List, ListItem, PhrasingContent, RootContent } from 'mdast'
import { headings, tableParts } from '../parse/elements.ts'
import { LinearTable } from './table.ts'

type Region = 'main' | 'aside'

/** A finished block, where it stood, and how much text it holds. */
interface Block {
  readonly node: RootContent
  readonly region: Region | undefined
  readonly length: number
}

/** Assembles the Markdown tree of a linear reading: a list of blocks, none of them deeper than a list item or a cell. */
export class LinearBlocks {
  readonly #blocks: Block[] = []
  readonly #openRegions = { main: 0, aside: 0 }
  #inline: PhrasingContent[] = []
  #text = ''
  #length = 0
  #code: string | undefined
  #link: { readonly url: string; readonly from: number } | undefined
  #heading = 0
  #isOrdered = false
  #list: List | undefined
  #item: ListItem | undefined
  readonly #table = new LinearTable()

  enter(region: Region): void {
    this.#endBlock()
    this.#openRegions[region] += 1
  }

  leave(region: Region): void {
    this.#endBlock()
    this.#openRegions[region] = Math.max(0, this.#openRegions[region] - 1)
  }

  add(text: string): void {
    if (this.#code === undefined) this.#text += text
    else this.#code += text
  }

  addBreak(): void {
    if (this.#heading > 0 || this.#table.isInCell || this.#code !== undefined) {
      this.add(' ')
      return
    }
    this.#endText()
    // Two in a row are how old pages make paragraphs.
    if (this.#inline.findLast((node) => node.type !== 'text' || isVisible(node))?.type === 'break') this.#endBlock()
    else this.#addInline({ type: 'break' }, 0)
  }

  addImage(url: string | undefined, alt: string): void {
    if (url !== undefined) this.#addInline({ type: 'image', url, alt: collapse(alt).trim() }, 1)
  }

  startCode(): void {
    this.#endText()
    this.#code ??= ''
  }

  endCode(): void {
    const value = collapse(this.#code ?? '').trim()
    this.#code = undefined
    if (value !== '') this.#addInline({ type: 'inlineCode', value }, value.length)
  }

  startLink(url: string | undefined): void {
    this.endLink()
    this.#endText()
    if (url !== undefined) this.#link = { url, from: this.#inline.length }
  }

  endLink(): void {
    if (this.#link === undefined) return
    this.#endText()
    const { url, from } = this.#link
    this.#link = undefined
    const children = this.#inline.splice(from) as Exclude<PhrasingContent, { type: 'link' }>[]
    if (children.some(isVisible)) this.#inline.push({ type: 'link', url, children })
    else this.#inline.push(...children)
  }

  addCodeBlock(value: string, language: string | undefined): void {
    if (this.#table.isInCell) this.#addInline({ type: 'inlineCode', value: collapse(value) }, value.length)
    else if (value !== '') this.#place({ type: 'code', value, lang: language ?? null }, value.length)
  }

  /** A block element starts: what came before is finished, and what follows belongs to the new one. */
  open(name: string): void {
    this.#endBlock()
    if (name === 'table') this.#endTable()
    else if (tableParts.has(name)) this.#openInTable(name)
    else if (this.#table.isInCell) return
    else if (headings.has(name)) this.#heading = Number(name[1])
    else if (name === 'ol' || name === 'ul') this.#isOrdered = name === 'ol'
    else if (name === 'li') this.#item = { type: 'listItem', spread: false, children: [] }
    else if (name === 'hr') this.#place({ type: 'thematicBreak' }, 0)
  }

  close(name: string): void {
    this.#endBlock()
    if (name === 'table') this.#endTable()
    else if (tableParts.has(name)) this.#endCell()
    else if (name === 'li') this.#item = undefined
    else if (name === 'ol' || name === 'ul') this.#item = this.#list = undefined
  }

  /** The blocks that are the page: of <main> and <article> if they hold enough; of navigation only if there is next to nothing else. */
  finish(): RootContent[] {
    this.#endBlock()
    this.#endTable()
    const body = this.#blocks.filter((block) => block.region !== 'aside')
    const main = body.filter((block) => block.region === 'main')
    const chosen = lengthOf(main) > lengthOf(body) * enough ? main : body
    return (lengthOf(chosen) > lengthOf(this.#blocks) * little ? chosen : this.#blocks).map((block) => block.node)
  }

  #addInline(node: PhrasingContent, length: number): void {
    this.#endText()
    this.#inline.push(node)
    this.#length += length
  }

  #endText(): void {
    if (this.#text === '') return
    const value = collapse(this.#text)
    this.#text = ''
    if (value === ' ' && this.#inline.length === 0) return
    this.#inline.push({ type: 'text', value })
    this.#length += value.length
  }

  #endBlock(): void {
    if (this.#table.isInCell) {
      this.#text += ' '
      return
    }
    const [children, length] = this.#takeInline()
    const depth = this.#heading as 1 | 2 | 3 | 4 | 5 | 6
    this.#heading = 0
    if (children.length === 0) return
    if (depth > 0) this.#place({ type: 'heading', depth, children }, length)
    else if (this.#item === undefined) this.#place({ type: 'paragraph', children }, length)
    else this.#addToItem(this.#item, children, length)
  }

  /** What has been collected since the last block, without the white space and breaks round it. */
  #takeInline(): [children: PhrasingContent[], length: number] {
    this.endCode()
    this.endLink()
    this.#endText()
    const length = this.#length
    const children = this.#inline
    this.#inline = []
    this.#length = 0
    const from = children.findIndex(isVisible)
    const to = children.findLastIndex(isVisible) + 1
    return [from < 0 ? [] : trimEnds(children.slice(from, to)), length]
  }

  #addToItem(item: ListItem, children: PhrasingContent[], length: number): void {
    item.spread ||= item.children.length > 0
    item.children.push({ type: 'paragraph', children })
    if (item.children.length > 1) return
    if (this.#list === undefined || this.#list.ordered !== this.#isOrdered) {
      this.#place({ type: 'list', ordered: this.#isOrdered, spread: false, children: [] }, 0)
    }
    this.#list?.children.push(item)
    this.#countInLast(length)
  }

  #countInLast(length: number): void {
    const last = this.#blocks.pop()
    if (last !== undefined) this.#blocks.push({ ...last, length: last.length + length })
  }

  #openInTable(name: string): void {
    this.#endCell()
    if (name === 'tr') this.#table.startRow()
    else if (name === 'td' || name === 'th') this.#table.startCell()
  }

  #endCell(): void {
    if (this.#table.isInCell) this.#table.endCell(this.#takeInline()[0])
  }

  #endTable(): void {
    this.#endCell()
    for (const block of this.#table.finish()) this.#place(block, tableLength)
  }

  #place(node: RootContent, length: number): void {
    const region = this.#openRegions.aside > 0 ? 'aside' : this.#openRegions.main > 0 ? 'main' : undefined
    this.#blocks.push({ node, region, length })
    this.#list = node.type === 'list' ? node : undefined
  }
}

/** Shares of the text of a page. */
const enough = 0.3
const little = 0.05

/** What a table counts as, in characters, where the text of pages is compared. */
const tableLength = 200

function lengthOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => sum + block.length, 0)
}

function collapse(text: string): string {
  return text.replace(/[\s\u200b]+/g, ' ')
}

function isVisible(node: PhrasingContent): boolean {
  return node.type !== 'break' && (node.type !== 'text' || node.value.trim() !== '')
}

function trimEnds(children: PhrasingContent[]): PhrasingContent[] {
  const first = children[0]
  const last = children.at(-1)
  if (first?.type === 'text') first.value = first.value.trimStart()
  if (last?.type === 'text') last.value = last.value.trimEnd()
  return children
}
