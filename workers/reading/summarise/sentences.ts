/** A sentence of the prose of a page. */
export interface Sentence {
  readonly text: string
  /** Its words in lower case, in order. */
  readonly words: readonly string[]
}

/** The sentences of paragraphs, by the rules of their language (Unicode UAX 29, as in ICU); at most `max`, from the beginning. */
export function sentencesOf(paragraphs: readonly string[], language: string | null, max: number): Sentence[] {
  const segmenters = segmentersFor(language)
  const found: Sentence[] = []
  for (const paragraph of paragraphs) {
    for (const text of split(paragraph.slice(0, maxParagraph), segmenters)) {
      if (found.length >= max) return found
      found.push({ text, words: wordsOf(text, segmenters.word) })
    }
  }
  return found
}

/** In UTF-16 units; what follows in an even longer paragraph is not looked at. */
const maxParagraph = 20_000

function split(paragraph: string, { sentence, hasOrdinals }: Segmenters): string[] {
  const sentences: string[] = []
  let open = ''
  for (const { segment } of sentence.segment(paragraph)) {
    open += segment
    const end = open.slice(-maxAbbreviation)
    if (endsInAbbreviation.test(end) || (hasOrdinals && endsInOrdinal.test(end))) continue
    if (open.trim() !== '') sentences.push(open.trim())
    open = ''
  }
  return open.trim() === '' ? sentences : [...sentences, open.trim()]
}

/** ICU takes the full stop of an abbreviation for the end of a sentence when a capital follows. */
const endsInAbbreviation =
  /(?:^|[\s(])(?:Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|No|Nr|vs|cf|ca|approx|Fig|Vol|e\.g|i\.e|z\.B|d\.h|bzw|p\.ex|M|Mme|Sig|[A-Za-z])\.\s*$/

/** `am 3. Mai`, where a language writes them so. */
const endsInOrdinal = /(?:^|\s)\d{1,2}\.\s*$/
const languagesWithOrdinals = new Set([
  'de',
  'da',
  'nb',
  'nn',
  'no',
  'fi',
  'is',
  'et',
  'lv',
  'cs',
  'sk',
  'sl',
  'hr',
  'sr',
  'hu',
  'tr',
])

const maxAbbreviation = 12

function wordsOf(text: string, segmenter: Intl.Segmenter): string[] {
  const words: string[] = []
  for (const { segment, isWordLike } of segmenter.segment(text)) {
    if (isWordLike) words.push(segment.toLowerCase())
  }
  return words
}

export interface Segmenters {
  readonly sentence: Intl.Segmenter
  readonly word: Intl.Segmenter
  readonly hasOrdinals: boolean
}

/** Making one takes longer than using it. Keyed by primary language; some are kept, for texts name whatever they like. */
const kept = new Map<string, Segmenters>()
const maxKept = 50

/** What is no name of a language counts as none: pages and callers write `en_US`, or nothing at all. */
export function segmentersFor(language: string | null): Segmenters {
  const primary = /^[a-z]{2,3}(?![a-z])/i.exec(language ?? '')?.[0].toLowerCase() ?? 'en'
  const known = kept.get(primary)
  if (known !== undefined) return known
  const made = {
    sentence: new Intl.Segmenter(primary, { granularity: 'sentence' }),
    word: new Intl.Segmenter(primary, { granularity: 'word' }),
    hasOrdinals: languagesWithOrdinals.has(primary),
  }
  if (kept.size < maxKept) kept.set(primary, made)
  return made
}
