import type { Attributes } from './attributes.ts'

/**
 * What a page says about itself, gathered while its tags stream by: both ways of reading, with a document and without, fill
 * the same one. Mutable, and owned by the parse that fills it.
 */
export class Facts {
  title = ''
  language = ''
  base = ''
  /** Text of the first <h1>. */
  heading = ''
  /** Moment of the first <time datetime>, and of the first that is marked as the publication. */
  time = ''
  publicationTime = ''
  /** First content of each <meta>, by its name, property, itemprop or http-equiv in lower case. */
  readonly meta: Map<string, string> = new Map()
  readonly jsonLd: string[] = []
  /** Length of the text, in UTF-16 units, and its beginning. */
  textLength = 0
  opening = ''
  /** What tells a page from a shell that its scripts fill. */
  scripts = 0
  mountPoints = 0
  noscriptText = ''

  /** Takes note of a start tag. */
  open(name: string, attributes: Attributes): void {
    if (name === 'meta') this.#openMeta(attributes)
    else if (name === 'html') this.language ||= attributes.get('lang') ?? attributes.get('xml:lang') ?? ''
    else if (name === 'base') this.base ||= attributes.get('href') ?? ''
    else if (name === 'time') this.#openTime(attributes)
    else if (name === 'script') this.scripts += 1
    else if (mountPoint.test(attributes.get('id') ?? '') || name === 'app-root') this.mountPoints += 1
  }

  /** Takes note of text that a reader sees. */
  addText(text: string): void {
    this.textLength += text.length
    if (this.opening.length < maxOpening) this.opening += text.slice(0, maxOpening)
  }

  /** The first title counts. */
  addTitle(text: string): void {
    this.title ||= text.slice(0, maxOpening).trim()
  }

  /** The first heading counts. */
  addHeading(text: string): void {
    this.heading ||= text.slice(0, maxOpening).replace(/\s+/g, ' ').trim()
  }

  addNoscript(text: string): void {
    if (this.noscriptText.length < maxOpening) this.noscriptText += text.slice(0, maxOpening)
  }

  #openMeta(attributes: Attributes): void {
    const content = attributes.get('content')?.slice(0, maxOpening).trim()
    if (!content) return
    for (const key of [
      attributes.get('property'),
      attributes.get('name'),
      attributes.get('itemprop'),
      attributes.get('http-equiv'),
    ]) {
      const name = key?.trim().toLowerCase()
      if (name && !this.meta.has(name)) this.meta.set(name, content)
    }
  }

  #openTime(attributes: Attributes): void {
    const moment = attributes.get('datetime') ?? attributes.get('content') ?? ''
    const isPublication = attributes.get('itemprop') === 'datePublished' || attributes.get('pubdate') !== undefined
    if (isPublication) this.publicationTime ||= moment
    this.time ||= moment
  }
}

/** The element that frameworks render into. */
const mountPoint = /^(?:root|app|__next|__nuxt|___gatsby|svelte|react-root|main-app|q-app|application)$/i

/** No statement that is read is longer than this, in UTF-16 units. */
const maxOpening = 1000
