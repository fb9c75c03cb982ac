import type { PhrasingContent } from 'mdast'

/**
 * Replaces emphasis that Markdown could only write with character references by its content. Whether `**` opens or ends depends on
 * the characters on both sides (CommonMark, section 6.2): in `は**「x」**です` it does neither. A reference for the letters beside it
 * would save the emphasis, and spoil the text for everyone who reads or searches the Markdown itself.
 */
export function dropUnwritableEmphasis(children: readonly PhrasingContent[]): PhrasingContent[] {
  return children.flatMap((child, at) => {
    if (child.type !== 'strong' && child.type !== 'emphasis' && child.type !== 'delete') return [child]
    const [before, after] = [classAtEnd(children[at - 1]), classAtStart(children[at + 1])]
    const [first, last] = [classAtStart(child.children[0]), classAtEnd(child.children.at(-1))]
    return opens(before, first) && opens(after, last) ? [child] : dropUnwritableEmphasis(child.children)
  })
}

type CharacterClass = 'space' | 'punctuation' | 'letter'

/** Whether a mark opens between these two; it ends by the same rule read from right to left. */
function opens(outside: CharacterClass, inside: CharacterClass): boolean {
  return inside === 'letter' || (inside === 'punctuation' && outside !== 'letter')
}

function classAtEnd(node: PhrasingContent | undefined): CharacterClass {
  if (node?.type === 'text') return classify(node.value.at(-1) ?? ' ')
  return node === undefined || node.type === 'break' ? 'space' : 'punctuation'
}

function classAtStart(node: PhrasingContent | undefined): CharacterClass {
  if (node?.type === 'text') return classify(String.fromCodePoint(node.value.codePointAt(0) ?? 32))
  return node === undefined || node.type === 'break' ? 'space' : 'punctuation'
}

function classify(character: string): CharacterClass {
  if (/\s/u.test(character)) return 'space'
  return /[\p{P}\p{S}]/u.test(character) ? 'punctuation' : 'letter'
}
