import { it } from 'vitest'
import { z } from 'zod'
import { anthropic, job } from '../../src/index.ts'

// Checked by the compiler; nothing here has to run.
it('knows what a job may say', () => {
  const jobs = () => [
    job({
      input: { file: 'companies.csv', delimiter: ';' },
      lanes: { anthropic: { requestsPerMinute: 50 } },
      steps: [
        { read: { url: '{{url}}', perHost: 2 } },
        'summarise',
        { ask: { with: anthropic(), prompt: 'What? {{summary}}', schema: z.object({ score: z.number() }) } },
        { run: { task: async ({ input, results }, context) => [input, results.answer, context.attempt] } },
        'collect',
        { ask: { with: 'claude-haiku-4-5', prompt: './compare.md' } },
      ],
      onFailure: { quorum: 2 },
    }),
    // @ts-expect-error sentense is no option of summarise
    job({ input: { urls: [] }, steps: [{ summarise: { sentense: 3 } }] }),
    // @ts-expect-error ask needs options
    job({ input: { urls: [] }, steps: ['ask'] }),
    // @ts-expect-error nothing says where the items come from
    job({ steps: ['read'] }),
    // @ts-expect-error a model that is none
    job({ input: { urls: [] }, steps: [{ ask: { with: 3, prompt: 'x' } }] }),
  ]
  void jobs
})
