import { describe, expect, test } from 'vitest'
import type { SummariseRequest, Summariser } from '../../../models/model.ts'
import { Stage, type Subject } from './stage.ts'

export type SummariserSubject = Subject<Summariser>

/** What every `Summariser` must do, through a real runtime. */
export function summariserConformance(provider: {
  readonly name: string
  make(): SummariserSubject | Promise<SummariserSubject>
}): void {
  const { name, make } = provider
  describe(`${name} is a Summariser`, () => {
    const stage = new Stage<Summariser, SummariserSubject>(make)
    const summarise = async (request: SummariseRequest): Promise<string> => {
      const { value } = await stage.done((context) => stage.model.summarise(request, context))
      return value.text
    }

    test('has a name and a lane', () => {
      expect(stage.model.name).toMatch(/^\S+$/)
      expect(stage.model.lane).toMatch(/^\S+$/)
    })

    test('makes a text shorter, and shorter still with fewer sentences', async () => {
      const three = await summarise({ text: article })
      const one = await summarise({ text: article, sentences: 1 })
      expect(three.length).toBeLessThan(article.length)
      expect(one.length).toBeGreaterThan(0)
      expect(one.length).toBeLessThan(three.length)
    })

    test('makes nothing of nothing', async () => {
      expect(await summarise({ text: '' })).toBe('')
      expect(await summarise({ text: ' \n ' })).toBe('')
    })

    test('takes a text of many sentences', async () => {
      const text = article.repeat(40)
      const summary = await summarise({ text })
      expect(summary.length).toBeGreaterThan(0)
      expect(summary.length).toBeLessThan(text.length / 10)
    })

    test('ends with the reason of its signal, and is there for the next', async () => {
      await stage.cancelled((context) => stage.model.summarise({ text: article }, context), 'before')
      expect((await summarise({ text: article })).length).toBeGreaterThan(0)
    })

    stage.keepsSecrets()
  })
}

const article = `The old lighthouse at the mouth of the bay was lit again on Monday after eleven years in the dark.
Volunteers had spent three summers repairing its lens, its stairs and its roof. The harbour master said that ships no
longer need the light, which satellites have replaced, but that the town does. About two hundred people came to see it.
The repairs cost ninety thousand euros, most of which came from small gifts. A school class had sold cakes for a year to
pay for one of the windows. The lamp itself is new and uses as much power as a kettle. It will be lit every evening until
the end of October. After that the volunteers want to open the building to visitors, if the council agrees. `
