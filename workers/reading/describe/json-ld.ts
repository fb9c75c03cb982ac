/** What a page says about itself in JSON-LD, as far as reading uses it. */
export interface LinkedFacts {
  readonly headline?: string
  readonly author?: string
  readonly publishedAt?: string
  readonly language?: string
  readonly siteName?: string
}

/** Reads the JSON-LD blocks of a page: for each fact, the first object about the page that states it. */
export function readJsonLd(blocks: readonly string[]): LinkedFacts {
  const objects = blocks.flatMap((block) => objectsIn(parse(block)))
  const about = objects.filter((object) => contentType.test(typeOf(object)))
  const firstOf = (...read: ((object: JsonObject) => string | undefined)[]): string | undefined =>
    about.flatMap((object) => read.map((one) => one(object))).find((value) => value !== undefined)
  return withoutAbsent({
    headline: firstOf((object) => text(object.headline)) ?? about.map(nameOfWork).find((name) => name !== undefined),
    author: firstOf(
      (object) => names(object.author),
      (object) => names(object.creator),
    ),
    publishedAt: firstOf(
      (object) => text(object.datePublished),
      (object) => text(object.dateCreated),
    ),
    language: firstOf((object) => text(object.inLanguage)),
    siteName:
      objects
        .filter((object) => /^(?:WebSite|Organization|NewsMediaOrganization)$/.test(typeOf(object)))
        .map((object) => text(object.name))[0] ?? firstOf((object) => names(object.publisher)),
  })
}

type JsonObject = Readonly<Record<string, unknown>>

/** Types that describe what stands on a page, and not the site or its maker. */
const contentType =
  /Article|Posting|Report|Review|WebPage|Recipe|HowTo|APIReference|QAPage|FAQPage|Question|Product|Book|Event|Course|CreativeWork|Discussion|ItemPage/

/** Types whose name is the title of the page. */
const namedType = /Recipe|HowTo|Question|Product|Book|Event|Course/

/** A page may nest as it likes; no more than these are looked at. */
const maxObjects = 200

function parse(block: string): unknown {
  if (block.length > maxBlock) return undefined
  try {
    return JSON.parse(
      block.replace(/^\s*(?:<!--|\/\/\s*<!\[CDATA\[|<!\[CDATA\[)/, '').replace(/(?:-->|\/\/\s*\]\]>|\]\]>)\s*$/, ''),
    )
  } catch {
    return undefined
  }
}

/** In UTF-16 units. */
const maxBlock = 1_000_000

/** The objects of a document at its top, in its @graph, and what they are mainly about; breadth first. */
function objectsIn(root: unknown): JsonObject[] {
  const queue: unknown[] = [root]
  const found: JsonObject[] = []
  for (let at = 0; at < queue.length && found.length < maxObjects; at++) {
    const value = queue[at]
    if (Array.isArray(value)) for (const item of value.slice(0, maxObjects)) queue.push(item)
    else if (isObject(value)) {
      found.push(value)
      queue.push(value['@graph'], value.mainEntity, value.mainEntityOfPage)
    }
  }
  return found
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function typeOf(object: JsonObject): string {
  return [object['@type']]
    .flat()
    .filter((type) => typeof type === 'string')
    .join(' ')
}

function nameOfWork(object: JsonObject): string | undefined {
  return namedType.test(typeOf(object)) ? text(object.name) : undefined
}

function text(value: unknown): string | undefined {
  const first = Array.isArray(value) ? value[0] : value
  if (isObject(first)) return text(first['@value'] ?? first.name)
  return typeof first === 'string' && first.trim() !== '' ? first.slice(0, maxText).trim() : undefined
}

/** No fact is longer than this, in UTF-16 units. */
const maxText = 1000

/** One name, or all of several. */
function names(value: unknown): string | undefined {
  const all = [value]
    .flat()
    .slice(0, maxNames)
    .map((one) => text(isObject(one) ? one.name : one))
  return all.filter((name) => name !== undefined && !/^https?:/.test(name)).join(', ') || undefined
}

const maxNames = 12

function withoutAbsent(facts: { readonly [K in keyof LinkedFacts]: string | undefined }): LinkedFacts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined))
}
