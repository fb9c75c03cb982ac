import type { Notes } from '../../../core/notes.ts'

/**
 * Notes of those lives alone that follow a certain one: there somebody said that all is to be asked anew, and what was noted before is to be found
 * by nobody after it.
 *
 * @param since names that life; undefined: there is none
 */
export function notesSince(notes: Notes, since: string | undefined): Notes {
  if (since === undefined) return notes
  const prefix = `since/${since}/`
  return {
    setNote: (name, text) => notes.setNote(prefix + name, text),
    notes: async (wanted) => {
      const found = await notes.notes(prefix + wanted)
      return found.map(([name, text]) => [name.slice(prefix.length), text] as const)
    },
  }
}
