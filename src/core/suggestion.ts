import leven from 'leven'

/** How many known names a message lists. */
const maxListed = 20

/** What to say after an unknown name: the nearest known one, if it may be meant, and which ones there are. Nothing when there are none. */
export function suggestion(name: string, known: Iterable<string>): string {
  const names = [...known]
  if (names.length === 0) return ''
  const nearest = nearestName(name, names)
  const more = names.length > maxListed ? `, and ${names.length - maxListed} more` : ''
  const meant = nearest === undefined ? '' : `, did you mean ${nearest}?`
  return `${meant} (known: ${names.slice(0, maxListed).join(', ')}${more})`
}

/** The known name that may be meant, if there is one. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  let nearest: string | undefined
  let distance = Number.POSITIVE_INFINITY
  const letters = name.toLowerCase()
  for (const one of known) {
    const edits = leven(letters, one.toLowerCase(), { maxDistance: distance })
    if (edits >= distance) continue
    nearest = one
    distance = edits
  }
  // Beyond a third of its letters, or with none in common, a name is another one, not a misspelt one.
  const isMeant = (one: string): boolean =>
    distance <= Math.max(2, Math.ceil(one.length / 3)) && distance < Math.max(name.length, one.length)
  return nearest !== undefined && isMeant(nearest) ? nearest : undefined
}
